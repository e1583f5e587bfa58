"""Flags as cases to read: probabilities in scheduled assessments above, the flag shown below."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.flags import COLOURS, WORST_FIRST, Flag, Shown, Thresholds, colour_moves, decide_colour

RULES = Thresholds(green_at=0.80, yellow_at=0.50, change_margin=0.05, confirmations=2)

LETTERS = {
    "R": Flag.RED,
    "Y": Flag.YELLOW,
    "G": Flag.GREEN,
    "-": Flag.GREY,
    "M": Flag.MET,
    "A": Flag.ACCEPTED,
}

CASES = """
the first assessment alone decides
    .80 | .79 | .50 | .49
    ... one by one
    G   | Y   | Y   | R

just past a line waits for a second time
    .85 .79 .79
    G   G   Y

just past a line and back is nothing
    .85 .79 .81 .78 .82
    G   G   G   G   G

past by the margin changes at once, the margin itself included
    .85 .75      | .85 .76     | .60 .45     | .60 .46     | .60 .85     | .60 .84
    G   Y        | G   G       | Y   R       | Y   Y       | Y   G       | Y   Y

a green may fall straight to red
    .90 .30
    G   R

falling slowly through both lines
    .85 .78 .77 .60 .48 .49 .47
    G   G   Y   Y   Y   R   R

a red that recovers is yellow first
    .30 .90 .90
    R   Y   G

a red that recovers a little waits too
    .45 .52 .51 .52
    R   R   Y   Y

two sides of a colour do not confirm each other
    .60 .82 .48 .82
    Y   Y   Y   Y

swinging around the green line keeps the colour it has
    .70 .82 .78 .83 .79
    Y   Y   Y   Y   Y

after grey the probability alone decides again
    .30 -   .82 .79
    R   -   G   G

after met, as a figure was revised, likewise
    .90 M   .79
    G   M   Y

after the end of an accepted deviation likewise
    .30 A   .52
    R   A   Y

a grey between does not count as a confirmation
    .85 .79 -   .79
    G   G   -   Y
"""


def cases() -> list[tuple[str, list[str], list[str]]]:
    found = []
    for block in CASES.strip().split("\n\n"):
        title, given_line, *_, expected_line = block.splitlines()
        for number, (given_part, expected) in enumerate(
            zip(given_line.split("|"), expected_line.split("|"), strict=True), start=1
        ):
            found.append((f"{title} ({number})", given_part.split(), expected.split()))
    return found


def shown_over_time(steps: list[str], rules: Thresholds = RULES) -> list[str]:
    """Play scheduled assessments; a letter instead of a number is a state that is not a colour."""
    earlier: list[Shown] = []
    for step in steps:
        if step in LETTERS:
            earlier.append(Shown(LETTERS[step], None))
            continue
        probability = float(step)
        earlier.append(Shown(decide_colour(probability, earlier, thresholds=rules), probability))
    names = {flag: letter for letter, flag in LETTERS.items()}
    return [names[past.flag] for past in earlier]


@pytest.mark.parametrize(("title", "steps", "expected"), cases(), ids=[case[0] for case in cases()])
def test_case(title: str, steps: list[str], expected: list[str]) -> None:
    assert shown_over_time(steps) == expected, title


def test_three_confirmations_need_three() -> None:
    rules = Thresholds(green_at=0.80, yellow_at=0.50, change_margin=0.05, confirmations=3)
    assert shown_over_time([".85", ".79", ".79", ".79"], rules) == ["G", "G", "G", "Y"]


def test_one_confirmation_is_no_hysteresis() -> None:
    rules = Thresholds(green_at=0.80, yellow_at=0.50, change_margin=0.05, confirmations=1)
    assert shown_over_time([".85", ".79", ".80"], rules) == ["G", "Y", "G"]


probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def play(values: list[float]) -> list[Flag]:
    earlier: list[Shown] = []
    for value in values:
        earlier.append(Shown(decide_colour(value, earlier, thresholds=RULES), value))
    return [past.flag for past in earlier]


@given(probabilities)
def test_never_from_red_to_green_in_one_step(values: list[float]) -> None:
    flags = play(values)
    assert (Flag.RED, Flag.GREEN) not in list(itertools.pairwise(flags))


@given(probabilities, st.floats(0, 1))
def test_a_steady_probability_shows_its_own_colour_in_the_end(values: list[float], steady: float) -> None:
    assert play([*values, steady, steady, steady])[-1] is RULES.colour(steady)


@given(probabilities)
def test_a_flag_moves_only_towards_its_probability(values: list[float]) -> None:
    flags = play(values)
    for before, after, value in zip(flags, flags[1:], values[1:], strict=False):
        bare = COLOURS.index(RULES.colour(value))
        assert abs(COLOURS.index(after) - bare) <= abs(COLOURS.index(before) - bare)


def test_lists_hold_every_flag_and_never_grey_with_green() -> None:
    assert sorted(WORST_FIRST) == sorted(Flag)
    assert WORST_FIRST.index(Flag.YELLOW) < WORST_FIRST.index(Flag.GREY) < WORST_FIRST.index(Flag.GREEN)


def test_other_lines_are_counted_without_memory() -> None:
    now, tried = Thresholds(0.8, 0.5, 0.05, 2), Thresholds(0.9, 0.5, 0.05, 2)
    assert colour_moves([0.95, 0.85, 0.85, 0.1], before=now, after=tried) == {
        (Flag.GREEN, Flag.GREEN): 1,
        (Flag.GREEN, Flag.YELLOW): 2,
        (Flag.RED, Flag.RED): 1,
    }
