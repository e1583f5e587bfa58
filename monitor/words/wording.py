"""Reasons, terms and states as short declarative sentences, Chinese and English.

The contract between the producer of a `Reason` (assess) and its sentence is this table. Facts are
plain JSON: amounts in base units, probabilities and shares 0..1, percentages in percent, periods as
`2022`, `2022-Q3`, `2022-09`, dates as `2026-11-20`. `?` marks a fact that may be absent or null.
"quantity" means the *compared quantity* of the target (`monitor.words.display.quantity_unit`): the
indicator itself for level, cumulative, net_increase; percent for growth kinds; percentage_point for
change_pp; a ratio for multiple; a place for rank.

Leading reasons (`ReasonCode`)

==================== ============================================================================
above_green_line     probability, green_at
below_green_line     probability, green_at; the pace it would take: required?, reached?, of?, per?,
                     unit? (as in `pace`)
below_yellow_line    probability, yellow_at; and the same
recovering           probability (red before, green by itself, shown as yellow)
held_by_hysteresis   probability, shown (flag), bare (flag the probability alone would give)
reached              quantity?, period?; early? (bool, before the deadline)
not_reached          quantity?, period?
figure_not_out       expected_on? (date), days_overdue? (past expected_on; then that day is not told)
unfirm_figure        period, value (indicator), status ("preliminary" | "year_inferred") of the figure
                     a target past its deadline waits for: the deadline's, else a base or another
                     counted one; of the deadline's also quantity?, reached? (bool)
no_data              indicator?
too_short            n, needed; full_years? (bool: they count full years, not periods)
silent               days_overdue, last_period?, missed? (releases missed)
missing_base         period?
needs_published_rate (none)
no_peers             have?, needed?
definition_changed   period (first on the new basis), old, new
milestone_due        days_left
milestone_done       done_on (date)
milestone_overdue    days_overdue
==================== ============================================================================

Further sentences (`DetailCode`)

==================== ============================================================================
outcome_range        q10, q90, q50? (quantity)
pace                 required, achieved_last?, achieved_mean3?, best?, reached?, of?,
                     per ("year" | "month"), unit? (base unit of the paces; if absent, that of a
                     difference of the indicator: percentage_point for a percentage)
data_state           observed_to?, missing? (list of periods due but not in), next_period?,
                     expected_on? (date next_period is expected); no period after the deadline's, and
                     nothing once settled (late_data neither)
late_data            days, period?
straight_line        share (done so far), due (share of the window's months gone at the end of the
                     last figure), ahead (share - due); none before the first figure
growth_rate_rule     actual, required (percent a year, both from the same base `years` back), ratio,
                     verdict ("on_track" | "slow" | "insufficient" | "away"), years?
tolerance            floor (quantity; a ceiling where lower is better)
first_release        value (indicator), period, latest? (indicator)
conflict             other (target code), value? (quantity), plan? (title of the other plan)
published_target     probability_published, value? (quantity), deadline? (date)
safe_value           value (quantity), level (0.8)
before_first_batch   month (1..12)
==================== ============================================================================

Numbers beside the sentences (`Assessment.figures`, base units, all optional)

==================== ============================================================================
value                latest quantity comparable with the target value (for rank: the place)
value_period         its period; value_status (records.Status)
gap                  value - target value (if absent, computed from the two)
target_level         level of the indicator that meets the target, for lines in charts; if absent,
                     the target value itself for level, else none (where a published growth
                     rate is shown, and in sparklines of growth kinds, the rate asked for)
extrapolated         straight extrapolation of the quantity to the deadline
expected_on          date the deadline's figure is expected
late_days            days a due figure is overdue now
change_since         date of the assessment the last change is counted from (read beside a `change`)
==================== ============================================================================

`TargetStatus.recent` holds the indicator's own latest values (yearly growth for growth kinds), base
units, oldest first. `Fan.values[i][j]` is period i, level j; levels ascend and include .5.
"""

from __future__ import annotations

import datetime as dt
import re

from monitor.core.flags import Flag
from monitor.core.ledger import Commitment
from monitor.core.reasons import ChangeParts, Reason
from monitor.core.records import Status
from monitor.words import display
from monitor.words.display import Language
from monitor.words.messages.fillers import FILLERS
from monitor.words.messages.pacing import pace_scale
from monitor.words.messages.speaker import SHAPES, Say, WordingContext, basis_word, counted, messages
from monitor.words.messages.statement import deadline_text, target_amount, target_statement

__all__ = [
    "SHAPES",
    "WordingContext",
    "basis_word",
    "change_parts",
    "change_sentence",
    "commitment_word",
    "counted",
    "deadline_text",
    "flag_text",
    "flag_word",
    "messages",
    "pace_scale",
    "sentence",
    "status_word",
    "target_amount",
    "target_statement",
]

NO_MARK = ("", "")
_GAP_IN_CHINESE = re.compile(
    r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]⟧) (?=[\u4e00-\u9fff])"
)
"""A blank between two Chinese words, left where a unit meets a word: 亿元 至."""


def sentence(
    reason: Reason, language: Language, context: WordingContext, *, mark: tuple[str, str] = NO_MARK
) -> str:
    """A reason as one short declarative sentence.

    Parameters
    ----------
    reason : Reason
        Code and facts, as the table above lists them.
    mark : tuple of str
        What stands before and after the key figures, such as `("<b>", "</b>")`; nothing by default.

    Raises
    ------
    KeyError
        If a fact the code needs is missing.
    """
    key, filled = FILLERS[reason.code](Say(reason, language, context))
    return _marked(messages(language).sentences[key].format(**filled), language, mark)


def _marked(text: str, language: Language, mark: tuple[str, str]) -> str:
    """Put the marks in; an English sentence starts with a capital letter."""
    if language is Language.EN and text[:1].islower():
        text = text[0].upper() + text[1:]
    if language is Language.ZH:
        text = _GAP_IN_CHINESE.sub("", text)
    return text.replace("⟦", mark[0]).replace("⟧", mark[1])


def flag_word(flag: Flag, language: Language) -> str:
    """预警, At risk."""
    return messages(language).flags[flag.value]


def flag_text(flag: Flag, language: Language) -> str:
    """Shape and word: ■ 预警."""
    return f"{SHAPES[flag]} {flag_word(flag, language)}"


def commitment_word(commitment: Commitment, language: Language) -> str:
    """约束性, 预期性, 力争; empty if the plan does not say."""
    return messages(language).commitments[commitment.value]


def status_word(status: Status, language: Language) -> str:
    """How firm a published figure is."""
    return messages(language).statuses[status.value]


def change_parts(change: ChangeParts, total_points: int, language: Language) -> tuple[tuple[str, int], ...]:
    """The parts of a change in whole points, named, adding up to `total_points`."""
    names = messages(language).change_parts
    values = [getattr(change, name) for name in names]
    return tuple(zip(names.values(), display.whole_parts(values, total_points), strict=True))


def change_sentence(
    change: ChangeParts,
    total_points: int,
    language: Language,
    *,
    since: dt.date | None = None,
    mark: tuple[str, str] = NO_MARK,
) -> str:
    """较 2026-11-14：−6（新数据 −4，时间推移 −2，数据修订、目标调整、模型 0）。

    Parameters
    ----------
    since : datetime.date, optional
        Day of the assessment compared with (`figures["change_since"]`); without it that is not named.
    """
    texts = messages(language)
    parts = change_parts(change, total_points, language)
    if total_points == 0 and not any(points for _, points in parts):
        key = "change_undated_none" if since is None else "change_none"
        return _marked(texts.sentences[key].format(day=since), language, mark)
    told = [f"{name} {display.signed_points(points)}" for name, points in parts if points]
    same = [name for name, points in parts if not points]
    if same:
        told.append(f"{texts.terms['same_join'].join(same)} 0")
    joined = texts.terms["part_join"].join(told)
    total = display.signed_points(total_points)
    key = "change_undated" if since is None else "change"
    return _marked(texts.sentences[key].format(day=since, total=total, parts=joined), language, mark)
