"""What goes wrong with whom, week by week, as it follows from a seed."""

from __future__ import annotations

import random
from zlib import crc32

from bench.mail_parts.server import Fault

_TROUBLES = [fault for fault in Fault if fault is not Fault.NONE]


class FaultPlan:
    """What goes wrong with a recipient of a week: the first time; a second time it goes well.

    Silent kinds show once a message, so that what is sent again although it was accepted is seen.

    Parameters
    ----------
    seed : int
        What all faults follow from, with week and address.
    share : float
        Of the recipients of a week that meet a fault, 0 to 1.
    """

    def __init__(self, seed: int, *, share: float) -> None:
        self.week = 0
        self._seed, self._share = seed, share
        self._met: set[tuple[int, str]] = set()

    def __call__(self, address: str) -> Fault:
        """The fault of one recipient in the week it is."""
        chance = random.Random(crc32(f"{self._seed}/{self.week}/{address}".encode()))
        if chance.random() >= self._share or (self.week, address) in self._met:
            return Fault.NONE
        self._met.add((self.week, address))
        return chance.choice(_TROUBLES)
