"""The figures of one table, each with the indicator, region, period and unit its labels give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.core.units import unit_named
from monitor.ingest.cells import is_missing, plain, shown
from monitor.ingest.columns import Column
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.layouts.axes import Columns, ValueColumn, read_columns
from monitor.ingest.layouts.blocks import Block, Line
from monitor.ingest.layouts.labels import Axis, Label, Labels, is_unit, is_value, units_in
from monitor.ingest.layouts.periods import PeriodWords, combined, disagree, period_text, title_words
from monitor.ingest.layouts.totals import total_region
from monitor.ingest.raw import RawRow, column_letters

_PRELIMINARY = ("快报", "初步")
_AXIS_COLUMN = {
    Axis.INDICATOR: Column.INDICATOR,
    Axis.REGION: Column.REGION,
    Axis.PERIOD: Column.PERIOD,
}


@dataclass(frozen=True)
class Surroundings:
    """What a sheet says beyond one of its tables.

    Parameters
    ----------
    sheet : str or None
        Its name.
    titles : tuple of str
        Titles of its first table, which give region and year to the others as well.
    """

    sheet: str | None
    titles: tuple[str, ...]


@dataclass(frozen=True)
class _Sections:
    """The labels that head the rows below them, by what they name; `unknown` names nothing."""

    indicator: Label | None = None
    region: Label | None = None
    period: Label | None = None
    unknown: Label | None = None

    def of(self, axis: Axis) -> Label | None:
        """The label of that axis, if one stands above."""
        return {Axis.INDICATOR: self.indicator, Axis.REGION: self.region, Axis.PERIOD: self.period}[axis]

    def after(self, label: Label, *, has_regions: bool) -> _Sections:
        """The sections below another row of one text; a region beside regions is a row left empty."""
        if label.indicators:
            return replace(self, indicator=label, unknown=None)
        if label.period is not None:
            return replace(self, period=label)
        if label.regions or label.is_total:
            return self if has_regions else replace(self, region=label)
        return replace(self, unknown=label)


class Table:
    """One table, its labels read."""

    def __init__(self, block: Block, around: Surroundings, labels: Labels) -> None:
        self._block = block
        self._around = around
        self._labels = labels
        self._columns = read_columns(block, labels)
        self._titles = (*block.titles, *self._columns.general)
        self._totals: dict[str, str | Finding] = {}
        self.empty = 0
        """Cells without a figure, counted by `rows`."""

    @property
    def columns(self) -> Columns:
        """Its columns by what they hold."""
        return self._columns

    @property
    def first_row(self) -> int:
        """Row of its first figures, counted from 1."""
        return self._block.body[0].number + 1

    def missing_axes(self) -> list[Axis]:
        """What neither labels nor titles name anywhere, so that no figure can be placed."""
        present = set(self._columns.stubs.values()) | {
            axis
            for label in (*self._labels_of_heads, *self._section_labels)
            for axis, is_there in (
                (Axis.INDICATOR, label.indicators),
                (Axis.REGION, label.regions or label.is_total),
                (Axis.PERIOD, label.period),
            )
            if is_there
        }
        present |= {axis for axis in (Axis.INDICATOR, Axis.REGION) if self._from_titles(axis)}
        has_year = self._outer_period.year is not None or Axis.PERIOD in present
        return [axis for axis in Axis if axis not in present and not (axis is Axis.PERIOD and has_year)]

    @cached_property
    def _labels_of_heads(self) -> tuple[Label, ...]:
        return tuple(label for column in self._columns.values for label in column.path)

    @cached_property
    def _section_labels(self) -> tuple[Label, ...]:
        return tuple(self._labels.label(line.texts[0]) for line in self._block.body if len(line.texts) == 1)

    @cached_property
    def _has_sections(self) -> bool:
        """Whether rows of one text name the indicator of the rows below them."""
        return any(label.indicators for label in self._section_labels)

    @cached_property
    def _outer_period(self) -> PeriodWords:
        texts = (self._around.sheet or "", *self._around.titles, *self._titles)
        return combined(title_words(text) for text in texts)

    def _from_titles(self, axis: Axis) -> tuple[str, ...]:
        """Codes the nearest title names; the sheet's name and first titles come last."""
        find = self._labels.indicators_in if axis is Axis.INDICATOR else self._labels.regions_in
        further = self._around.titles if axis is Axis.REGION else ()
        for text in (*reversed(self._titles), *reversed(further), self._around.sheet or ""):
            codes = find(text)
            if codes:
                return codes
        return ()

    @cached_property
    def _table_units(self) -> tuple[str, ...]:
        """Units of the corner, or of the lines above."""
        for text in (*self._columns.corner, *reversed(self._titles), self._around.sheet or ""):
            units = self._labels.label(text).units or units_in(text)
            if units:
                return units
        return ()

    def rows(self) -> Iterator[RawRow]:
        """A row for every figure; cells without one are counted and passed over."""
        sections = _Sections()
        has_regions = Axis.REGION in self._columns.stubs.values()
        for line in self._block.body:
            if len(line.texts) == 1 and not is_value(line.texts[0]):
                sections = sections.after(self._labels.label(line.texts[0]), has_regions=has_regions)
                continue
            stubs = {at: self._labels.label(line.cells[at]) for at in self._columns.stubs if line.cells[at]}
            for column in self._columns.values:
                text = line.cells[column.at]
                if not text or is_missing(text):
                    self.empty += 1
                    continue
                yield self._row(line, column, stubs, sections)

    def _row(self, line: Line, column: ValueColumn, stubs: dict[int, Label], sections: _Sections) -> RawRow:
        text = line.cells[column.at]
        inner = (*stubs.values(), *column.path)
        problems = [
            *self._unclear_heads(column),
            *_merged(line, column.at, text),
        ]
        indicator = self._named(Axis.INDICATOR, column, stubs, sections, problems)
        region = self._named(Axis.REGION, column, stubs, sections, problems)
        of_period = [stubs.get(at) for at, axis in self._columns.stubs.items() if axis is Axis.PERIOD]
        if of_period and not any(label and label.period for label in of_period):
            problems.append(_no_label(Axis.PERIOD))
        period = self._period(inner, sections, problems)
        unit = self._unit(line, column, stubs, sections, indicator)
        address = f"{column_letters(column.at)}{line.number + 1}"
        cells = {
            "indicator": indicator,
            "region": region,
            "period": period,
            "value": text,
            "unit": "%" if plain(text).endswith("%") else unit,
            "status": "preliminary" if self._is_preliminary(column) else "",
            "note": self._note(line),
        }
        where = f"{self._around.sheet}!{address}" if self._around.sheet else address
        return RawRow(line.number + 1, cells, where, tuple(problems))

    def _unclear_heads(self, column: ValueColumn) -> Iterator[Finding]:
        unknown = [label.text for label in column.path if not label.is_known]
        if unknown:
            yield _unclear(
                unknown[0],
                f"The column head {shown(unknown[0])!r} is no known indicator, region, period or unit.",
                "Write the indicator's name or code as the head, or add the name to the catalogue.",
            )
        elif not column.path and len(self._columns.values) > 1:
            yield _unclear(
                "", "The column has no head, so its figures have no name.", "Write what it holds above it."
            )

    def _named(
        self,
        axis: Axis,
        column: ValueColumn,
        stubs: dict[int, Label],
        sections: _Sections,
        problems: list[Finding],
    ) -> str:
        """Code of the indicator or region, or the text that names none or several."""
        own = [stubs[at] for at, of in self._columns.stubs.items() if of is axis and at in stubs]
        heads = [
            label for label in column.path if _codes(label, axis) or (axis is Axis.REGION and label.is_total)
        ]
        if not own and axis in self._columns.stubs.values():
            problems.append(_no_label(axis))
            return ""
        found = [*own[-1:], *heads[-1:]]
        if len(found) == 2:
            problems.append(_twice(axis, found[0], found[1]))
        above = sections.of(axis)
        if not found and above is not None:
            found = [above]
        if axis is Axis.INDICATOR and sections.unknown is not None and self._has_sections:
            problems.append(_unknown_section(sections.unknown))
        if found:
            return self._code(axis, found[0], problems)
        codes = self._from_titles(axis)
        if len(codes) == 1:
            return codes[0]
        title = next((text for text in reversed(self._titles) if text), "")
        problems.append(_nowhere(axis, title) if not codes else _several(axis, codes))
        return ""

    def _code(self, axis: Axis, label: Label, problems: list[Finding]) -> str:
        codes = _codes(label, axis)
        if len(codes) == 1:
            return codes[0]
        if axis is Axis.REGION and label.is_total and not codes:
            total = self._total(label.text)
            if isinstance(total, Finding):
                problems.append(total)
                return label.text
            return total
        return label.text

    def _total(self, word: str) -> str | Finding:
        if word not in self._totals:
            at = [place for place, axis in self._columns.stubs.items() if axis is Axis.REGION]
            listed = [
                self._labels.label(line.cells[place])
                for line in self._block.body
                for place in at
                if line.cells[place] and len(line.texts) > 1
            ]
            listed += [label for label in self._labels_of_heads if label.regions]
            named = self._from_titles(Axis.REGION)
            self._totals[word] = total_region(word, listed, named, self._labels.context.regions)
        return self._totals[word]

    def _period(self, inner: Sequence[Label], sections: _Sections, problems: list[Finding]) -> str:
        own = [label.period for label in inner if label.period is not None]
        if sections.period is not None and sections.period.period is not None:
            own.insert(0, sections.period.period)
        parts = [self._outer_period, *own]
        if disagree(parts) or _differ(own):
            problems.append(
                _unclear(
                    "",
                    "Title, heads and row give the figure two periods.",
                    "Write year and months in one place, such as 2025年1-9月.",
                    column=Column.PERIOD,
                    rule=RuleId.BAD_PERIOD,
                )
            )
            return ""
        words = combined(parts)
        if words.year is None:
            problems.append(
                _unclear(
                    "",
                    "No year stands in the column head, the row, the title or the name of the sheet.",
                    "Write the year in one of them, such as 2025年1-9月.",
                    column=Column.PERIOD,
                    rule=RuleId.BAD_PERIOD,
                )
            )
            return ""
        return period_text(words)

    def _unit(
        self,
        line: Line,
        column: ValueColumn,
        stubs: dict[int, Label],
        sections: _Sections,
        indicator: str,
    ) -> str:
        told: list[tuple[str, ...]] = [label.units for label in reversed(column.path)]
        told += [(plain(line.cells[at]),) for at in self._columns.units if is_unit(line.cells[at])]
        told += [label.units for label in stubs.values()]
        told += [sections.indicator.units if sections.indicator else (), self._table_units]
        units = next((units for units in told if units), ())
        known = self._labels.context.indicators.get(indicator)
        fitting = [unit for unit in units if known and unit_named(unit).base == known.base_unit]
        return (fitting or list(units) or [""])[0]

    def _is_preliminary(self, column: ValueColumn) -> bool:
        texts = [*self._titles, *(label.text for label in column.path)]
        return any(word in text for text in texts for word in _PRELIMINARY)

    def _note(self, line: Line) -> str:
        own = [line.cells[at] for at in self._columns.notes if line.cells[at]]
        sources = [text for text in self._block.notes if "来源" in text]
        return "; ".join((*own, *sources))


def _codes(label: Label, axis: Axis) -> tuple[str, ...]:
    return {Axis.INDICATOR: label.indicators, Axis.REGION: label.regions}.get(axis, ())


def _differ(own: Iterable[PeriodWords]) -> bool:
    """Whether row and column name different years, or different months."""
    years = {each.year for each in own if each.year is not None}
    spans = {(each.month, each.quarter, each.is_year) for each in own if each.names_part}
    return len(years) > 1 or len(spans) > 1


def _merged(line: Line, at: int, text: str) -> Iterator[Finding]:
    if at in line.copies:
        yield _unclear(
            text,
            f"The figure {shown(text)} stands in cells merged over several rows or columns.",
            "Separate the cells and write each figure in its own.",
            column=Column.VALUE,
        )


def _unclear(
    found: str,
    reason: str,
    remedy: str,
    *,
    column: Column | None = None,
    rule: RuleId = RuleId.UNCLEAR_CELL,
) -> Finding:
    return Finding(rule, column, found, reason, remedy)


def _twice(axis: Axis, row: Label, head: Label) -> Finding:
    return _unclear(
        row.text,
        f"The row names the {axis} {shown(row.text)!r}, and the column {shown(head.text)!r}.",
        "Leave one of them out, so that it is clear what the figure is.",
        column=_AXIS_COLUMN[axis],
    )


def _unknown_section(label: Label) -> Finding:
    return _unclear(
        label.text,
        f"The row stands under {shown(label.text)!r}, which is no indicator that is known.",
        "Write a name of the catalogue there, or remove the line.",
        column=Column.INDICATOR,
    )


def _several(axis: Axis, codes: Sequence[str]) -> Finding:
    ambiguous = {Axis.INDICATOR: RuleId.AMBIGUOUS_INDICATOR, Axis.REGION: RuleId.AMBIGUOUS_REGION}
    return _unclear(
        "",
        f"The {axis} in the title may mean {' or '.join(codes)}.",
        "Write the code of the one that is meant.",
        column=_AXIS_COLUMN[axis],
        rule=ambiguous.get(axis, RuleId.UNCLEAR_CELL),
    )


def _no_label(axis: Axis) -> Finding:
    return _unclear(
        "",
        f"The label of the row names no {axis}, as the others in its column do.",
        f"Write the {axis} there, also where it is that of the row above.",
        column=_AXIS_COLUMN[axis],
    )


def _nowhere(axis: Axis, title: str) -> Finding:
    return _unclear(
        title,
        f"No {axis} stands in the row, the column head, the title or the name of the sheet.",
        f"Write the {axis} in one of them.",
        column=_AXIS_COLUMN[axis],
    )
