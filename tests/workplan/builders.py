"""Plans of one line, under a head that gives them a year and a place."""

from __future__ import annotations

from monitor.workplan import Candidate, extract_targets

HEAD = "晴川市2031年科技创新工作计划\n\n"
FIVE_YEARS = "晴川市“十六五”科技创新规划\n（2031—2035年）\n\n"


def read(text: str, *, head: str = HEAD) -> tuple[Candidate, ...]:
    """The proposals of a text; every quote is checked against it."""
    source = head + text
    found = extract_targets(source).candidates
    for each in found:
        assert source[each.start : each.end] == each.quote
        assert source[each.value_start : each.value_end] == each.value_as_written
        assert each.start <= each.value_start < each.value_end <= each.end
    return found


def one(text: str, *, head: str = HEAD) -> Candidate:
    """The only proposal of a text."""
    (found,) = read(text, head=head)
    return found


def values(text: str, *, head: str = HEAD) -> list[float | None]:
    """The values proposed, in order."""
    return [each.value for each in read(text, head=head)]
