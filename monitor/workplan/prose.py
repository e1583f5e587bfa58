"""Targets in running text: one paragraph after another, one number after another."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from forecast.targets import Comparator, TargetKind
from monitor.core.ledger import Commitment
from monitor.workplan.candidates import Candidate, ReviewReason
from monitor.workplan.departments import Bracket, department_of
from monitor.workplan.grammar import Predicate, Reading, is_decline, kind_of, read_words, strip_lead
from monitor.workplan.heading import PlanFacts
from monitor.workplan.lexicon import ACTIONS, FIRM, GENERIC_HEADS, LEVELS, NEWNESS, STRETCH
from monitor.workplan.quantities import Quantity, find_quantities
from monitor.workplan.segments import Paragraph, Sentence, sentences
from monitor.workplan.text import RepairedText
from monitor.workplan.times import anchors, is_review_heading, looks_ahead, tells_of_the_past
from monitor.workplan.traps import trap_of

_KEEPS_NUMBER = frozenset({"threshold"})
"""Numbers that belong to the name of what is counted: 营收超10亿元的企业15家."""


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
class Passage:
    """A span of text to read, with what its surroundings say of it.

    Parameters
    ----------
    start, end : int
        Span. [repaired text]
    clause : str
        Where it stands.
    path : tuple of str
        Headings above it.
    responsible : str or None
        Departments, where the surroundings name them.
    deadline : datetime.date or None
        Deadline, where the surroundings name it.
    department_until : int or None
        Where the departments of the passage may be named at the latest; its end by default.
    """

    start: int
    end: int
    clause: str
    path: tuple[str, ...] = ()
    responsible: str | None = None
    deadline: dt.date | None = None
    department_until: int | None = None


@dataclass(frozen=True)
class _Found:
    """A quantity inside its clause."""

    quantity: Quantity
    clause: tuple[int, int]
    trap: str | None


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
            yield from self._read_clause(clause, sentence, passage, state)

    def _enter_clause(self, clause: tuple[int, int], state: _State) -> None:
        """Take over the moment and the modality a clause opens with."""
        words = self.repaired.text[clause[0] : clause[1]]
        opening = strip_time(words)
        if re.match(rf"(?:\S{{0,3}}){STRETCH}", opening) and not _is_obtaining(opening):
            state.stretch, state.firm = True, False
        elif re.match(FIRM, opening):
            state.stretch, state.firm = False, True
        for anchor in anchors(self.repaired.text, *clause, self.facts):
            state.local_deadline, state.is_past = anchor.day, anchor.is_past
            if self._opens_passage(anchor.at, clause[1]):
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

    def _read_clause(
        self, clause: tuple[int, int], sentence: Sentence, passage: Passage, state: _State
    ) -> Iterator[Candidate]:
        found = self._quantities(clause, sentence)
        targets = [each for each in found if each.trap is None]
        bases = [each.quantity for each in found if each.trap == "base"]
        words = self.repaired.text[clause[0] : clause[1]]
        if not targets:
            self._remember_subject(words, state)
            return
        if state.is_past or self._is_inside_brackets(clause):
            return
        previous_end, state.clause_stretch = clause[0], False
        for place, each in enumerate(targets):
            limit = targets[place + 1].quantity.start if place + 1 < len(targets) else clause[1]
            names = self._respective_names(targets, place, clause)
            built = self._candidate(each, (previous_end, limit), clause, passage, state, names)
            previous_end = built[1]
            yield from (_with_base(proposed, each.quantity, bases) for proposed in built[0])

    def _is_inside_brackets(self, clause: tuple[int, int]) -> bool:
        return False

    def _quantities(self, clause: tuple[int, int], sentence: Sentence) -> list[_Found]:
        text = self.repaired.text
        found = []
        for quantity in find_quantities(text, *clause):
            trap = trap_of(text, quantity, clause, sentence_end=sentence.end)
            found.append(_Found(quantity, clause, trap))
        return _without_bases(text, found)

    def _remember_subject(self, words: str, state: _State) -> None:
        noun = strip_lead(words)
        noun = re.sub(rf"^(?:{ACTIONS}|{NEWNESS})+", "", noun)
        noun = re.sub(r"[\"”“)]+$", "", noun)
        noun = re.split(r"(?:稳步|持续|不断|显著|大幅|明显|进一步|加快|实现|快速|有序)", noun)[0]
        if 2 <= len(noun) <= 24 and not re.search(r"\d", noun):
            state.subject = noun

    def _respective_names(self, targets: list[_Found], place: int, clause: tuple[int, int]) -> str | None:
        """The name a number of a 分别 list belongs to."""
        text = self.repaired.text
        words = text[clause[0] : clause[1]]
        at = words.rfind("分别", 0, targets[-1].quantity.start - clause[0])
        if at < 0:
            return None
        after = [each for each in targets if each.quantity.start > clause[0] + at]
        names = _with_shared_tail(_list_items(re.sub(r"(?:数量|总数|数)$", "", strip_lead(words[:at]))))
        if len(names) != len(after) or targets[place] not in after:
            return None
        return names[after.index(targets[place])]

    def _candidate(
        self,
        found: _Found,
        window: tuple[int, int],
        clause: tuple[int, int],
        passage: Passage,
        state: _State,
        respective: str | None,
    ) -> tuple[list[Candidate], int]:
        text, quantity = self.repaired.text, found.quantity
        left, right = text[window[0] : quantity.start], text[quantity.end : window[1]]
        right = _own_right(right, is_last=window[1] == clause[1])
        reading = read_words(left, right, quantity)
        quantity, reading = _breakthrough(quantity, reading)
        end = quantity.end + (len(right) if reading.is_number_first else 0)
        if respective is not None:
            reading = replace(
                reading, noun=respective, predicate=_shared_predicate(text, clause, quantity, reading)
            )
        inherited = (
            state.predicate if not reading.is_number_first or reading.predicate.role == "none" else None
        )
        kind = kind_of(quantity, reading, inherited)
        name, borrowed = self._name(reading, state, kind)
        if reading.predicate.role != "none":
            state.predicate = reading.predicate
        if not borrowed and name:
            state.subject = name
        quote_start = clause[0] if respective is not None else _first_word(text, window[0], quantity.start)
        built = self._build(
            quantity, (quote_start, max(end, quantity.end)), kind, name, passage, state, reading
        )
        if borrowed:
            built = built.with_review(ReviewReason.INHERITED_NAME)
        return [built], end

    def _name(self, reading: Reading, state: _State, kind: TargetKind) -> tuple[str, bool]:
        """Name of what is counted, with the noun before it where it says too little."""
        noun = re.sub(r"^(?:规模的?|的|、|,|其中|以及|和|与|及|各|均)+", "", reading.noun)
        verb = reading.predicate.verb
        if re.search(r"\d[万亿]?元?(?:以上|以下)$", noun) and state.subject:
            return noun + _head_noun(state.subject), True
        if noun and not GENERIC_HEADS.match(noun) and not _is_verb(noun):
            if reading.is_number_first and reading.predicate.role == "action" and not noun.startswith(verb):
                return verb + noun, False
            return noun, False
        if not state.subject:
            return noun or verb, not noun
        if not noun and reading.predicate.role == "action":
            return verb + _head_noun(state.subject), True
        return (state.subject if not noun else f"{_head_noun(state.subject)}{noun}"), True

    def _build(
        self,
        quantity: Quantity,
        span: tuple[int, int],
        kind: TargetKind,
        name: str,
        passage: Passage,
        state: _State,
        reading: Reading,
    ) -> Candidate:
        repaired = self.repaired
        start, end = repaired.span(*span)
        value_start, value_end = repaired.span(quantity.start, quantity.end)
        deadline = state.local_deadline or state.deadline or passage.deadline or plan_end(self.facts)
        unit = "CNY" if quantity.base == "unstated" else quantity.base
        candidate = Candidate(
            quote=repaired.source[start:end],
            start=start,
            end=end,
            value_start=value_start,
            value_end=value_end,
            value_as_written=repaired.source[value_start:value_end],
            clause=passage.clause,
            indicator_name=name,
            kind=kind,
            comparator=Comparator.AT_MOST
            if kind is TargetKind.RANK
            else quantity.comparator or _unsaid(reading),
            value=quantity.value,
            value_upper=quantity.value_upper,
            unit=unit,
            written_unit=quantity.unit,
            written_decimals=quantity.decimals,
            window_start=window_start(kind, self.facts, deadline),
            deadline=deadline,
            region=self.facts.region,
            responsible=passage.responsible
            or department_of(self.brackets, quantity.start, until=passage.department_until or passage.end),
            commitment=self._commitment(reading, state),
        )
        return self._reviewed(candidate, quantity, reading)

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


_GROWTH_KINDS = frozenset(
    {TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR, TargetKind.CHANGE_PP}
)


_CEILING_VERBS = re.compile(r"(?:控制|压减|压缩|压降|缩短|降低|下降|减少|缩减|精简|降)(?:在|到|至)|控制$")


def _unsaid(reading: Reading) -> Comparator:
    """A bare number is a floor, unless the verb brings something down to it."""
    verb = reading.predicate.verb
    brought_down = _CEILING_VERBS.fullmatch(verb) or re.search(
        r"(?:控制在|压减到|压减至|缩短到|缩短至|降到|降至)$", reading.left
    )
    return Comparator.AT_MOST if brought_down else Comparator.AT_LEAST


_BULLET = re.compile(r"——|[-·●◆■▪•]|\(\d|[①-⑳]|\d{1,2}[.、]|[一二三四五六七八九]是")


def strip_time(words: str) -> str:
    """Words without the moment they open with."""
    return re.sub(
        r"^(?:\d{1,2}[.、]|[\s—·●])*(?:(?:到|至|在)?[\"“]?(?:20\d\d年|十[二三四五六七]五[\"”]?)(?:年?底|末|期末|期间|时期)?(?:前|内)?|全年|今年|年内|通过[^,;]{2,8}年努力|经过[^,;]{2,8}年努力)*,?",
        "",
        words,
    )


def _is_obtaining(opening: str) -> bool:
    """争取 as a verb of its own, 争取项目60个, not as a modal."""
    if not opening.startswith("争取"):
        return False
    rest = strip_time(opening[2:])
    return not re.match(
        rf"(?:全[省市县区年]|{LEVELS}|{NEWNESS}|{ACTIONS}|突破|超过|到|达|[\d一二两三四五六七八九十百千])",
        rest,
    ) and not re.search(rf"(?:达到|突破|超过|达|增长|提高到|{NEWNESS})", rest)


_RISES = re.compile(
    r"[^,;。\d]{0,6}(?:(?:提高|增加|增长|提升|上升|扩大|下降|降低|降|压缩|缩短|减少|压减|发展|拓展|壮大)(?:到|至|为)|[增升降提扩]至|跃升|翻)"
)


def _without_bases(text: str, found: list[_Found]) -> list[_Found]:
    """Numbers a change starts from, 由18万元提高到25万元, are no targets."""
    kept = []
    for place, each in enumerate(found):
        before = text[each.clause[0] : each.quantity.start]
        after = text[each.quantity.end : each.quantity.end + 14]
        leaves = re.search(r"(?:由|从|自)[^,;。]{0,20}$", before) and (
            place + 1 < len(found) or _RISES.match(after)
        )
        compared = _RISES.match(after) and re.search(r"(?:较|比)[^,;。]{0,20}$", before)
        is_base = bool(leaves or compared or _is_base(before, after))
        kept.append(replace(each, trap="base") if is_base else each)
    return kept


def _is_base(before: str, after: str) -> bool:
    """在上年120家的基础上, 比2020年的1.5%提高."""
    if re.match(r"的?(?:基础|基数|水平)(?:上|之上|为)?", after):
        return True
    compared = re.search(
        r"(?:较|比|由|从)[^,;。]{0,14}20\d\d年[^,;。]{0,6}的$|20\d\d年(?:底|末)?(?:仅?为|是)$", before
    )
    return bool(compared)


def _with_base(candidate: Candidate, quantity: Quantity, bases: list[Quantity]) -> Candidate:
    """The candidate with the value its change starts from, where the clause tells it."""
    before = [
        base for base in bases if base.start < quantity.start and base.base in {quantity.base, "unstated"}
    ]
    return replace(candidate, baseline_value=before[-1].value) if before else candidate


def _own_right(right: str, *, is_last: bool) -> str:
    """Words after a number that are its own: up to the next item of a list, or the next verb."""
    if right[:1] in "、" or re.match(r"(?:和|与|及|以及|并|其中)", right):
        return ""
    if is_last:
        return right
    cut = re.search(rf"(?:、|和|以及|及|与|并|其中|,|{NEWNESS}|(?<=.)(?:{ACTIONS})(?=[一-龥]{{2,}}$))", right)
    return right[: cut.start()] if cut else right


def _breakthrough(quantity: Quantity, reading: Reading) -> tuple[Quantity, Reading]:
    """突破 before a number exceeds it, or breaks through what follows it: 突破5项技术."""
    if quantity.lead != "突破" or not reading.is_number_first or reading.noun == "":
        return quantity, reading
    comparator = None if quantity.comparator is Comparator.MORE_THAN else quantity.comparator
    shifted = replace(quantity, start=quantity.number_start, comparator=comparator, lead="")
    return shifted, replace(reading, predicate=Predicate("action", "突破"))


def _shared_predicate(text: str, clause: tuple[int, int], quantity: Quantity, reading: Reading) -> Predicate:
    """The verb after 分别 holds for every number of the list."""
    words = text[clause[0] : quantity.start]
    verb = re.search(rf"分别(?:力争)?({LEVELS}|突破|超过|{NEWNESS}|增长|提高)", words)
    if verb is None:
        return reading.predicate
    if verb.group(1) in {"增长", "提高"}:
        return Predicate("growth", verb.group(1))
    return Predicate("new" if re.fullmatch(NEWNESS, verb.group(1)) else "level", verb.group(1))


def _list_items(words: str) -> list[str]:
    """Names of a list; commas inside brackets do not count."""
    items, depth, current = [], 0, ""
    for place, char in enumerate(words):
        depth += (char in "(“《") - (char in ")”》")
        if depth == 0 and (char == "、" or (char in "和与及" and place > 1 and "、" in words + "、")):
            items.append(current)
            current = ""
        else:
            current += char
    return [item for item in [*items, current] if item]


def _with_shared_tail(names: list[str]) -> list[str]:
    """国家级、省级平台: the noun at the end belongs to every level before it."""
    if len(names) < 2:
        return names
    tail = re.sub(r"^(?:国家|省|市|县|区)级(?:以上)?", "", names[-1])
    return [
        f"{name}{tail}" if re.fullmatch(r"(?:国家|省|市|县|区)级(?:以上)?", name) else name for name in names
    ]


def _first_word(text: str, start: int, end: int) -> int:
    while start < end and text[start] in "、,;:\n\t —":
        start += 1
    return start


def _is_verb(noun: str) -> bool:
    """Whether a name is a single verb, 认定 or 申报, that needs its noun."""
    return bool(re.fullmatch(rf"(?:{ACTIONS}|{NEWNESS})", noun)) and noun not in {
        "投资",
        "融资",
        "投入",
        "交易",
    }


_LONGEST_HEAD = 12


def _head_noun(subject: str) -> str:
    """The end of a noun before it, enough to say of what: without verbs, names in quotes and measures."""
    bare = re.sub(r"[“\"][^”\"]{1,16}[”\"]", "", subject) or subject
    bare = re.sub(rf"^(?:{ACTIONS}|{NEWNESS})+", "", bare) or bare
    return _bare(bare)[-_LONGEST_HEAD:]


def _bare(subject: str) -> str:
    return re.sub(r"(?:总数量?|总量|数量|数|总额|规模|余额)$", "", subject)


def plan_end(facts: PlanFacts) -> dt.date | None:
    """The last day the plan is for."""
    return dt.date(facts.last_year, 12, 31) if facts.last_year else None


_WITH_WINDOW = frozenset(
    {
        TargetKind.CUMULATIVE,
        TargetKind.NET_INCREASE,
        TargetKind.AVERAGE_GROWTH,
        TargetKind.GROWTH_EACH_YEAR,
        TargetKind.CHANGE_PP,
        TargetKind.MULTIPLE,
    }
)
_FROM_FIRST = frozenset({TargetKind.CUMULATIVE, TargetKind.GROWTH_EACH_YEAR})


def window_start(kind: TargetKind, facts: PlanFacts, deadline: dt.date | None) -> str | None:
    """First counted year, or the base year, of a kind that has a window."""
    if kind not in _WITH_WINDOW or facts.first_year is None or deadline is None:
        return None
    first = min(facts.first_year, deadline.year)
    return str(first if kind in _FROM_FIRST else first - 1)


def passages(found: Sequence[Paragraph], brackets: Sequence[Bracket]) -> Iterator[Passage]:
    """Paragraphs as passages; a line of departments below a paragraph belongs to it."""
    starts = {bracket.start: bracket.end for bracket in brackets}
    for place, paragraph in enumerate(found):
        until = paragraph.end
        for following in found[place + 1 : place + 3]:
            if following.start in starts:
                until = starts[following.start]
                break
        yield Passage(
            paragraph.start, paragraph.end, paragraph.clause, paragraph.path, department_until=until
        )
