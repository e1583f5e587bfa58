"""Known errors of sources: the wrong figure that guards an entry, and the right one that replaces it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.units import from_base

_SAME = 1e-9


@dataclass(frozen=True)
class Correction:
    """One known error of a source.

    Parameters
    ----------
    code : str
        Unique, readable.
    origin : str
        Code of the origin that gives the wrong figure.
    wrong, right : float
        What the origin gives, and what is right. [base unit]
    unit : str
        Unit both are written in.
    reason, document : str
        Why the figure is wrong; what shows it.
    """

    code: str
    origin: str
    indicator: str
    region: str
    period: str
    wrong: float
    right: float
    unit: str
    reason: str
    document: str

    @property
    def note(self) -> str:
        """What stands in the note of a corrected figure."""
        was = f"{from_base(self.wrong, self.unit):.12g} {self.unit}"
        return f"corrected ({self.code}): the source gives {was}; {self.reason}; {self.document}"


class CorrectionState(StrEnum):
    """What a load found where a correction was expected to apply."""

    APPLIED = "applied"
    OBSOLETE = "obsolete"


@dataclass(frozen=True)
class CorrectionUse:
    """A correction one load met.

    Parameters
    ----------
    state : CorrectionState
        Applied: the wrong figure came, and the right one was kept. Obsolete: another figure came.
    found : float
        What the source gave. [base unit]
    """

    correction: str
    state: CorrectionState
    found: float


class Corrections:
    """All known errors, found by the figure they concern.

    Parameters
    ----------
    entries : iterable of Correction
        In any order.
    """

    def __init__(self, entries: Iterable[Correction] = ()) -> None:
        self._entries = tuple(entries)
        self._by_figure: dict[Hashable, list[Correction]] = {}
        for entry in self._entries:
            key = entry.origin, entry.indicator, entry.region, entry.period
            self._by_figure.setdefault(key, []).append(entry)

    def __bool__(self) -> bool:
        return bool(self._entries)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all entries, in the order they were given."""
        return tuple(entry.code for entry in self._entries)

    def concerning(self, *, origin: str, indicator: str, region: str, period: str) -> Sequence[Correction]:
        """The corrections of one figure of one origin; usually none.

        Examples
        --------
        >>> Corrections().concerning(origin="yearbook", indicator="gdp", region="510000", period="2022")
        ()
        """
        return self._by_figure.get((origin, indicator, region, period), ())


def is_guarded(correction: Correction, value: float) -> bool:
    """Whether a figure is the very one the correction replaces. [base unit]"""
    return math.isclose(value, correction.wrong, rel_tol=_SAME, abs_tol=0.0)


def summarise_uses(met: Iterable[tuple[Correction, float]]) -> tuple[CorrectionUse, ...]:
    """What one load says about each correction it met.

    A file may hold several releases of a figure. A correction is obsolete only if none of them is
    the figure it guards.

    Parameters
    ----------
    met : iterable of (Correction, float)
        Each correction with a figure it concerns, as the source gave it. [base unit]
    """
    uses: dict[str, CorrectionUse] = {}
    for correction, value in met:
        state = CorrectionState.APPLIED if is_guarded(correction, value) else CorrectionState.OBSOLETE
        held = uses.get(correction.code)
        if held is None or held.state is CorrectionState.OBSOLETE:
            uses[correction.code] = CorrectionUse(correction.code, state, value)
    return tuple(uses.values())
