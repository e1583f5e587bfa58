"""Addresses that mail points to."""

from __future__ import annotations

from typing import Protocol


class Links(Protocol):
    """Makes the addresses: `monitor.links.SignedLinks`."""

    def overview(self) -> str:
        """The page with every target."""
        ...

    def target(self, code: str) -> str:
        """The page of a target."""
        ...

    def acknowledge(self, person: str, target: str, period: str) -> str:
        """Where a person acknowledges what a mail of a period says about a target."""
        ...

    def unsubscribe(self, person: str) -> str:
        """Where a person stops the mail; it answers a POST at once (RFC 8058)."""
        ...
