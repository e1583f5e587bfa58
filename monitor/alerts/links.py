"""Addresses that mail points to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote


class Links(Protocol):
    """Makes the addresses; whoever signs them gives an implementation of its own."""

    def target(self, code: str) -> str:
        """The page of a target."""
        ...

    def acknowledge(self, person: str, target: str, period: str) -> str:
        """Where a person acknowledges what a mail of a period says about a target."""
        ...

    def unsubscribe(self, person: str) -> str:
        """Where a person stops the mail; it answers a POST at once (RFC 8058)."""
        ...


@dataclass(frozen=True)
class PlainLinks:
    """Unsigned addresses below a public one, for previews.

    Parameters
    ----------
    public_url : str
        Address of the service as readers reach it, `https://host/path`, without a slash at the end.
    """

    public_url: str

    def target(self, code: str) -> str:
        """See `Links`."""
        return f"{self.public_url}/target?id={quote(code)}"

    def acknowledge(self, person: str, target: str, period: str) -> str:
        """See `Links`."""
        return f"{self.public_url}/acknowledge/{quote(period)}/{quote(person)}/{quote(target)}"

    def unsubscribe(self, person: str) -> str:
        """See `Links`."""
        return f"{self.public_url}/unsubscribe/{quote(person)}"
