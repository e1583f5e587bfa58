"""Words of refused, held and warned rows: rule and facts into a reason and a remedy, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.core.errors import Refusal
from monitor.words.display import Language
from monitor.words.messages import rules_en, rules_zh

_RULES = {Language.ZH: rules_zh.RULES, Language.EN: rules_en.RULES}
_PARTS = {Language.ZH: rules_zh.PARTS, Language.EN: rules_en.PARTS}
_FIGURES = ("other", "low", "high", "total", "ratio", "numerator", "denominator")


@dataclass(frozen=True)
class RuleWords:
    """What a broken rule says to a person."""

    name: str
    reason: str
    remedy: str


def rule_name(rule: str, language: Language) -> str:
    """Short name of a rule for tables and filters; an unknown one stands for itself.

    Examples
    --------
    >>> rule_name("unit_slip", Language.ZH)
    '单位错位'
    """
    if rule not in _RULES[language]:
        return rule
    name = _RULES[language][rule][0]
    parts = _PARTS[language]
    both = f"{parts['what_region']}/{parts['what_period']}"
    return name.replace("{what}", both)


def rule_words(rule: str, facts: Mapping[str, Any], language: Language) -> RuleWords:
    """Name, reason and remedy of a broken rule.

    Parameters
    ----------
    rule : str
        Name of the rule (`monitor.ingest.findings.RuleId`).
    facts : mapping
        `found`: the cell as read; `indicator`: code; `figure`, `other`, `low`, `high`, `others`, `total`,
        `ratio`, `numerator`, `denominator`: figures with written, period, region, and row, sheet or
        known_on; further numbers and codes of single rules. Missing ones give the general sentence.
    language : Language
        Chinese or English.
    """
    texts, parts = _RULES[language], _PARTS[language]
    if rule not in texts:
        return RuleWords(rule, parts["unknown"].format(rule=rule, found=facts.get("found", "")),
                         parts["unknown_remedy"])  # fmt: skip
    filled = _Filled(_fillers(facts, language))
    name, reason, remedy = (text.format_map(filled) for text in texts[rule])
    return RuleWords(rule_name(rule, language) if filled.lacked else name, reason, remedy)


def refusal_words(refusal: Refusal, language: Language) -> RuleWords:
    """What one refused, held or warned row says: every rule it broke, in one language.

    English sentences that were written when the cell was read are kept, since they know more.
    """
    told = [{"rule": refusal.rule, "found": refusal.found, **refusal.facts}, *refusal.facts.get("also", ())]
    words = [rule_words(each["rule"], each, language) for each in told]
    if language is Language.EN:
        return RuleWords(words[0].name, refusal.reason, refusal.remedy)
    return RuleWords(
        words[0].name,
        "".join(dict.fromkeys(each.reason for each in words)),
        "".join(dict.fromkeys(each.remedy for each in words)),
    )


class _Filled(dict[str, str]):
    """Fillers of a template; one that is missing reads as a dash instead of breaking the page."""

    lacked = False

    def __missing__(self, key: str) -> str:
        self.lacked = True
        return "—"


def _fillers(facts: Mapping[str, Any], language: Language) -> dict[str, str]:
    parts = _PARTS[language]
    own = facts.get("figure", {})
    filled = {key: str(value) for key, value in facts.items() if isinstance(value, str | int | float)}
    filled |= {key: str(own[key]) for key in ("written", "period", "region") if key in own}
    filled |= {
        key: _figure(facts[key], own, language) for key in _FIGURES if isinstance(facts.get(key), dict)
    }
    filled["others"] = parts["separator"].join(
        parts["duplicate"].format(written=each["written"], where=_where(each, language))
        for each in facts.get("others", ())
    )
    return (
        filled | _slip_parts(facts, parts) | _fall_parts(facts, parts) | _other_parts(facts, parts, language)
    )


def _figure(figure: Mapping[str, Any], own: Mapping[str, Any], language: Language) -> str:
    """Another figure: its value, its period, its region where that is another one, its place."""
    elsewhere = figure.get("region") != own.get("region")
    text = _PARTS[language]["figure_elsewhere" if elsewhere else "figure"]
    return text.format(
        written=figure["written"],
        period=figure["period"],
        region=figure.get("region", ""),
        where=_where(figure, language),
    )


def _where(figure: Mapping[str, Any], language: Language) -> str:
    parts = _PARTS[language]
    if "known_on" in figure:
        return parts["stored"].format(known_on=figure["known_on"])
    return parts["row_of" if figure.get("sheet") else "row"].format(**figure)


def _slip_parts(facts: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, str]:
    if "hint" not in facts:
        return {}
    is_stored = "known_on" in facts.get("other", {})
    return {
        "larger": parts["larger" if facts["larger"] else "smaller"],
        "hint": parts[f"hint_{facts['hint']}"],
        "compare": parts["compare_stored" if is_stored else "compare_rows"],
        "stored_remedy": parts["stored_remedy"] if is_stored and facts["hint"] != "peers" else "",
    }


def _fall_parts(facts: Mapping[str, Any], parts: Mapping[str, str]) -> dict[str, str]:
    if "again" not in facts:
        return {}
    again = int(facts["again"])
    text = parts["again_one" if again == 1 else "again_many"] if again else ""
    return {
        "again": text.format(again=again, year=facts["year"]),
        "guess": parts["guess_many" if again else "guess_one"],
        "stored_fall": parts["stored_fall"] if facts["is_stored"] else "",
    }


def _other_parts(facts: Mapping[str, Any], parts: Mapping[str, str], language: Language) -> dict[str, str]:
    found = {}
    if "regions" in facts:
        many = int(facts["regions"]) > 1
        found["regions"] = parts["regions"].format(count=facts["regions"]) if many else ""
    if "what" in facts:
        found["what"] = parts[f"what_{facts['what']}"]
    if "all_there" in facts:
        found["incomplete"] = "" if facts["all_there"] else parts["incomplete"]
    if "broken" in facts:
        found["broken"] = rule_name(str(facts["broken"]), language)
    return found
