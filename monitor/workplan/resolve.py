"""From the plan's words to codes of the catalogue: a proposal with a confidence, never a silent guess."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from forecast.targets import TargetKind
from monitor.core.errors import UnitError
from monitor.core.indicators import Indicator, Measure
from monitor.core.register import base_unit_of_kind
from monitor.core.units import unit_named
from monitor.workplan.candidates import Candidate, ReviewReason

PROPOSED_AT = 0.62
"""Below this likeness nothing is proposed."""

SURE_AT = 0.9
"""Below this likeness a person must look at the proposal."""

_MOST_UNSURE = SURE_AT - 0.01
"""Confidence of a proposal that has a rival, however like the name it is."""

_NOISE = re.compile(
    r"[\s“”\"'‘’《》「」()\[\]、,;:·\-—/]|全社会|全[省市县区国]|国家级?(?=高新技术|科技型)|我[省市]|新增|净增|累计|有效|工作"
)
_TAIL = re.compile(r"(?:总?数量?|总量|总数|总额|额度|总规模|规模|的)$")
_SAME = (
    ("研究与试验发展", "研发"),
    ("R&D", "研发"),
    ("地区生产总值", "GDP"),
    ("国内生产总值", "GDP"),
    ("生产总值", "GDP"),
    ("支出", "投入"),
    ("占比", "比重"),
    ("比例", "比重"),
    ("规上", "规模以上"),
    ("主营业务收入", "营业收入"),
    ("高企", "高新技术企业"),
    ("研发投入占GDP比重", "研发经费投入强度"),
    ("研发经费投入占GDP比重", "研发经费投入强度"),
    ("研发投入强度", "研发经费投入强度"),
    ("研发经费投入与GDP之比", "研发经费投入强度"),
    ("万人口", "万人"),
)
"""Spellings of the same, in the order they are replaced."""

_NET_WORDS = ("净增", "新增", "认定", "新建", "recognised", "new")


@dataclass(frozen=True)
class Proposal:
    """An indicator a name may stand for.

    Parameters
    ----------
    code : str
    likeness : float
        Between 0 and 1; 1 where the catalogue knows the very name.
    """

    code: str
    likeness: float


@dataclass(frozen=True)
class _Entry:
    code: str
    plain: str
    bigrams: frozenset[str]
    is_official: bool


class Resolver:
    """Proposes indicators for names.

    Parameters
    ----------
    indicators : mapping of str to Indicator
        The catalogue.
    """

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self._indicators = indicators
        self._entries = tuple(_entries(indicators.values()))
        self._known: dict[str, tuple[Proposal, ...]] = {}

    def propose(self, name: str, *, kind: TargetKind, unit: str, written_unit: str) -> tuple[Proposal, ...]:
        """Indicators the name may stand for, likeliest first; only those the unit can measure.

        Parameters
        ----------
        name : str
            In the plan's words.
        kind : TargetKind
            Decides what is compared.
        unit, written_unit : str
            Of the number, in base and as written.
        """
        fitting = []
        for proposal in self._alike(name):
            indicator = self._indicators[proposal.code]
            if fits_unit(indicator, kind=kind, unit=unit, written_unit=written_unit):
                fitting.append(replace(proposal, likeness=proposal.likeness - _misfit(indicator, kind)))
        return tuple(sorted(fitting, key=lambda each: (-each.likeness, each.code))[:5])

    def _alike(self, name: str) -> tuple[Proposal, ...]:
        plain = plain_name(name)
        if plain not in self._known:
            self._known[plain] = tuple(self._compared(plain))
        return self._known[plain]

    def _compared(self, plain: str) -> Iterable[Proposal]:
        own, best = _bigrams(plain), dict[str, float]()
        for entry in self._entries:
            likeness = _likeness(plain, own, entry)
            if likeness > best.get(entry.code, 0.5):
                best[entry.code] = likeness
        return (Proposal(code, likeness) for code, likeness in best.items())


def plain_name(name: str) -> str:
    """A name without what plans add and drop at will.

    Examples
    --------
    >>> plain_name("全社会R&D经费支出占地区生产总值的比例") == plain_name("研发经费投入占GDP比重")
    True
    """
    plain = unicodedata.normalize("NFKC", name).replace("的", "")
    plain = _NOISE.sub("", plain)
    for word, same in _SAME:
        plain = plain.replace(word, same)
    return _TAIL.sub("", plain) or plain


def _entries(indicators: Iterable[Indicator]) -> Iterable[_Entry]:
    for indicator in indicators:
        names = {indicator.name_zh, indicator.short_zh or indicator.name_zh, *indicator.aliases}
        bare = {re.sub(r"[(（][^()（）]*[)）]", "", name) for name in names}
        for name in names | bare:
            plain = plain_name(name)
            if len(plain) >= 2:
                yield _Entry(indicator.code, plain, _bigrams(plain), name in names)


def _bigrams(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1)) or frozenset({text})


def _likeness(plain: str, own: frozenset[str], entry: _Entry) -> float:
    if plain == entry.plain:
        return 1.0 if entry.is_official else 0.95
    shared = len(own & entry.bigrams)
    if not shared:
        return 0.0
    dice = 2 * shared / (len(own) + len(entry.bigrams))
    contained = entry.plain in plain or plain in entry.plain
    return min(0.89, 0.85 * dice + (0.08 if contained and len(entry.plain) >= 4 and len(plain) >= 4 else 0.0))


def _misfit(indicator: Indicator, kind: TargetKind) -> float:
    """How much an indicator that measures otherwise is held back."""
    is_new = any(word in indicator.name_zh or word in indicator.code for word in _NET_WORDS)
    if kind is TargetKind.LEVEL and is_new:
        return 0.08
    if kind is TargetKind.CUMULATIVE and indicator.measure in (Measure.STOCK, Measure.RATIO):
        return 0.2
    return 0.0


def fits_unit(indicator: Indicator, *, kind: TargetKind, unit: str, written_unit: str) -> bool:
    """Whether a number in that unit can be a target of that kind for the indicator."""
    wanted = base_unit_of_kind(kind, indicator_unit=indicator.base_unit)
    if kind is TargetKind.LEVEL and unit == "percent" and indicator.base_unit == "percentage_point":
        return True
    return _base(unit, written_unit, wanted) == wanted


_BASES = {"pp": "percentage_point", "times": "multiple"}


def _base(unit: str, written_unit: str, wanted: str) -> str:
    if unit == "count" and wanted == "per_10k_people":
        return wanted  # 每万人 stands in the name, 件 in the unit
    try:
        return unit_named(written_unit).base
    except UnitError:
        return _BASES.get(unit, unit)


def resolved(candidate: Candidate, resolver: Resolver) -> Candidate:
    """The candidate with its likeliest indicator, and what a person must look at.

    Parameters
    ----------
    candidate : Candidate
    resolver : Resolver
        Of the catalogue in use.
    """
    found = resolver.propose(
        candidate.indicator_name,
        kind=candidate.kind,
        unit=candidate.unit,
        written_unit=candidate.written_unit,
    )
    if not found or found[0].likeness < PROPOSED_AT:
        return replace(candidate, confidence=min(candidate.confidence, 0.4)).with_review(
            ReviewReason.NO_INDICATOR
        )
    best = found[0]
    rivals = [each for each in found[1:] if best.likeness - each.likeness < 0.03]
    proposed = replace(candidate, indicator=best.code, confidence=candidate.confidence * best.likeness)
    if best.likeness >= SURE_AT and not rivals:
        return proposed
    unsure = replace(proposed, confidence=min(proposed.confidence, _MOST_UNSURE))
    return unsure.with_review(ReviewReason.UNSURE_INDICATOR)
