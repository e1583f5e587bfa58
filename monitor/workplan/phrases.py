"""Phrases around a number: what they open with, what they list, what they bring down."""

from __future__ import annotations

import re
from dataclasses import replace

from forecast.targets import Comparator
from monitor.workplan.grammar import Predicate, Reading
from monitor.workplan.lexicon import ACTIONS, LEVELS, NEWNESS
from monitor.workplan.quantities import Quantity

_CEILING_VERBS = re.compile(r"(?:控制|压减|压缩|压降|缩短|降低|下降|减少|缩减|精简|降)(?:在|到|至)|控制$")


def unsaid_comparator(reading: Reading) -> Comparator:
    """A bare number is a floor, unless the verb brings something down to it."""
    verb = reading.predicate.verb
    brought_down = _CEILING_VERBS.fullmatch(verb) or re.search(
        r"(?:控制在|压减到|压减至|缩短到|缩短至|降到|降至)$", reading.left
    )
    return Comparator.AT_MOST if brought_down else Comparator.AT_LEAST


def strip_time(words: str) -> str:
    """Words without the moment they open with."""
    return re.sub(
        r"^(?:\d{1,2}[.、]|[\s—·●])*(?:(?:到|至|在)?[\"“]?(?:20\d\d年|十[二三四五六七]五[\"”]?)(?:年?底|末|期末|期间|时期)?(?:前|内)?|全年|今年|年内|通过[^,;]{2,8}年努力|经过[^,;]{2,8}年努力)*,?",
        "",
        words,
    )


def is_obtaining(opening: str) -> bool:
    """争取 as a verb of its own, 争取项目60个, not as a modal."""
    if not opening.startswith("争取"):
        return False
    rest = strip_time(opening[2:])
    return not re.match(
        rf"(?:全[省市县区年]|{LEVELS}|{NEWNESS}|{ACTIONS}|突破|超过|到|达|[\d一二两三四五六七八九十百千])",
        rest,
    ) and not re.search(rf"(?:达到|突破|超过|达|增长|提高到|{NEWNESS})", rest)


RISES = re.compile(
    r"[^,;。\d]{0,6}(?:(?:提高|增加|增长|提升|上升|扩大|下降|降低|降|压缩|缩短|减少|压减|发展|拓展|壮大)(?:到|至|为)|[增升降提扩]至|跃升|翻)"
)


def is_base(before: str, after: str) -> bool:
    """在上年120家的基础上, 比2020年的1.5%提高."""
    if re.match(r"的?(?:基础|基数|水平)(?:上|之上|为)?", after):
        return True
    compared = re.search(
        r"(?:较|比|由|从)[^,;。]{0,14}20\d\d年[^,;。]{0,6}的$|20\d\d年(?:底|末)?(?:仅?为|是)$", before
    )
    return bool(compared)


def own_right(right: str, *, is_last: bool) -> str:
    """Words after a number that are its own: up to the next item of a list, or the next verb."""
    if right[:1] in "、" or re.match(r"(?:和|与|及|以及|并|其中)", right):
        return ""
    if is_last:
        return right
    cut = re.search(rf"(?:、|和|以及|及|与|并|其中|,|{NEWNESS}|(?<=.)(?:{ACTIONS})(?=[一-龥]{{2,}}$))", right)
    return right[: cut.start()] if cut else right


def as_breakthrough(quantity: Quantity, reading: Reading) -> tuple[Quantity, Reading]:
    """突破 before a number exceeds it, or breaks through what follows it: 突破5项技术."""
    if quantity.lead != "突破" or not reading.is_number_first or reading.noun == "":
        return quantity, reading
    comparator = None if quantity.comparator is Comparator.MORE_THAN else quantity.comparator
    shifted = replace(quantity, start=quantity.number_start, comparator=comparator, lead="")
    return shifted, replace(reading, predicate=Predicate("action", "突破"))


def shared_predicate(text: str, clause: tuple[int, int], quantity: Quantity, reading: Reading) -> Predicate:
    """The verb after 分别 holds for every number of the list."""
    words = text[clause[0] : quantity.start]
    verb = re.search(rf"分别(?:力争)?({LEVELS}|突破|超过|{NEWNESS}|增长|提高)", words)
    if verb is None:
        return reading.predicate
    if verb.group(1) in {"增长", "提高"}:
        return Predicate("growth", verb.group(1))
    return Predicate("new" if re.fullmatch(NEWNESS, verb.group(1)) else "level", verb.group(1))


def list_items(words: str) -> list[str]:
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


def with_shared_tail(names: list[str]) -> list[str]:
    """国家级、省级平台: the noun at the end belongs to every level before it."""
    if len(names) < 2:
        return names
    tail = re.sub(r"^(?:国家|省|市|县|区)级(?:以上)?", "", names[-1])
    return [
        f"{name}{tail}" if re.fullmatch(r"(?:国家|省|市|县|区)级(?:以上)?", name) else name for name in names
    ]


def first_word(text: str, start: int, end: int) -> int:
    """Where the words of a span begin, behind separators."""
    while start < end and text[start] in "、,;:\n\t —":
        start += 1
    return start


def is_verb(noun: str) -> bool:
    """Whether a name is a single verb, 认定 or 申报, that needs its noun."""
    return bool(re.fullmatch(rf"(?:{ACTIONS}|{NEWNESS})", noun)) and noun not in {
        "投资",
        "融资",
        "投入",
        "交易",
    }


_LONGEST_HEAD = 12


def head_noun(subject: str) -> str:
    """The end of a noun before it, enough to say of what: without verbs, names in quotes and measures."""
    bare = re.sub(r"[“\"][^”\"]{1,16}[”\"]", "", subject) or subject
    bare = re.sub(rf"^(?:{ACTIONS}|{NEWNESS})+", "", bare) or bare
    return _bare(bare)[-_LONGEST_HEAD:]


def _bare(subject: str) -> str:
    return re.sub(r"(?:总数量?|总量|数量|数|总额|规模|余额)$", "", subject)
