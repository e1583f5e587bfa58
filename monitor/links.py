"""Signed addresses in messages: who may answer what, without a password and without a way to guess.

A link names a workspace, a person and what it is about, signed with the key of the installation. Opening one
changes nothing; the page behind it asks for confirmation, because mail scanners open links. The same link is
made again for the same message, so that a past message is rebuilt as it was sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from itsdangerous import BadSignature, URLSafeSerializer

from monitor.core.errors import UserFacingError

_ACKNOWLEDGE, _UNSUBSCRIBE = "acknowledge", "unsubscribe"


class BadLinkError(UserFacingError):
    """A link is not one of ours, or was cut or changed on its way."""

    def __init__(self) -> None:
        super().__init__(
            "This link is incomplete or was changed; open the one in the message again, "
            "or ask for a new message."
        )


@dataclass(frozen=True)
class AnswerLink:
    """What a link to an acknowledgement says."""

    workspace: str
    person: str
    target: str
    period: str


@dataclass(frozen=True)
class UnsubscribeLink:
    """What a link to unsubscribing says."""

    workspace: str
    person: str


@dataclass(frozen=True)
class SignedLinks:
    """Makes the addresses of one workspace, and reads those of any.

    Parameters
    ----------
    public_url : str
        Address of the service as readers reach it, without a slash at the end.
    workspace : str
        Whose targets and people are meant.
    key : str
        Secret of the installation; whoever has it can answer for anybody.
    """

    public_url: str
    workspace: str
    key: str

    def __repr__(self) -> str:
        """Everything but the key."""
        return f"SignedLinks({self.public_url!r}, {self.workspace!r})"

    def overview(self) -> str:
        """The page with every target."""
        return f"{self.public_url}/?workspace={quote(self.workspace)}"

    def target(self, code: str) -> str:
        """The page of a target."""
        return f"{self.public_url}/target?workspace={quote(self.workspace)}&id={quote(code)}"

    def acknowledge(self, person: str, target: str, period: str) -> str:
        """Where a person answers what a message of a period says about a target."""
        return self._address(_ACKNOWLEDGE, [self.workspace, person, target, period])

    def unsubscribe(self, person: str) -> str:
        """Where a person stops the digest; it answers a POST at once (RFC 8058)."""
        return self._address(_UNSUBSCRIBE, [self.workspace, person])

    def read_answer(self, token: str) -> AnswerLink:
        """What a token of `acknowledge` says.

        Raises
        ------
        BadLinkError
            If its signature does not hold.
        """
        return AnswerLink(*self._read(_ACKNOWLEDGE, token, parts=4))

    def read_unsubscribe(self, token: str) -> UnsubscribeLink:
        """What a token of `unsubscribe` says; errors as of `read_answer`."""
        return UnsubscribeLink(*self._read(_UNSUBSCRIBE, token, parts=2))

    def _address(self, purpose: str, facts: list[str]) -> str:
        token = URLSafeSerializer(self.key, salt=purpose).dumps(facts)
        return f"{self.public_url}/{purpose}?token={token}"

    def _read(self, purpose: str, token: str, *, parts: int) -> list[str]:
        try:
            found = URLSafeSerializer(self.key, salt=purpose).loads(token)
        except BadSignature as error:
            raise BadLinkError from error
        if not isinstance(found, list) or len(found) != parts:
            raise BadLinkError
        return [str(each) for each in found]
