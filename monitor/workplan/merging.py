"""What a plan says twice, and where it contradicts itself."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from forecast.targets import Comparator
from monitor.workplan.candidates import Candidate, ReviewReason
from monitor.workplan.resolve import plain_name

_CLOSE = 1e-9
_LEVEL = re.compile(r"国家级(?!高新技术|科技型)|省级|市级|区级|县级")
"""Levels tell things apart; a national high-tech enterprise is what all plans call a high-tech enterprise."""

_FLOORS = frozenset({Comparator.AT_LEAST, Comparator.MORE_THAN})
_CEILINGS = frozenset({Comparator.AT_MOST, Comparator.LESS_THAN})


def compared(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates with repeats and conflicts marked; nothing is dropped.

    Two that speak of the same indicator, level (国家级, 省级), kind, deadline and place repeat each other
    where the values agree; they conflict where the values do not, or where one is a floor and the other
    a ceiling. Two tiers of one sentence (确保, 力争) do neither.

    Parameters
    ----------
    candidates : sequence of Candidate
        In the order of the text.
    """
    groups: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for position, candidate in enumerate(candidates):
        if candidate.value is not None and len(candidate.indicator_name) >= 2:
            groups[_subject(candidate)].append(position)
    marked = list(candidates)
    conflicts: dict[int, set[int]] = defaultdict(set)
    for positions in groups.values():
        for place, position in enumerate(positions):
            _mark(marked, conflicts, position, positions[:place])
    for position, others in conflicts.items():
        told = replace(marked[position], conflicts_with=tuple(sorted(others)))
        marked[position] = told.with_review(ReviewReason.CONFLICT)
    return tuple(marked)


def _subject(candidate: Candidate) -> tuple[object, ...]:
    is_sure = ReviewReason.UNSURE_INDICATOR not in candidate.review
    name = (candidate.indicator if is_sure else None) or plain_name(candidate.indicator_name)
    levels = tuple(_LEVEL.findall(candidate.indicator_name))
    return name, levels, candidate.kind, candidate.unit, candidate.deadline, candidate.region


def _mark(
    marked: list[Candidate], conflicts: dict[int, set[int]], position: int, earlier: Sequence[int]
) -> None:
    """Mark a repeat at once; conflicts are gathered, for a long plan has many and each is told once."""
    candidate = marked[position]
    for other in earlier:
        if _agree(marked[other], candidate):
            marked[position] = replace(candidate, repeat_of=other).with_review(ReviewReason.REPEAT)
            return
    for other in earlier:
        if marked[other].repeat_of is None and not _are_two_tiers(marked[other], candidate):
            conflicts[other].add(position)
            conflicts[position].add(other)


def _agree(one: Candidate, other: Candidate) -> bool:
    return not _are_opposed(one, other) and all(
        left == right
        or (left is not None and right is not None and math.isclose(left, right, rel_tol=_CLOSE))
        for left, right in ((one.value, other.value), (one.value_upper, other.value_upper))
    )


def _are_opposed(one: Candidate, other: Candidate) -> bool:
    """不低于 95 against 不超过 95: the same number, the opposite demand."""
    return any(
        low.comparator in _FLOORS and high.comparator in _CEILINGS
        for low, high in ((one, other), (other, one))
    )


def _are_two_tiers(one: Candidate, other: Candidate) -> bool:
    """确保 6000 万、力争 7000 万: near each other, with different commitment."""
    return abs(other.value_start - one.value_end) < 40 and one.commitment is not other.commitment
