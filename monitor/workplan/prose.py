"""Targets in running text: one paragraph after another, one number after another."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from forecast.targets import Comparator, TargetKind
from monitor.core.ledger import Commitment
from monitor.workplan.candidates import Candidate, ReviewReason
from monitor.workplan.departments import Bracket, department_of
from monitor.workplan.grammar import Predicate, Reading, read_words, strip_lead
from monitor.workplan.heading import PlanFacts
from monitor.workplan.kinds import is_decline, kind_of
from monitor.workplan.lexicon import ACTIONS, FIRM, GENERIC_HEADS, LEVELS, NEWNESS, STRETCH
from monitor.workplan.passages import Passage
from monitor.workplan.phrases import (
    RISES,
    as_breakthrough,
    first_word,
    head_noun,
    is_base,
    is_obtaining,
    is_verb,
    list_items,
    own_right,
    shared_predicate,
    strip_time,
    unsaid_comparator,
    with_shared_tail,
)
from monitor.workplan.quantities import Quantity, find_quantities
from monitor.workplan.segments import Sentence, sentences
from monitor.workplan.text import RepairedText
from monitor.workplan.times import (
    anchors,
    is_review_heading,
    looks_ahead,
    plan_end,
    tells_of_the_past,
    window_start,
)
from monitor.workplan.traps import trap_of


@dataclass
class _State:
    """What a number inherits from the words before it."""

    deadline: dt.date | None = None
    is_past: bool = False
    subject: str = ""
    predicate: Predicate | None = None
    stretch: bool = False
    firm: bool = False
    clause_stretch: bool = False
    local_deadline: dt.date | None = None
    section_past: bool = False


@dataclass(frozen=True)
class _Found:
    """A quantity inside its clause."""

    quantity: Quantity
    clause: tuple[int, int]
    trap: str | None


@dataclass(frozen=True)
class _Span:
    """Where the words of a number may lie: from `start` to `limit` of its clause.

    `name` is its item of a 分别 list, where it belongs to one.
    """

    clause: tuple[int, int]
    start: int
    limit: int
    name: str | None


@dataclass(frozen=True)
class _Said:
    """A number as understood."""

    quantity: Quantity
    reading: Reading
    kind: TargetKind
    name: str
    span: tuple[int, int]


@dataclass
class ProseReader:
    """Reads passages of one document.

    Parameters
    ----------
    repaired : RepairedText
    facts : PlanFacts
    brackets : tuple of Bracket
        Departments named in the text.
    """

    repaired: RepairedText
    facts: PlanFacts
    brackets: tuple[Bracket, ...] = ()
    _announced: dt.date | None = field(default=None)
    _reported: bool = field(default=False)

    def read(self, passage: Passage) -> Iterator[Candidate]:
        """The targets of a passage, in order."""
        text = self.repaired.text
        state = _State(deadline=passage.deadline or self._deadline_above(passage))
        state.section_past = state.is_past = is_review_heading(passage.path, self.facts)
        if self._reported and text.startswith("——", passage.start):
            state.is_past = True  # the items of a review that a sentence above them dates
        for sentence in sentences(text, passage.start, passage.end):
            yield from self._read_sentence(sentence, passage, state)
        self._reported = state.is_past
        if text[passage.start : passage.end].endswith(":"):
            self._announced = state.local_deadline or state.deadline
        elif not _BULLET.match(text, passage.start):
            self._announced = None

    def _deadline_above(self, passage: Passage) -> dt.date | None:
        """The moment a heading names, or the line that announces a list: 到2027年实现以下目标:."""
        if self._announced is not None and _BULLET.match(self.repaired.text, passage.start):
            return self._announced
        if self.facts.first_year is None or self.facts.first_year == self.facts.last_year:
            return None
        for heading in reversed(passage.path):
            years = [int(year) for year in re.findall(r"20\d\d(?=年)", heading)]
            if years and max(years) >= self.facts.first_year and len(heading) < 30:
                return dt.date(max(years), 12, 31)
        return None

    def _read_sentence(self, sentence: Sentence, passage: Passage, state: _State) -> Iterator[Candidate]:
        state.predicate, state.stretch, state.firm, state.local_deadline = None, False, False, None
        for clause in sentence.clauses:
            self._enter_clause(clause, state)
            yield from self._read_clause(clause, passage, state)

    def _enter_clause(self, clause: tuple[int, int], state: _State) -> None:
        """Take over the moment and the modality a clause opens with."""
        words = self.repaired.text[clause[0] : clause[1]]
        opening = strip_time(words)
        if re.match(rf"(?:(?:全|我|本)[省市县区州]|要|将)?{STRETCH}", opening) and not is_obtaining(opening):
            state.stretch, state.firm = True, False
        elif re.match(FIRM, opening):
            state.stretch, state.firm = False, True
        for anchor in anchors(self.repaired.text, *clause, self.facts):
            state.local_deadline, state.is_past = anchor.day, anchor.is_past
            if not anchor.is_past and self._opens_passage(anchor.at, clause[1]):
                state.deadline = anchor.day
        if (
            tells_of_the_past(words)
            and re.search(r"\d|[一二三四五六七八九十百千]+[家个项名]", words)
            and not (state.stretch or state.firm)
        ):
            state.is_past = True
        elif looks_ahead(words) and not state.section_past:
            state.is_past = state.is_past and any(
                each.is_past for each in anchors(self.repaired.text, *clause, self.facts)
            )

    def _opens_passage(self, at: int, clause_end: int) -> bool:
        """Whether a moment stands before a comma, and so for the sentences that follow too."""
        words = self.repaired.text[at:clause_end]
        return len(words) <= 14 and not re.search(r"\d(?!\d{0,3}年|月|日)", words)

    def _read_clause(self, clause: tuple[int, int], passage: Passage, state: _State) -> Iterator[Candidate]:
        found = self._quantities(clause)
        targets = [each for each in found if each.trap is None]
        bases = [each.quantity for each in found if each.trap == "base"]
        words = self.repaired.text[clause[0] : clause[1]]
        if not targets:
            self._remember_subject(words, state)
            return
        if state.is_past:
            return
        previous_end, state.clause_stretch = clause[0], False
        for place, each in enumerate(targets):
            limit = targets[place + 1].quantity.start if place + 1 < len(targets) else clause[1]
            span = _Span(clause, previous_end, limit, self._respective_name(targets, place, clause))
            proposed, previous_end = self._candidate(each.quantity, span, passage, state)
            yield _with_base(proposed, each.quantity, bases)

    def _quantities(self, clause: tuple[int, int]) -> list[_Found]:
        text = self.repaired.text
        found = []
        for quantity in find_quantities(text, *clause):
            trap = trap_of(text, quantity, clause)
            found.append(_Found(quantity, clause, trap))
        return _without_bases(text, found)

    def _remember_subject(self, words: str, state: _State) -> None:
        noun = strip_lead(words)
        noun = re.sub(rf"^(?:{ACTIONS}|{NEWNESS})+", "", noun)
        noun = re.sub(r"[\"”“)]+$", "", noun)
        noun = re.split(r"(?:稳步|持续|不断|显著|大幅|明显|进一步|加快|实现|快速|有序)", noun)[0]
        if 2 <= len(noun) <= 24 and not re.search(r"\d", noun):
            state.subject = noun

    def _respective_name(self, targets: list[_Found], place: int, clause: tuple[int, int]) -> str | None:
        """The name a number of a 分别 list belongs to."""
        text = self.repaired.text
        words = text[clause[0] : clause[1]]
        at = words.rfind("分别", 0, targets[-1].quantity.start - clause[0])
        if at < 0:
            return None
        after = [each for each in targets if each.quantity.start > clause[0] + at]
        names = with_shared_tail(list_items(re.sub(r"(?:数量|总数|数)$", "", strip_lead(words[:at]))))
        if len(names) != len(after) or targets[place] not in after:
            return None
        return names[after.index(targets[place])]

    def _candidate(
        self, quantity: Quantity, span: _Span, passage: Passage, state: _State
    ) -> tuple[Candidate, int]:
        """The proposal for a number, and where the words that belong to it end."""
        text = self.repaired.text
        right = own_right(text[quantity.end : span.limit], is_last=span.limit == span.clause[1])
        reading = read_words(text[span.start : quantity.start], right, quantity)
        quantity, reading = as_breakthrough(quantity, reading)
        if span.name is not None:
            verb = shared_predicate(text, span.clause, quantity, reading)
            reading = replace(reading, noun=span.name, predicate=verb)
        kind = kind_of(quantity, reading, self._inherited(reading, state))
        name, is_borrowed = self._name(reading, state)
        state.predicate = reading.predicate if reading.predicate.role != "none" else state.predicate
        if not is_borrowed and name:
            state.subject = name
        end = quantity.end + (len(right) if reading.is_number_first else 0)
        start = span.clause[0] if span.name is not None else first_word(text, span.start, quantity.start)
        said = _Said(quantity, reading, kind, name, (start, end))
        built = self._build(said, passage, state)
        return (built.with_review(ReviewReason.INHERITED_NAME) if is_borrowed else built), end

    def _inherited(self, reading: Reading, state: _State) -> Predicate | None:
        """The verb of the number before it, for one that has none of its own."""
        if reading.is_number_first and reading.predicate.role != "none":
            return None
        return state.predicate

    def _name(self, reading: Reading, state: _State) -> tuple[str, bool]:
        """Name of what is counted, with the noun before it where it says too little."""
        noun = re.sub(r"^(?:规模的?|的|、|,|其中|以及|和|与|及|各|均)+", "", reading.noun)
        noun = re.sub(r"^(?:建成|拥有|保有|保持)(?=[一-龥]{2})", "", noun)
        verb = reading.predicate.verb
        if re.search(r"\d[万亿]?元?(?:以上|以下)$", noun) and state.subject:
            return noun + head_noun(state.subject), True
        if noun and not GENERIC_HEADS.match(noun) and not is_verb(noun):
            if reading.is_number_first and reading.predicate.role == "action" and not noun.startswith(verb):
                return verb + noun, False
            return noun, False
        if not state.subject:
            return noun or verb, not noun
        if not noun and reading.predicate.role == "action":
            return verb + head_noun(state.subject), True
        return (state.subject if not noun else f"{head_noun(state.subject)}{noun}"), True

    def _build(self, said: _Said, passage: Passage, state: _State) -> Candidate:
        repaired, quantity = self.repaired, said.quantity
        start, end = repaired.span(*said.span)
        value_start, value_end = repaired.span(quantity.start, quantity.end)
        deadline = state.local_deadline or state.deadline or passage.deadline or plan_end(self.facts)
        until = passage.department_until or passage.end
        candidate = Candidate(
            quote=repaired.source[start:end],
            start=start,
            end=end,
            value_start=value_start,
            value_end=value_end,
            value_as_written=repaired.source[value_start:value_end],
            clause=passage.clause,
            indicator_name=said.name,
            kind=said.kind,
            comparator=_comparator(said),
            value=quantity.value,
            value_upper=quantity.value_upper,
            unit="CNY" if quantity.base == "unstated" else quantity.base,
            written_unit=quantity.unit,
            written_decimals=quantity.decimals,
            window_start=window_start(said.kind, self.facts, deadline),
            deadline=deadline,
            region=self.facts.region,
            responsible=passage.responsible or department_of(self.brackets, quantity.start, until=until),
            commitment=self._commitment(said.reading, state),
        )
        return self._reviewed(candidate, quantity, said.reading)

    def _commitment(self, reading: Reading, state: _State) -> Commitment:
        words = reading.left
        if re.search(
            rf"{STRETCH}(?=(?:{LEVELS}|{NEWNESS}|突破|超过|[^一-龥]|$))|(?<![全奋大竭努])力争(?![创取先])|力求",
            words,
        ):
            state.clause_stretch = True
            return Commitment.STRETCH
        if re.search(FIRM, words):
            state.clause_stretch = False
            return Commitment.OBLIGATORY
        if state.stretch or state.clause_stretch:
            return Commitment.STRETCH
        return Commitment.OBLIGATORY if state.firm else Commitment.UNSPECIFIED

    def _reviewed(self, candidate: Candidate, quantity: Quantity, reading: Reading) -> Candidate:
        reasons = []
        if self.repaired.was_mended(quantity.number_start, quantity.number_end):
            reasons.append(ReviewReason.OCR_REPAIR)
        if candidate.deadline is None:
            reasons.append(ReviewReason.NO_DEADLINE)
        if len(candidate.indicator_name) < 2:
            reasons.append(ReviewReason.NO_NAME)
        if is_decline(reading) and candidate.kind in _GROWTH_KINDS:
            reasons.append(ReviewReason.DECLINE)
        return candidate.with_review(*reasons)


def _comparator(said: _Said) -> Comparator:
    if said.kind is TargetKind.RANK:
        return Comparator.AT_MOST
    return said.quantity.comparator or unsaid_comparator(said.reading)


_GROWTH_KINDS = frozenset(
    {TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR, TargetKind.CHANGE_PP}
)


_BULLET = re.compile(r"——|[-·●◆■▪•]|\(\d|[①-⑳]|\d{1,2}[.、]|[一二三四五六七八九]是")


def _without_bases(text: str, found: list[_Found]) -> list[_Found]:
    """Numbers a change starts from, 由18万元提高到25万元, are no targets."""
    kept = []
    for place, each in enumerate(found):
        before = text[each.clause[0] : each.quantity.start]
        after = text[each.quantity.end : each.quantity.end + 14]
        leaves = re.search(r"(?:由|从|自)[^,;。]{0,20}$", before) and (
            place + 1 < len(found) or RISES.match(after)
        )
        compared = RISES.match(after) and re.search(r"(?:较|比)[^,;。]{0,20}$", before)
        starts = bool(leaves or compared or is_base(before, after))
        kept.append(replace(each, trap="base") if starts else each)
    return kept


def _with_base(candidate: Candidate, quantity: Quantity, bases: list[Quantity]) -> Candidate:
    """The candidate with the value its change starts from, where the clause tells it."""
    before = [
        base for base in bases if base.start < quantity.start and base.base in {quantity.base, "unstated"}
    ]
    return replace(candidate, baseline_value=before[-1].value) if before else candidate
