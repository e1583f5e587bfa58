"""The shape of a message catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Messages:
    """All texts of one language; `⟦ ⟧` enclose the key figure of a sentence."""

    sentences: Mapping[str, str]
    statements: Mapping[str, str]
    outcomes: Mapping[str, str]
    quantities: Mapping[str, str]
    flags: Mapping[str, str]
    commitments: Mapping[str, str]
    kinds: Mapping[str, str]
    comparators: Mapping[str, str]
    statuses: Mapping[str, str]
    change_parts: Mapping[str, str]
    verdicts: Mapping[str, str]
    bases: Mapping[str, str]
    terms: Mapping[str, str]
    labels: Mapping[str, str]
    mail: Mapping[str, str]
