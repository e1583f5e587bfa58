"""What a plan says twice, and where it contradicts itself."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from monitor.workplan.candidates import Candidate, ReviewReason
from monitor.workplan.resolve import plain_name

_CLOSE = 1e-9


def compared(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The candidates with repeats and conflicts marked; nothing is dropped.

    Two that speak of the same indicator, kind, deadline and place repeat each other where the values
    agree and conflict where they do not; two tiers of one sentence (确保, 力争) do neither.

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
    for positions in groups.values():
        for place, position in enumerate(positions):
            _mark(marked, position, positions[:place])
    return tuple(marked)


def _subject(candidate: Candidate) -> tuple[object, ...]:
    name = candidate.indicator or plain_name(candidate.indicator_name)
    return name, candidate.kind, candidate.unit, candidate.deadline, candidate.region


def _mark(marked: list[Candidate], position: int, earlier: Sequence[int]) -> None:
    candidate = marked[position]
    for other in earlier:
        before = marked[other]
        if _agree(before, candidate):
            marked[position] = replace(candidate, repeat_of=other).with_review(ReviewReason.REPEAT)
            return
    for other in earlier:
        before = marked[other]
        if before.repeat_of is None and not _are_two_tiers(before, candidate):
            marked[other] = _conflicting(marked[other], position)
            marked[position] = _conflicting(marked[position], other)


def _conflicting(candidate: Candidate, other: int) -> Candidate:
    found = tuple(sorted({*candidate.conflicts_with, other}))
    return replace(candidate, conflicts_with=found).with_review(ReviewReason.CONFLICT)


def _agree(one: Candidate, other: Candidate) -> bool:
    return all(
        left == right
        or (left is not None and right is not None and math.isclose(left, right, rel_tol=_CLOSE))
        for left, right in ((one.value, other.value), (one.value_upper, other.value_upper))
    )


def _are_two_tiers(one: Candidate, other: Candidate) -> bool:
    """确保 6000 万、力争 7000 万: near each other, with different commitment."""
    return abs(other.value_start - one.value_end) < 40 and one.commitment is not other.commitment
