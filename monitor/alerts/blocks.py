"""A target told at length: chance, value, target, gap, trend, why, pace, change, what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.alerts.content import Block, Fact, Piece, Trend
from monitor.alerts.known import Known
from monitor.core.flags import COLOURS, Flag
from monitor.core.overviews import TargetStatus
from monitor.core.people import Rhythm
from monitor.core.reasons import Reason, ReasonCode
from monitor.words import display, wording
from monitor.words.cells import plain_text
from monitor.words.display import Language, Scale
from monitor.words.lines import Line, compares_rates, days_late, flag_of, is_growth, line_of
from monitor.words.view import View, Workspace

_FEWEST_POINTS = 3
_SHOWN_COMPARATORS = ("about", "at_most", "less_than", "more_than")


@dataclass(frozen=True)
class Teller:
    """Words a target in one language, as known at the end of a span and read on a later day.

    Parameters
    ----------
    known : Known
        What was known.
    view : View
        Language and workspace.
    read_on : datetime.date
        Day the message goes out; time left counts from it.
    names_region : bool
        Whether names begin with the region; False where all are of one.
    doubled : frozenset of str
        Names that several of the targets would have; these say what they ask for, too.
    """

    known: Known
    view: View
    read_on: dt.date
    names_region: bool
    doubled: frozenset[str] = frozenset()

    @property
    def language(self) -> Language:
        """Of every text."""
        return self.view.language

    def word(self, name: str, /, **filled: object) -> str:
        """A text of the mail catalogue."""
        return wording.messages(self.language).mail[name].format(**filled)

    def line(self, row: TargetStatus) -> Line:
        """The target as tables show it."""
        return line_of(row, self.view)

    def name(self, row: TargetStatus) -> str:
        """Region where it matters, indicator, kind of target; its statement where that is not enough."""
        name = self.short_name(row)
        return plain_text(f"{name} {self.line(row).statement}") if name in self.doubled else name

    def short_name(self, row: TargetStatus) -> str:
        """Region where it matters, indicator, kind of target."""
        line = self.line(row)
        parts = [line.short_region] if self.names_region else []
        return plain_text(" ".join([*parts, line.short_name, line.kind]).strip())

    def owners(self, row: TargetStatus) -> str:
        """The departments that answer for it."""
        names = [plain_text(self.view.department(each)) for each in row.departments]
        return self.word("list_join").join(names)

    def flag(self, flag: Flag) -> Piece:
        """Shape and word."""
        return Piece(wording.flag_text(flag, self.language), flag)

    def said(self, row: TargetStatus, reason: Reason) -> str:
        """The sentence of a reason, its days counted on."""
        context = wording.WordingContext(row.terms, row.indicator)
        return plain_text(wording.sentence(self._counted_on(row, reason), self.language, context))

    def _counted_on(self, row: TargetStatus, reason: Reason) -> Reason:
        """Time to the deadline as of the day of reading, overdue figures as of the end of the span."""
        assessed_on = row.assessment.as_of if row.assessment else self.read_on
        facts = dict(reason.facts)
        if reason.code is ReasonCode.MILESTONE_DUE:
            facts["days_left"] = self.days_left(row)
        elif reason.code is ReasonCode.MILESTONE_OVERDUE:
            facts["days_overdue"] = -self.days_left(row)
        else:
            passed = (self.known.overview.as_of - assessed_on).days
            facts |= {name: facts[name] + passed for name in ("days", "days_overdue") if facts.get(name)}
        return Reason(reason.code, facts)

    def left(self, row: TargetStatus) -> str:
        """Time left on the day of reading: 41 天."""
        return display.days_left(abs(self.days_left(row)), self.language)

    def days_left(self, row: TargetStatus) -> int:
        """Days from the day of reading to the deadline; negative once it is past."""
        return (row.terms.deadline - self.read_on).days

    def deadline(self, row: TargetStatus) -> str:
        """期限 2026 年 · 剩 41 天."""
        name = "deadline_left" if self.days_left(row) >= 0 else "deadline_past"
        return self.word(name, deadline=self.deadline_text(row), left=self.left(row))

    def deadline_text(self, row: TargetStatus) -> str:
        """The deadline as the period it ends: 2026 年底, 2026 年 9 月."""
        deadline = row.terms.deadline
        if (deadline.month, deadline.day) == (12, 31):
            return self.word("year_end", year=deadline.year)
        return display.period_text(display.deadline_period(deadline), self.language)

    def parts(self, row: TargetStatus, total: int) -> str:
        """新数据 −4，时间推移 −2; empty where it cannot be divided."""
        change = self.known.parts.get(row.target)
        if change is None or not total:
            return ""
        told = wording.change_parts(change, total, self.language)
        shown = [f"{name} {display.signed_points(points)}" for name, points in told if points]
        return wording.messages(self.language).terms["part_join"].join(shown)

    def days_late(self, row: TargetStatus) -> int:
        """Days a figure was overdue at the end of the span."""
        late, found = days_late(row), row.assessment
        if not late or found is None:
            return 0
        return late + (self.known.overview.as_of - found.as_of).days

    def block(self, row: TargetStatus) -> Block:
        """The target at length."""
        line = self.line(row)
        has_chance = line.flag in COLOURS and line.probability is not None
        return Block(
            target=row.target,
            name=self.name(row),
            flag=self.flag(line.flag),
            deadline=self.deadline(row),
            chance=display.percent(line.probability) if has_chance else "",
            share=display.shown_points(line.probability) if line.probability is not None else 0,
            before=self._before(row) if has_chance else "",
            facts=self._facts(line),
            trend=self._trend(line),
            rows=tuple((label, said) for label, said in self._rows(line) if said),
        )

    def _before(self, row: TargetStatus) -> str:
        chance = row.previous.probability_met if row.previous else None
        if chance is None:
            return ""
        monthly = self.known.span.rhythm is Rhythm.MONTHLY
        return self.word("before_month" if monthly else "before_week", probability=display.percent(chance))

    def _facts(self, line: Line) -> tuple[Fact, ...]:
        """Value with its period, target with what qualifies it, gap."""
        terms = line.status.terms
        if terms.value is None and line.value is None:
            return ()
        upper = f"–{line.scale.number(terms.value_upper)}" if terms.value_upper is not None else ""
        target = line.scale.number(terms.value) + upper
        unit = line.scale.unit
        return (
            Fact(
                self.view.label("column_value"),
                line.scale.number(line.value),
                unit if line.value is not None else "",
                line.value_period,
            ),
            Fact(
                self.view.label("column_target"),
                target,
                unit if terms.value is not None else "",
                self._qualified(line),
            ),
            Fact(
                self.view.label("column_gap"),
                line.scale.number(line.gap, signed=True),
                line.scale.gap_unit if line.gap is not None else "",
                "",
            ),
        )

    def _qualified(self, line: Line) -> str:
        """力争, 约, ≤: what stands with a target value; a plain floor has nothing."""
        terms, texts = line.status.terms, wording.messages(self.language)
        words = [wording.commitment_word(terms.commitment, self.language)]
        if terms.comparator is not None and terms.comparator.value in _SHOWN_COMPARATORS:
            words.append(texts.comparators[terms.comparator.value])
        return self.word("list_join").join(word for word in words if word)

    def _trend(self, line: Line) -> Trend | None:
        points = line.status.recent
        if len(points) < _FEWEST_POINTS:
            return None
        scale = self._trend_scale(line)
        ends = [f"{period} {scale.text(value)}" for period, value in (points[0], points[-1])]
        facts = {"name": self.name(line.status), "first": ends[0], "last": ends[1]}
        described = (
            self.word("spark_no_goal", **facts)
            if line.goal is None
            else self.word("spark", goal=scale.text(line.goal), **facts)
        )
        return Trend(tuple(value for _, value in points), line.goal, plain_text(described))

    def _trend_scale(self, line: Line) -> Scale:
        """That of the target where both measure the same, else that of the indicator's own values."""
        indicator = line.status.indicator
        if indicator is None or is_growth(line.status) or line.scale.base == indicator.base_unit:
            return line.scale
        return display.level_scale(indicator, line.status.recent[-1][1], self.language)

    def _rows(self, line: Line) -> Iterator[tuple[str, str]]:
        """Why, pace, data, change, what to do; a label may come with an empty sentence."""
        row, found = line.status, line.status.assessment
        if found is None:
            return
        details = {reason.code.value: reason for reason in found.details}
        has_pace = "pace" in details and not compares_rates(row)
        yield self.word("row_reason"), self._why(row, found.reason, details, has_pace=has_pace)
        if has_pace:
            yield self.word("row_pace"), self.said(row, details["pace"])
        state = details.get("late_data") or details.get("data_state")
        yield self.word("row_data"), self.said(row, state) if state else ""
        parts = self.parts(row, line.change or 0)
        total = display.signed_points(line.change or 0)
        yield self.word("row_change"), self.word("change_over", total=total, parts=parts) if parts else ""
        yield self.word("row_action"), self._action(line, details)
        if "safe_value" in details and line.flag in COLOURS:
            yield self.word("row_option"), self.said(row, details["safe_value"])

    def _why(self, row: TargetStatus, reason: Reason, details: dict[str, Reason], *, has_pace: bool) -> str:
        """The leading reason (its pace is left to the line below), and the range of the outcome."""
        if has_pace:
            reason = Reason(reason.code, {**reason.facts, "required": None})
        told = [self.said(row, reason)]
        if "outcome_range" in details and flag_of(row) in COLOURS:
            told.append(self.said(row, details["outcome_range"]))
        return self.word("sentence_join").join(told)

    def _action(self, line: Line, details: dict[str, Reason]) -> str:
        """A late figure is asked for; a state that is no colour says what it needs."""
        row, found = line.status, line.status.assessment
        late = self.days_late(row)
        if late:
            period = details["late_data"].facts.get("period") if "late_data" in details else None
            told = f"{display.period_text(str(period), self.language)}" if period else ""
            days = wording.counted(late, "day", self.language)
            return plain_text(
                self.word("action_late_period" if told else "action_late", period=told, days=days)
            )
        labels = wording.messages(self.language).labels
        needed = labels.get(f"needed_{found.reason.code.value}", "") if found else ""
        return "" if line.flag in COLOURS else needed


def workspace_view(known: Known, language: Language) -> View:
    """The view of a message: its workspace is labelled where it is simulated."""
    return View(language, known.overview.as_of, Workspace("", simulated=known.overview.simulated))
