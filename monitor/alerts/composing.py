"""From what was known to what a digest says. Pure: everything it needs is an argument."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.alerts.blocks import Teller, workspace_view
from monitor.alerts.content import ChangeEntry, Digest, Group, Item, LateEntry, Piece, Section
from monitor.alerts.known import MOVED_POINTS, Known, has_moved
from monitor.clock import ZONE, local_date
from monitor.core.acknowledgements import Acknowledgement, last_answers
from monitor.core.flags import COLOURS, WORST_FIRST, Flag
from monitor.core.overviews import TargetStatus
from monitor.core.people import Rhythm
from monitor.core.weeks import Week
from monitor.words import display, wording
from monitor.words.cells import plain_text
from monitor.words.display import Language
from monitor.words.lines import SETTLED_FLAGS, flag_of, short_region
from monitor.words.view import View

MOST_BLOCKS = 12
"""Targets told at length; further ones take a line each, as mail programs cut long messages."""
MOST_CHANGES = 12
MOST_LATE = 8
_AT_LENGTH = (Flag.RED, Flag.YELLOW, Flag.OVERDUE)
_OPEN_TO_LOOK = frozenset({Flag.GREY, Flag.MISSED, Flag.DUE, Flag.AWAITING})
_IN_SUBJECT = (Flag.RED, Flag.OVERDUE, Flag.YELLOW, Flag.GREY)
_LONGEST_ABOUT = 24


@dataclass(frozen=True)
class Reader:
    """Whom a digest is composed for: everyone with the same departments and language shares it."""

    departments: frozenset[str]
    language: Language


def compose(
    known: Known,
    reader: Reader,
    *,
    rules: Mapping[str, float],
    read_on: dt.date,
    skipped: Sequence[Week] = (),
) -> Digest:
    """What the digest says to a reader.

    Parameters
    ----------
    known : Known
        What was known at the end of the period.
    rules : mapping
        Lines between the colours, `green_at` and `yellow_at`, for the legend.
    read_on : datetime.date
        Day it goes out.
    skipped : sequence of Week
        Weeks right before it whose digests were not sent.
    """
    rows = known.rows_of(reader.departments)
    view = workspace_view(known, reader.language)
    teller = teller_of(known, rows, view, read_on=read_on)
    return _Composer(teller, rows, rules, skipped).digest()


def teller_of(known: Known, rows: Sequence[TargetStatus], view: View, *, read_on: dt.date) -> Teller:
    """Who words these targets: names say as much as is needed to tell them apart."""
    teller = Teller(known, view, read_on, len({row.region.code for row in rows}) > 1)
    names = Counter(teller.short_name(row) for row in rows)
    return replace(teller, doubled=frozenset(name for name, count in names.items() if count > 1))


@dataclass(frozen=True)
class _Composer:
    """Puts one digest together."""

    teller: Teller
    rows: tuple[TargetStatus, ...]
    rules: Mapping[str, float]
    skipped: Sequence[Week]

    def digest(self) -> Digest:
        """The whole of it."""
        teller = self.teller
        at_length = sorted(
            (row for row in self.rows if flag_of(row) in _AT_LENGTH),
            key=lambda row: WORST_FIRST.index(flag_of(row)),
        )
        late = self._late()
        return Digest(
            language=teller.language,
            period=teller.known.span.period,
            subject=self._subject(),
            title=teller.word("title", kind=self._kind(), about=self._about()),
            dated=self._dated(),
            simulated=teller.word("simulated") if teller.known.overview.simulated else "",
            summary=tuple(self._summary()),
            skipped=self._skipped(),
            changed=self._changed(),
            late_title=teller.word("late"),
            late=late[:MOST_LATE],
            late_note=teller.word("more_late", count=len(late) - MOST_LATE) if len(late) > MOST_LATE else "",
            blocks_title=teller.word("worst_first"),
            blocks=tuple(teller.block(row) for row in at_length[:MOST_BLOCKS]),
            further_title=teller.word("further", count=len(at_length) - MOST_BLOCKS),
            further=tuple(self._in_a_line(row) for row in at_length[MOST_BLOCKS:]),
            rest_title=teller.word("rest", count=len(self.rows) - len(at_length)),
            rest=tuple(self._rest()),
            said_title=teller.word("acknowledgements"),
            said=tuple(self._said()),
            footer=tuple(footer_of(teller, self.rules)),
        )

    @property
    def _is_monthly(self) -> bool:
        return self.teller.known.span.rhythm is Rhythm.MONTHLY

    def _kind(self) -> str:
        return self.teller.word("monthly" if self._is_monthly else "weekly")

    def _about(self) -> str:
        """The region, the region all others are part of, or how many regions."""
        regions = {row.region.code: row for row in self.rows}
        within = [
            row
            for code, row in regions.items()
            if all(code in (other.region.code, other.region.parent) for other in regions.values())
        ]
        if within:
            return plain_text(short_region(within[0], self.teller.view))[:_LONGEST_ABOUT]
        if regions:
            return self.teller.word("regions", count=len(regions))
        return self.teller.view.label("nav_overview")

    def _counts(self) -> Counter[Flag]:
        return Counter(flag_of(row) for row in self.rows)

    def _subject(self) -> str:
        """【指标周报】河南：1 项预警、2 项关注，剩 41 天（11-23）."""
        teller, counts = self.teller, self._counts()
        simulated = teller.known.overview.simulated
        tag = teller.word("tag_simulated" if simulated else "tag", kind=self._kind())
        told = [flag for flag in _IN_SUBJECT if counts[flag]] or [
            flag for flag in WORST_FIRST if counts[flag]
        ]
        named = teller.word("list_join").join(self._counted(flag, counts[flag]) for flag in told)
        due = self._next_due()
        left = teller.word("subject_left", left=teller.left(due[0])) if due else ""
        return teller.word(
            "subject",
            tag=tag,
            about=self._about(),
            counts=named or teller.word("subject_nothing"),
            left=left,
            day=f"{teller.read_on:%m-%d}",
        )

    def _counted(self, flag: Flag, count: int) -> str:
        word = wording.flag_word(flag, self.teller.language)
        if self.teller.language is Language.EN:
            word = word[0].lower() + word[1:]
        return self.teller.word("count", count=count, flag=word)

    def _dated(self) -> str:
        span = self.teller.known.span
        first = span.since + dt.timedelta(days=1)
        days = {"first": f"{first:%m-%d}", "last": f"{span.end:%m-%d}"}
        if self._is_monthly:
            return self.teller.word("month", year=span.end.year, month=span.end.month, **days)
        week = Week.containing(span.end)
        return self.teller.word("week", year=week.year, number=week.number, **days)

    def _next_due(self) -> list[TargetStatus]:
        """Red and yellow targets of the nearest deadline that lies ahead."""
        open_rows = [
            row
            for row in self.rows
            if flag_of(row) in (Flag.RED, Flag.YELLOW) and self.teller.days_left(row) >= 0
        ]
        nearest = min((row.terms.deadline for row in open_rows), default=None)
        return [row for row in open_rows if row.terms.deadline == nearest]

    def _summary(self) -> Iterator[Piece]:
        """One sentence: how many of each flag, and what is due next."""
        teller, counts = self.teller, self._counts()
        if not self.rows:
            yield Piece(teller.word("summary_nothing"))
            return
        yield Piece(teller.word("summary", count=len(self.rows)))
        for position, flag in enumerate(flag for flag in WORST_FIRST if counts[flag]):
            if position:
                yield Piece(teller.word("list_join"))
            yield Piece(f"{wording.SHAPES[flag]} {self._counted(flag, counts[flag])}", flag)
        due = self._next_due()
        if due:
            yield Piece(
                teller.word(
                    "summary_due",
                    count=len(due),
                    deadline=teller.deadline_text(due[0]),
                    left=teller.left(due[0]),
                )
            )
        yield Piece(teller.word("summary_end"))

    def _skipped(self) -> str:
        """Which weeks were not told: their changes are not among those of this one."""
        if not self.skipped:
            return ""
        first, last = (
            self.teller.word("week_named", year=week.year, number=week.number)
            for week in (self.skipped[0], self.skipped[-1])
        )
        key = "skipped_week" if len(self.skipped) == 1 else "skipped_weeks"
        return self.teller.word(key, first=first, last=last)

    def _changed(self) -> Section:
        """Flags that changed, worst first, then chances that moved, the largest first."""
        teller = self.teller
        flags = [row for row in self.rows if row.target in teller.known.changes]
        moved = [row for row in self.rows if row not in flags and has_moved(row) and self._has_chance(row)]
        moved.sort(key=lambda row: -abs(teller.line(row).change or 0))
        entries = tuple(self._change(row) for row in [*flags, *moved])
        notes = []
        if not entries:
            notes.append(teller.word("no_changes", points=MOVED_POINTS))
        if len(entries) > MOST_CHANGES:
            notes.append(teller.word("more_changes", count=len(entries) - MOST_CHANGES))
        title = teller.word("changes_month" if self._is_monthly else "changes_week")
        return Section(title, entries[:MOST_CHANGES], tuple(notes))

    def _has_chance(self, row: TargetStatus) -> bool:
        return flag_of(row) in COLOURS

    def _change(self, row: TargetStatus) -> ChangeEntry:
        teller, line = self.teller, self.teller.line(row)
        flag_change = teller.known.changes.get(row.target)
        old = flag_change.old_flag if flag_change else None
        points = line.change or 0
        return ChangeEntry(
            target=row.target,
            name=teller.name(row),
            sign="↑" if points > 0 else "↓" if points < 0 else "",
            old_flag=Piece(wording.SHAPES[old], old) if old else None,
            flag=teller.flag(line.flag),
            chances=self._chances(row) if points else "",
            said=self._change_said(row, points),
        )

    def _chances(self, row: TargetStatus) -> str:
        old, new = row.previous, row.assessment
        if old is None or new is None:
            return ""
        return f"{display.percent(old.probability_met)} → {display.percent(new.probability_met)}"

    def _change_said(self, row: TargetStatus, points: int) -> str:
        """What moved the chance; for a state that is no colour, its reason."""
        if flag_of(row) in SETTLED_FLAGS or not points:
            return self.teller.said(row, row.assessment.reason) if row.assessment else ""
        return self.teller.parts(row, points)

    def _late(self) -> tuple[LateEntry, ...]:
        """One entry for each series that is due and not in, the longest overdue first."""
        teller = self.teller
        found: dict[tuple[str, str], tuple[int, TargetStatus]] = {}
        for row in self.rows:
            days = teller.days_late(row)
            if days and row.indicator is not None:
                found.setdefault((row.indicator.code, row.region.code), (days, row))
        ordered = sorted(found.values(), key=lambda pair: (-pair[0], pair[1].target))
        return tuple(self._late_entry(row, days) for days, row in ordered)

    def _late_entry(self, row: TargetStatus, days: int) -> LateEntry:
        teller = self.teller
        due = teller.known.overview.as_of - dt.timedelta(days=days)
        said = teller.word(
            "late_item", day=due.isoformat(), days=wording.counted(days, "day", teller.language)
        )
        owners = teller.owners(row)
        return LateEntry(self._series_name(row), said, teller.word("owners", names=owners) if owners else "")

    def _series_name(self, row: TargetStatus) -> str:
        line = self.teller.line(row)
        parts = [line.short_region] if self.teller.names_region else []
        return plain_text(" ".join([*parts, line.short_name]))

    def _in_a_line(self, row: TargetStatus) -> Item:
        """A red or yellow target beyond the blocks: flag, name, chance, time left."""
        line = self.teller.line(row)
        chance = [display.percent(line.probability)] if line.flag in COLOURS else []
        told = [self.teller.flag(line.flag).text, *chance, self.teller.deadline(row)]
        return Item(row.target, self.teller.name(row), self.teller.word("name_join").join(told))

    def _rest(self) -> Iterator[Group]:
        """The other flags, worst first; what is unknown with its reason."""
        teller = self.teller
        for flag in WORST_FIRST:
            found = [row for row in self.rows if flag_of(row) is flag]
            if flag in _AT_LENGTH or not found:
                continue
            is_linked = flag in _OPEN_TO_LOOK
            items = tuple(
                Item(
                    row.target,
                    teller.name(row),
                    teller.said(row, row.assessment.reason) if is_linked and row.assessment else "",
                )
                for row in found
            )
            yield Group(teller.flag(flag), f"{len(found):,}", items, is_linked)

    def _said(self) -> Iterator[Item]:
        """What people answered about the targets in the period, and promises that are still open."""
        teller, rows = self.teller, {row.target: row for row in self.rows}
        for answer in last_answers(teller.known.answers):
            row = rows.get(answer.target)
            if row is None or not self._is_news(answer, row):
                continue
            person = teller.known.people.get(answer.person)
            facts = {
                "person": plain_text(person.name if person else answer.person),
                "said": plain_text(answer.measure) or teller.word("seen"),
            }
            told = (
                teller.word("acknowledged", **facts)
                if answer.due_on is None
                else teller.word("acknowledged_due", day=answer.due_on.isoformat(), **facts)
            )
            yield Item(answer.target, teller.name(row), told)

    def _is_news(self, answer: Acknowledgement, row: TargetStatus) -> bool:
        if local_date(answer.recorded_at) > self.teller.known.span.since:
            return True
        return answer.due_on is not None and flag_of(row) in _AT_LENGTH


def footer_of(teller: Teller, rules: Mapping[str, float]) -> Iterator[str]:
    """How far the figures go, and what the flags mean."""
    overview = teller.known.overview
    if overview.data_cutoff and overview.assessed_at:
        time = f"{overview.assessed_at.astimezone(ZONE):%m-%d %H:%M}"
        yield teller.word("cutoff", day=overview.data_cutoff.isoformat(), time=time)
    elif overview.data_cutoff:
        yield teller.word("cutoff_only", day=overview.data_cutoff.isoformat())
    lines = {name: display.whole_percent(rules[f"{name}_at"]) for name in ("green", "yellow")}
    yield teller.word("legend", **lines)
