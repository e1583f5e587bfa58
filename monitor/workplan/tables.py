"""Targets in tables: which column says what, and what a row therefore states."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from forecast.targets import Comparator, TargetKind
from monitor.core.ledger import Commitment
from monitor.workplan.candidates import Candidate, ReviewReason
from monitor.workplan.grammar import STEADY_NAMES, read_words
from monitor.workplan.grids import Cell, Grid
from monitor.workplan.heading import FIVE_YEARS, PlanFacts
from monitor.workplan.kinds import kind_of
from monitor.workplan.passages import Passage
from monitor.workplan.prose import ProseReader
from monitor.workplan.quantities import Quantity, find_quantities
from monitor.workplan.times import anchors, plan_end, window_start

_ROLES = (
    ("index", re.compile(r"^序号?$|编号")),
    ("attribute", re.compile(r"属性|性质|指标类型|类型$")),
    ("department", re.compile(r"责任|牵头|负责|部门|科室|主办|实施单位|落实单位")),
    ("due", re.compile(r"时限|完成时间|时间节点|时间要求|进度")),
    ("unit", re.compile(r"^(?:计量|指标)?单位$")),
    ("growth", re.compile(r"年均|增速|增幅|增长率|累计|说明|备注|依据|来源")),
    ("base", re.compile(r"基期|基数|现状|实际|完成值|完成情况|预计|上年|基准|现值")),
    (
        "value",
        re.compile(
            r"20\d\d|目标值|指标值|规划值|计划值|^目标$|年度目标|任务数|目标数|绩效值|总目标|分解|下达"
            r"|全年(?:目标|计划)|计划$|十[二三四五六七]五.{0,3}末|期末|任务值|预期值?$"
        ),
    ),
    ("text", re.compile(r"目标|要求|内容|措施|任务|举措|成果")),
    ("name", re.compile(r"指标|名称|项目|事项")),
)
_VALUE = re.compile(
    r"^(?:达到|达|突破|超过|增至)?(?P<sign>[≥>≤<≮≯~约]|不低于|不少于|不超过|超过|大于|小于|高于)?=?[\[(〔【]?(?P<low>\d[\d,]*(?:\.\d+)?)"
    r"(?:\s*[-~—–至]\s*(?P<high>\d[\d,]*(?:\.\d+)?))?[\])〕】]?(?P<unit>万?亿?(?:元|家次|人次|场次|件次|家|户|个|项|件|名|人年|人|场|次|篇|种|所|座|台|套|部|%|个百分点|天|个工作日|工作日|小时|倍|万|亿|平方米|亩)?)"
    r"[\])〕】]?(?:/年)?(?P<after>及?以上|左右|以内|以下)?$"
)
_SIGNS = {
    "≥": Comparator.AT_LEAST,
    "≮": Comparator.AT_LEAST,
    "不低于": Comparator.AT_LEAST,
    "不少于": Comparator.AT_LEAST,
    ">": Comparator.MORE_THAN,
    "超过": Comparator.MORE_THAN,
    "大于": Comparator.MORE_THAN,
    "高于": Comparator.MORE_THAN,
    "≤": Comparator.AT_MOST,
    "≯": Comparator.AT_MOST,
    "不超过": Comparator.AT_MOST,
    "<": Comparator.LESS_THAN,
    "小于": Comparator.LESS_THAN,
    "~": Comparator.ABOUT,
    "约": Comparator.ABOUT,
}
_NAME_UNIT = re.compile(r"[(\[〔]\s*(?:单位:?)?(?P<unit>[^()\[\]〔〕]{1,8}?)\s*[)\]〕]$")
_PERCENT_NAME = re.compile(r"率|比重|占比|比例|强度|增速|增幅|覆盖面|满意度|增长$")


@dataclass(frozen=True)
class _Column:
    role: str
    title: str


@dataclass(frozen=True)
class _Row:
    """Cells of a row by what their columns say."""

    name: Cell
    unit: str
    attribute: str
    department: str | None
    due: dt.date | None
    bases: tuple[Cell, ...]
    values: tuple[tuple[Cell, str], ...]
    others: tuple[tuple[Cell, str], ...]
    rates: tuple[tuple[Cell, str], ...]
    texts: tuple[Cell, ...]
    whole: Cell


class TableReader:
    """Reads the tables of one document.

    Parameters
    ----------
    prose : ProseReader
        Reads cells that hold sentences.
    """

    def __init__(self, prose: ProseReader) -> None:
        self._prose = prose
        self._repaired = prose.repaired
        self._facts = prose.facts

    def read(self, grid: Grid, clause: str) -> Iterator[Candidate]:
        """The targets of a table."""
        columns = _columns(grid, self._facts)
        if _is_matrix(columns, grid, self._repaired.text):
            for row in grid.rows:
                yield from self._matrix_row(columns, row, clause)
            return
        if not any(column.role in {"value", "text", "name"} for column in columns):
            for row in grid.rows:
                yield from self._sentences(row, clause, None, None)
            return
        for cells in grid.rows:
            found = self._row(columns, cells)
            if found is not None:
                yield from self._row_targets(found, grid, clause)

    def _matrix_row(
        self, columns: Sequence[_Column], cells: Sequence[Cell], clause: str
    ) -> Iterator[Candidate]:
        """A row of a table whose columns are indicators: one target a number, of the place it names."""
        text = self._repaired.text
        pairs = _aligned(columns, cells)
        labels = [
            cell for _, cell in pairs if not _VALUE.match(text[cell[0] : cell[1]]) and cell[0] < cell[1]
        ]
        label = _words(text, labels[0] if labels else None)
        for column, cell in pairs:
            match = _VALUE.match(text[cell[0] : cell[1]])
            if match is None or column.role in {"index", "base", "unit"}:
                continue
            row = _Row(cell, "", "", None, None, (), (), (), (), (), (cells[0][0], cells[-1][1]))
            built = self._value_target(row, cell, match, column.title, clause, name=column.title)
            yield _placed(built, label)

    def _row(self, columns: Sequence[_Column], cells: Sequence[Cell]) -> _Row | None:
        pairs = _aligned(columns, cells)
        text = self._repaired.text

        def first(role: str) -> Cell | None:
            return next((cell for column, cell in pairs if column.role == role and cell[0] < cell[1]), None)

        names = [cell for column, cell in pairs if column.role == "name" and cell[0] < cell[1]]
        name = names[-1] if names else first("text")
        if name is None:
            return None
        due, department = first("due"), first("department")
        return _Row(
            name=name,
            unit=_words(text, first("unit")),
            attribute=_words(text, first("attribute")),
            department=_words(text, department) or None,
            due=self._due(due),
            bases=tuple(cell for column, cell in pairs if column.role == "base"),
            values=tuple((cell, column.title) for column, cell in pairs if column.role == "value"),
            others=tuple(
                (cell, column.title)
                for column, cell in pairs
                if column.role in {"text", "other"} and cell != name
            ),
            rates=tuple((cell, column.title) for column, cell in pairs if column.role == "growth"),
            texts=tuple(cell for column, cell in pairs if column.role == "text" and cell != name)
            or ((name,) if not names else ()),
            whole=(cells[0][0], cells[-1][1]),
        )

    def _due(self, cell: Cell | None) -> dt.date | None:
        if cell is None:
            return None
        found = [each.day for each in anchors(self._repaired.text, *cell, self._facts)]
        return found[-1] if found else None

    def _row_targets(self, row: _Row, grid: Grid, clause: str) -> Iterator[Candidate]:
        text = self._repaired.text
        for cell, title in self._valued(row):
            match = _VALUE.match(text[cell[0] : cell[1]])
            if match is not None:
                built = self._value_target(row, cell, match, title, clause)
                yield built.with_review(ReviewReason.GLUED_CELLS) if grid.is_glued else built
            elif cell[0] < cell[1]:
                yield from self._sentences((cell,), clause, row.department, row.due)
        yield from self._sentences(row.texts, clause, row.department, row.due)

    def _valued(self, row: _Row) -> tuple[tuple[Cell, str], ...]:
        """The cells that hold target values: of the columns for them, else of any column that may."""
        text = self._repaired.text
        if row.values and any(_VALUE.match(text[cell[0] : cell[1]]) for cell, _ in row.values):
            return row.values
        for cells in (row.others, row.rates):
            numbers = tuple(each for each in cells if _VALUE.match(text[each[0][0] : each[0][1]]))
            if numbers:
                return numbers
        return row.values

    def _sentences(
        self, cells: Sequence[Cell], clause: str, department: str | None, due: dt.date | None
    ) -> Iterator[Candidate]:
        for start, end in cells:
            yield from self._prose.read(Passage(start, end, clause, (), department, due))

    def _value_target(
        self,
        row: _Row,
        cell: Cell,
        match: re.Match[str],
        title: str,
        clause: str,
        *,
        name: str | None = None,
    ) -> Candidate:
        repaired, text = self._repaired, self._repaired.text
        told = text[row.name[0] : row.name[1]] if name is None else name
        name, unit = _name_and_unit(told, row.unit, match.group("unit"))
        quantity = _quantity(match, unit, cell)
        kind = _kind(name, quantity)
        deadline = _deadline(title) or row.due or plan_end(self._facts)
        start, end = repaired.span(*row.whole)
        value_start, value_end = repaired.span(*cell)
        return Candidate(
            quote=repaired.source[start:end],
            start=start,
            end=end,
            value_start=value_start,
            value_end=value_end,
            value_as_written=repaired.source[value_start:value_end],
            clause=clause,
            indicator_name=name,
            kind=kind,
            comparator=quantity.comparator or Comparator.AT_LEAST,
            value=quantity.value,
            value_upper=quantity.value_upper,
            unit=quantity.base,
            written_unit=quantity.unit,
            written_decimals=quantity.decimals,
            window_start=window_start(kind, self._facts, deadline),
            deadline=deadline,
            region=self._facts.region,
            responsible=row.department,
            commitment=_commitment(row.attribute),
            baseline_value=self._baseline(row, unit),
        )

    def _baseline(self, row: _Row, unit: str) -> float | None:
        for cell in row.bases:
            match = _VALUE.match(self._repaired.text[cell[0] : cell[1]])
            if match is not None:
                return _quantity(match, unit, cell).value
        return None


_PLACE = re.compile(r"(?:[县区市镇乡旗州盟]|街道|园区|新区|开发区|高新区)$")
_SECTION = re.compile(r"(?:科|处|局|委|办|中心|部|厅|院|大学|公司)$")


def _is_matrix(columns: Sequence[_Column], grid: Grid, text: str) -> bool:
    """Whether the columns are indicators: most cells of most rows are numbers under titles that name them."""
    if len(columns) < 3 or sum(column.role in {"other", "name", "growth"} for column in columns[1:]) < 2:
        return False
    if any(column.role in {"value", "base", "attribute"} for column in columns):
        return False
    rows = [row for row in grid.rows if len(row) == len(columns)]
    numeric = [sum(bool(_VALUE.match(text[start:end])) for start, end in row) for row in rows]
    return bool(rows) and sum(numeric) >= 0.5 * len(columns) * len(rows)


def _placed(candidate: Candidate, label: str) -> Candidate:
    """The target of a row, with the district or the department its first cell names."""
    if _PLACE.search(label):
        return replace(candidate, region=label)
    return replace(candidate, responsible=label) if _SECTION.search(label) else candidate


def _words(text: str, cell: Cell | None) -> str:
    return text[cell[0] : cell[1]] if cell else ""


def _columns(grid: Grid, facts: PlanFacts) -> list[_Column]:
    columns = []
    for title in grid.header:
        role = next((role for role, pattern in _ROLES if pattern.search(title)), "other")
        years = [int(year) for year in re.findall(r"20\d\d", title)]
        if role == "value" and years and facts.first_year and max(years) < facts.first_year:
            role = "base"
        columns.append(_Column(role, title))
    return _with_a_name(columns)


def _with_a_name(columns: list[_Column]) -> list[_Column]:
    """A table of values needs a column of names: else the one that speaks of tasks is it."""
    if any(column.role == "name" for column in columns) or not any(
        column.role == "value" for column in columns
    ):
        return columns
    for place, column in enumerate(columns):
        if column.role in {"text", "other"}:
            return [*columns[:place], replace(column, role="name"), *columns[place + 1 :]]
    return columns


def _aligned(columns: Sequence[_Column], cells: Sequence[Cell]) -> list[tuple[_Column, Cell]]:
    """Cells with their columns; merged first cells make a row shorter, so the last ones decide."""
    if len(cells) == len(columns):
        return list(zip(columns, cells, strict=True))
    if len(cells) < len(columns):
        return list(zip(columns[len(columns) - len(cells) :], cells, strict=True))
    return list(zip(columns, cells[len(cells) - len(columns) :], strict=True))


def _name_and_unit(name: str, column_unit: str, cell_unit: str) -> tuple[str, str]:
    name = re.sub(r"^(?:\d{1,2}[.、]|\(\d{1,2}\)|[①-⑳])\s*", "", name)
    told = _NAME_UNIT.search(name)
    unit = cell_unit or column_unit or (told.group("unit") if told else "")
    if told and (re.search(r"[%元家个件项人户名场次]|年$|天|万|亿", told.group("unit"))):
        name = name[: told.start()]
        unit = cell_unit or column_unit or told.group("unit")
    if not unit and _PERCENT_NAME.search(name):
        unit = "%"
    return name, unit


def _quantity(match: re.Match[str], unit: str, cell: Cell) -> Quantity:
    """The number of a cell in its unit; an unknown unit counts ones."""
    low, high = match.group("low"), match.group("high")
    read = _in_unit(low, unit)
    upper = _in_unit(high, unit) if high else None
    sign, after = match.group("sign"), match.group("after")
    comparator = Comparator.BETWEEN if high else _SIGNS.get(sign or "")
    if after:
        comparator = {"左右": Comparator.ABOUT, "以内": Comparator.AT_MOST, "以下": Comparator.AT_MOST}.get(
            after, Comparator.AT_LEAST
        )
    return Quantity(
        start=cell[0],
        end=cell[1],
        number_start=cell[0],
        number_end=cell[1],
        value=read.value if read else float(low.replace(",", "")),
        value_upper=(upper.value if upper else float(high.replace(",", ""))) if high else None,
        base=read.base if read and read.base != "unstated" else ("CNY" if read else "count"),
        unit=unit,
        comparator=comparator,
        is_chinese=False,
        decimals=len(low.partition(".")[2]),
    )


def _in_unit(number: str, unit: str) -> Quantity | None:
    return next(find_quantities(f"{number}{unit or '个'}"), None)


def _kind(name: str, quantity: Quantity) -> TargetKind:
    reading = read_words(name, "", quantity)
    grows = re.search(r"(?:增长|增速|增幅|增长率)(?:\(.*\))?$", name)
    if quantity.base == "percent" and grows:
        return TargetKind.AVERAGE_GROWTH if "年均" in name else TargetKind.GROWTH
    if quantity.base == "percent":
        return TargetKind.LEVEL
    if STEADY_NAMES.search(name) and not re.search(r"新增|净增|新认定|新建|新培育|累计", name):
        return TargetKind.LEVEL
    return kind_of(quantity, reading, None)


def _deadline(title: str) -> dt.date | None:
    years = [int(year) for year in re.findall(r"20\d\d", title)]
    years += [FIVE_YEARS[five] + 4 for five in re.findall(r"(十[二三四五六七])五", title)]
    return dt.date(max(years), 12, 31) if years else None


def _commitment(attribute: str) -> Commitment:
    if "约束" in attribute:
        return Commitment.OBLIGATORY
    return Commitment.EXPECTED if "预期" in attribute else Commitment.UNSPECIFIED
