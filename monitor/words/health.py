"""Words of the health checks: sign and facts into a sentence, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.words.display import Language
from monitor.words.messages.health import CHECKS, SENTENCES

Part = tuple[str, Mapping[str, Any]]
"""Sign and facts of a sentence inside another."""


def check_name(check: str, language: Language) -> str:
    """数据库, database."""
    return CHECKS[check][_index(language)]


def finding_words(sign: str, facts: Mapping[str, Any], language: Language) -> str:
    """What a check found, as a sentence without a full stop.

    Parameters
    ----------
    sign : str
        Which sentence.
    facts : mapping
        What it states; `parts` are sentences of their own, told one after the other.

    Examples
    --------
    >>> finding_words("disk_ok", {"gib": 12}, Language.ZH)
    '剩余 12 GiB'
    """
    told: dict[str, Any] = dict(facts)
    parts: Sequence[Part] = told.pop("parts", ())
    if parts:
        join = "；" if language is Language.ZH else "; "
        told["told"] = join.join(finding_words(*part, language) for part in parts)
    return SENTENCES[sign][_index(language)].format(**told)


def _index(language: Language) -> int:
    return 0 if language is Language.ZH else 1
