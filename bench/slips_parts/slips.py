"""Slips put into figures on purpose, as an update of one period or within a whole file."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from monitor.core.indicators import Measure, Reporting
from monitor.core.periods import Frequency
from monitor.ingest.candidates import Candidate
from monitor.ingest.findings import RuleId
from slips_parts.world import World, is_clean, is_tuned_on, stopped

LEAST_PAST = 3
LEAST_PEERS = 4
PER_SERIES = 1
FACTORS = {"×10⁴": 1e4, "×10⁻⁴": 1e-4, "×10⁸": 1e8, "×10⁻⁸": 1e-8}


@dataclass(frozen=True)
class Trial:
    """One slip and what came of it.

    Parameters
    ----------
    is_due : bool
        Whether the series had three earlier values or peers, so that it must be seen.
    is_marked : bool
        Whether the row was stored with the remark that nothing could be checked.
    """

    kind: str
    mode: str
    row: Candidate
    value: float
    is_due: bool
    rule: str | None
    is_marked: bool

    @property
    def is_tuned_on(self) -> bool:
        return is_tuned_on(self.row)


class Injector:
    """Puts slips into the rows of one world; the same seed chooses the same rows."""

    def __init__(self, world: World, *, seed: int) -> None:
        self._world = world
        self._random = random.Random(seed)
        self._family = world.by_family(row for row in world.rows if is_clean(row))
        self._file_of = {id(row): name for name, rows in world.files.items() for row in rows}
        self._series: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
        for row in world.rows:
            if is_clean(row):
                self._series[row.indicator.code, row.region].append(row)

    def unit_slips(self) -> Iterator[Trial]:
        """10^4 and 10^8, up and down, in some rows of every series."""
        for rows in self._series.values():
            for row in self._some([row for row in rows if row.value != 0]):
                for kind, factor in FACTORS.items():
                    slipped = {id(row): row.value * factor}
                    yield from self._both(kind, row, slipped)

    def percent_slips(self) -> Iterator[Trial]:
        """Percent given as a fraction, and the reverse."""
        for rows in self._series.values():
            if rows[0].indicator.base_unit == "percent":
                for row in self._some([row for row in rows if row.value != 0]):
                    yield from self._both("percent as fraction", row, {id(row): row.value / 100})
                    yield from self._both("fraction as percent", row, {id(row): row.value * 100})

    def single_months(self) -> Iterator[Trial]:
        """The month by itself where the figure from January should stand."""
        for year in self._years():
            for at in range(1, len(year)):
                alone = year[at].value - year[at - 1].value
                if alone > 0 and alone != year[at].value and self._random.random() < 0.5:
                    yield self._update("single month as cumulative", year[at], {id(year[at]): alone})
            months = {id(b): b.value - a.value for a, b in pairwise(year)}
            if any(months.values()):
                yield self._file("single month as cumulative", year[-1], months)

    def resets(self) -> Iterator[Trial]:
        """The count starts again within the year."""
        for year in self._years():
            at = self._random.randrange(1, len(year))
            since = {id(row): row.value - year[at - 1].value for row in year[at:]}
            row = year[at]
            if 0 < since[id(row)] < row.value:
                yield self._update("cumulative starts again", row, {id(row): since[id(row)]})
                yield self._file("cumulative starts again", row, since)

    def copies(self) -> Iterator[Trial]:
        """The period before again: in one region, and in all of them."""
        for rows in self._series.values():
            for row in self._some(rows):
                before = self._before(row)
                if before is not None and before.value not in (0, row.value):
                    yield self._update("copied period, one region", row, {id(row): before.value})
                    batch = self._batch(row)
                    copies = {id(each): self._before(each) for each in batch}
                    values = {key: each.value for key, each in copies.items() if each is not None}
                    if len(batch) >= 3:
                        yield self._update("copied period, all regions", row, values)

    def swaps(self) -> Iterator[Trial]:
        """Two regions exchanged within a period, and a column shifted by a year."""
        for rows in self._series.values():
            for row in self._some(rows):
                others = [each for each in self._batch(row) if each.region != row.region]
                if others:
                    other = self._random.choice(others)
                    if abs(row.value - other.value) > 0.1 * max(abs(row.value), abs(other.value)):
                        yield self._update(
                            "regions swapped", row, {id(row): other.value, id(other): row.value}
                        )

    def _some(self, rows: Sequence[Candidate]) -> list[Candidate]:
        return self._random.sample(list(rows), min(PER_SERIES, len(rows)))

    def _years(self) -> Iterator[list[Candidate]]:
        """Last releases of the months of each year of series that count from January."""
        for rows in self._series.values():
            indicator = rows[0].indicator
            if indicator.reporting is not Reporting.YTD or indicator.frequency is Frequency.ANNUAL:
                continue
            if indicator.measure not in (Measure.FLOW, Measure.COUNTER):
                continue
            years: dict[int, dict[int, Candidate]] = defaultdict(dict)
            for row in sorted(rows, key=lambda each: each.known_on):
                years[row.period.year][row.period.part] = row
            yield from (
                [months[part] for part in sorted(months)] for months in years.values() if len(months) > 1
            )

    def _before(self, row: Candidate) -> Candidate | None:
        wanted = row.period.shift(-1)
        found = [
            each
            for each in self._series[row.indicator.code, row.region]
            if each.period == wanted
            and each.known_on < row.known_on
            and each.definition_basis == row.definition_basis
        ]
        return max(found, key=lambda each: each.known_on, default=None)

    def _batch(self, row: Candidate) -> list[Candidate]:
        """Rows of the same indicator and period that became known on the same day."""
        return [
            each
            for each in self._family[self._world.families.family_of(row.indicator.code)]
            if each.indicator.code == row.indicator.code
            and each.period == row.period
            and each.known_on == row.known_on
        ]

    def _both(self, kind: str, row: Candidate, values: dict[int, float]) -> Iterator[Trial]:
        yield self._update(kind, row, values)
        yield self._file(kind, row, values)

    def _update(self, kind: str, row: Candidate, values: dict[int, float]) -> Trial:
        family = self._family[self._world.families.family_of(row.indicator.code)]
        stored = [each for each in family if each.known_on < row.known_on]
        return self._trial(kind, "update", row, self._batch(row), stored, values)

    def _file(self, kind: str, row: Candidate, values: dict[int, float]) -> Trial:
        name = self._file_of[id(row)]
        family = self._family[self._world.families.family_of(row.indicator.code)]
        return self._trial(
            kind, "file", row, [each for each in family if self._file_of[id(each)] == name], [], values
        )

    def _trial(  # noqa: PLR0917 - six plain facts of one trial
        self,
        kind: str,
        mode: str,
        row: Candidate,
        batch: Sequence[Candidate],
        stored: Sequence[Candidate],
        values: dict[int, float],
    ) -> Trial:
        given = [replace(each, value=values[id(each)]) if id(each) in values else each for each in batch]
        slipped = {id(new) for new, old in zip(given, batch, strict=True) if id(old) in values}
        target = next(new for new, old in zip(given, batch, strict=True) if old is row)
        result = self._world.judge(given, stored)
        found = {key: rule for key, rule in stopped(result).items() if key in slipped}
        rule = found.get(id(target)) or next(iter(found.values()), None)
        marked = {id(each) for each, finding in result.warned if finding.rule is RuleId.UNVERIFIABLE}
        return Trial(
            kind, mode, row, target.value, self._is_due(row, batch, stored), rule, id(target) in marked
        )

    def _is_due(self, row: Candidate, batch: Sequence[Candidate], stored: Sequence[Candidate]) -> bool:
        around = [each for each in (*stored, *batch) if each.indicator.code == row.indicator.code]
        past = {
            each.period
            for each in around
            if each.region == row.region
            and each.period != row.period
            and each.value != 0
            and each.period.end < row.period.end
        }
        return len(past) >= LEAST_PAST


def counted(trials: Sequence[Trial], wanted: Callable[[Trial], bool]) -> Counter[str]:
    return Counter(
        "caught" if trial.rule else "marked" if trial.is_marked else "missed"
        for trial in trials
        if wanted(trial)
    )
