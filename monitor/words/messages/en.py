"""English texts."""

from monitor.words.messages.catalogue import Messages
from monitor.words.messages.mail_en import MAIL
from monitor.words.messages.screens import ENGLISH_LABELS

SENTENCES = {
    "above_green_line": "⟦{probability}⟧ chance, not below the {line} line.",
    "below_green_line": "⟦{probability}⟧ chance, below the {line} line{cause}.",
    "below_yellow_line": "⟦{probability}⟧ chance, below the {line} line{cause}.",
    "recovering": "⟦{probability}⟧ chance; back from at risk, first to watch.",
    "held_by_hysteresis": (
        "⟦{probability}⟧ chance, which alone would be {bare}; too close to the line to change from {shown}."
    ),
    "settled_with_value": "{outcome}, which {verdict} the target of {target}.",
    "settled_direction": "{period} changed by ⟦{quantity}⟧ on the year before, which {verdict} the target.",
    "settled_direction_years": (
        "The worst yearly change of {period} is ⟦{quantity}⟧, which {verdict} the target."
    ),
    "settled_without_value": "The {period} figure {verdict} the target of {target}.",
    "settled_direction_bare": "The {period} figure {verdict} the target.",
    "unfirm_deadline": (
        "The deadline {deadline} is past; only a {status} figure is in: {outcome}, "
        "which {verdict} the target of {target}. The final figure decides."
    ),
    "unfirm_direction": (
        "The deadline {deadline} is past; only a {status} figure is in for {period}: "
        "⟦{quantity}⟧ on the year before. The final figure decides."
    ),
    "unfirm_value": (
        "The deadline {deadline} is past; only a {status} figure is in for {period}: ⟦{value}⟧. "
        "Nothing is decided before the final one."
    ),
    "unfirm_base": (
        "The deadline {deadline} is past; the base value of {period} is only {status}: ⟦{value}⟧. "
        "Nothing is decided before the final one."
    ),
    "figure_not_out": "The deadline {deadline} is past; the figure is not out.",
    "figure_not_out_expected": "The deadline {deadline} is past; the figure is due about {month}.",
    "figure_not_out_overdue": "The deadline {deadline} is past; the figure is ⟦{days}⟧ overdue.",
    "no_data": "No data for this indicator.",
    "no_data_indicator": "No data for “{indicator}” in this region.",
    "too_short": "⟦{n}⟧ of data only; at least {needed} needed.",
    "too_short_years": "Only ⟦{n}⟧ of data; at least {needed} needed.",
    "silent": "⟦{days}⟧ overdue.",
    "silent_since": "⟦{days}⟧ overdue; the last report is for {period}.",
    "silent_missed": "⟦{days}⟧ overdue; the last report is for {period}, {missed} missed.",
    "missing_base": "The base value of {period} is missing.",
    "missing_base_any": "The base value is missing.",
    "needs_published_rate": "No comparable growth rate is published; none is computed from levels.",
    "no_peers": "No data of peer regions; the rank cannot be computed.",
    "no_peers_few": "⟦{have}⟧ with data among the peers; at least {needed} needed.",
    "definition_changed": (
        "The definition changed from “{old}” to “{new}” with {period}; before and after cannot be compared."
    ),
    "milestone_due": "Not yet done, ⟦{days}⟧ left.",
    "milestone_done": "Done on ⟦{day}⟧.",
    "milestone_overdue": "No report of completion, ⟦{days}⟧ past the deadline.",
    "outcome_range": "80% sure that the {what} lies between ⟦{low}⟧ and ⟦{high}⟧.",
    "outcome_range_median": "80% sure that the {what} lies between ⟦{low}⟧ and ⟦{high}⟧; median {median}.",
    "pace": "{head}{record}{recent}.",
    "pace_required": "Needs {verb}⟦{amount}⟧ a {per}",
    "pace_none": "At the target level; no further increase is needed",
    "pace_record": "reached in {reached} of {of}",
    "pace_record_none": "reached in no {each} of the last {of}",
    "cause": "; it needs {verb}{amount} a {per}",
    "pace_recent": ", last {span} average {mean}",
    "data_state": "{parts}.",
    "data_missing": "{periods} not yet in",
    "data_to": "Data to {period}",
    "data_next": "the {period} figure is due about {month}",
    "data_none": "No data yet",
    "late_data": "Data usually out ⟦{days}⟧ ago are not loaded here; the horizon is longer by as much.",
    "late_data_period": (
        "Data for {period}, usually out ⟦{days}⟧ ago, are not loaded here; the horizon is longer by as much."
    ),
    "straight_line_ahead": "Straight-line rule: ⟦{share}⟧ done, {due} due, {points} points ahead.",
    "straight_line_behind": "Straight-line rule: ⟦{share}⟧ done, {due} due, {points} points behind.",
    "straight_line_even": "Straight-line rule: ⟦{share}⟧ done, {due} due.",
    "growth_rate_rule": (
        "Growth-rate rule: ⟦{actual}⟧ a year; from the same base to the target {required} a year is needed, "
        "ratio {ratio}, {verdict}."
    ),
    "growth_rate_rule_years": (
        "Growth-rate rule: ⟦{actual}⟧ a year over the last {years}; from the base {years} back to the target "
        "{required} a year is needed, ratio {ratio}, {verdict}."
    ),
    "tolerance_ceiling": "“About” counts up to ⟦{floor}⟧.",
    "tolerance": "“About” counts from ⟦{floor}⟧.",
    "first_release": "Judged on the first release: ⟦{value}⟧ for {period}.",
    "first_release_latest": "Judged on the first release: ⟦{value}⟧ for {period}; now {latest}.",
    "conflict": "Disagrees with another target: {other}.",
    "conflict_value": "Disagrees with another target: ⟦{value}⟧ in {other}.",
    "published_target": "⟦{probability}⟧ chance of the target as first published.",
    "published_target_value": "⟦{probability}⟧ chance of the target as first published, {value}.",
    "published_target_value_deadline": (
        "⟦{probability}⟧ chance of the target as first published, {value} by {deadline}."
    ),
    "safe_value": "{level} sure at ⟦{value}⟧.",
    "before_first_batch": "The first batch comes in {month}; earlier figures do not show progress.",
    "change": "Since {day}: ⟦{total}⟧ ({parts}).",
    "change_none": "Since {day}: no change.",
    "change_undated": "Since the last assessment: ⟦{total}⟧ ({parts}).",
    "change_undated_none": "Since the last assessment: no change.",
}

OUTCOMES = {
    "level": "{when} stands at {amount}",
    "growth": "{when} grew by {amount}",
    "growth_less": "{when} fell by {amount}",
    "average_growth": "{when} grew by {amount} a year",
    "average_growth_less": "{when} fell by {amount} a year",
    "growth_each_year": "the weakest year of {when} grew by {amount}",
    "net_increase": "{when} brought a net increase of {amount}",
    "net_increase_less": "{when} brought a net decrease of {amount}",
    "cumulative": "{when} totals {amount}",
    "change_pp": "{when} is {amount} above {base}",
    "change_pp_less": "{when} is {amount} below {base}",
    "multiple": "{when} is {amount} the {base} value",
    "rank": "{when} ranks no. {amount}",
}

QUANTITIES = {
    "level": "outcome",
    "growth": "growth",
    "average_growth": "average growth",
    "growth_each_year": "weakest yearly growth",
    "net_increase": "net increase",
    "cumulative": "total",
    "change_pp": "change",
    "multiple": "multiple",
    "rank": "rank",
    "direction": "change on the year before",
}

STATEMENTS = {
    "level": "{when} {amount}",
    "growth": "{when} growth {amount}",
    "average_growth": "{when} average growth {amount}",
    "growth_each_year": "{when} growth each year {amount}",
    "net_increase": "{when} net increase {amount}",
    "cumulative": "{when} total {amount}",
    "change_pp": "{when} change on {base} {amount}",
    "multiple": "{when} ratio to {base} {amount}",
    "rank": "{when} rank {amount}",
    "rises": "{when} rises every year",
    "falls": "{when} falls every year",
    "milestone": "done by {day}",
    "not_quantified": "{when}, no number stated",
}

ENGLISH = Messages(
    sentences=SENTENCES,
    statements=STATEMENTS,
    outcomes=OUTCOMES,
    quantities=QUANTITIES,
    flags={
        "red": "At risk",
        "yellow": "Watch",
        "green": "On track",
        "grey": "Unknown",
        "met": "Met",
        "missed": "Missed",
        "awaiting": "Awaiting",
        "accepted": "Accepted",
        "due": "Due",
        "done": "Done",
        "overdue": "Overdue",
    },
    commitments={"obligatory": "obligatory", "expected": "expected", "stretch": "stretch", "unspecified": ""},
    kinds={
        "level": "level",
        "growth": "growth",
        "average_growth": "avg growth",
        "growth_each_year": "yearly growth",
        "net_increase": "net increase",
        "cumulative": "total",
        "change_pp": "change",
        "multiple": "multiple",
        "rank": "rank",
        "direction": "direction",
        "milestone": "milestone",
    },
    comparators={
        "at_least": "≥",
        "more_than": ">",
        "at_most": "≤",
        "less_than": "<",
        "about": "≈",
        "between": "between",
    },
    statuses={
        "final": "final",
        "preliminary": "preliminary",
        "revised": "revised",
        "derived": "derived",
        "year_inferred": "year inferred",
    },
    change_parts={
        "new_data": "new data",
        "revised_data": "revised data",
        "target_edit": "target",
        "time_passing": "time",
        "model": "model",
    },
    bases={
        "as_published": "as published",
        "gdp_4th_census": "GDP of 4th census",
        "gdp_5th_census": "GDP of 5th census",
        "main_business_revenue": "main business revenue",
        "operating_revenue": "operating revenue",
        "three_year_sum": "sum of three years",
        "wider_trade_value": "wider trade value",
        "output_plus_absorption": "output and absorption",
    },
    verdicts={"on_track": "on track", "slow": "slow", "insufficient": "insufficient", "away": "moving away"},
    terms={
        "target": "target",
        "targets": "targets",
        "plan": "plan",
        "plans": "plans",
        "place": "region",
        "places": "regions",
        "load": "load",
        "loads": "loads",
        "day": "day",
        "days": "days",
        "period": "period",
        "full_year": "full year",
        "full_years": "full years",
        "periods": "periods",
        "release": "release",
        "releases": "releases",
        "value": "value",
        "values": "values",
        "region": "region",
        "regions": "regions",
        "year": "year",
        "years": "years",
        "month": "month",
        "months": "months",
        "per_year": "year",
        "per_month": "month",
        "verb_add": "+",
        "verb_lower": "−",
        "verb_complete": "",
        "verb_grow": "growth of ",
        "reaches": "reaches",
        "reaches_early": "already reaches",
        "falls_short": "does not reach",
        "list_join": ", ",
        "clause_join": "; ",
        "part_join": ", ",
        "same_join": ", ",
        "year_suffix": "",
        "range": "{first} to {last}",
    },
    labels=ENGLISH_LABELS,
    mail=MAIL,
)
