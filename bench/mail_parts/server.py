"""A real SMTP server on this machine that misbehaves on demand and keeps a log of what it accepted."""

# ruff: noqa: ARG002 - aiosmtpd decides what handlers take
from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import StrEnum
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Fault(StrEnum):
    """What goes wrong with one message."""

    NONE = "none"
    UNKNOWN_RECIPIENT = "550 to the recipient"
    GREYLISTED = "451 to the recipient"
    BUSY = "451 after the text"
    UNWANTED = "554 after the text"
    CLOSING = "421 to the recipient, then gone"
    HANGS_EARLY = "no answer to the recipient"
    DROPS_EARLY = "gone before the text"
    REJECTS_SILENTLY = "gone after the text, which it threw away"
    ACCEPTS_SILENTLY = "gone after the text, which it accepted"
    ACCEPTS_AND_HANGS = "no answer after the text, which it accepted"


Plan = Callable[[str], Fault]
"""Decides by recipient address what goes wrong."""


class Mailbox:
    """Handler of the server: follows the plan, keeps what it accepted."""

    def __init__(self, plan: Plan, *, hang_s: float) -> None:
        self.plan = plan
        self.hang_s = hang_s
        self.accepted: list[bytes] = []
        self.met: Counter[Fault] = Counter()
        self.connections = 0
        self._lock = threading.Lock()

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        fault = self.plan(address)
        envelope.fault = fault
        with self._lock:
            self.met[fault] += 1
        if fault is Fault.UNKNOWN_RECIPIENT:
            return "550 5.1.1 no such user"
        if fault is Fault.GREYLISTED:
            return "451 4.7.1 come back later"
        if fault is Fault.HANGS_EARLY:
            await asyncio.sleep(self.hang_s)
            return "451 4.3.0 too late"
        if fault in (Fault.CLOSING, Fault.DROPS_EARLY):
            if fault is Fault.CLOSING:
                await server.push("421 4.3.2 shutting down")
            server.transport.close() if fault is Fault.CLOSING else server.transport.abort()
            return "421 4.3.2 shutting down"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        fault = envelope.fault
        if fault is Fault.BUSY:
            return "451 4.3.0 try later"
        if fault is Fault.UNWANTED:
            return "554 5.7.1 not wanted here"
        if fault is not Fault.REJECTS_SILENTLY:
            with self._lock:
                self.accepted.append(envelope.content)
        if fault is Fault.ACCEPTS_AND_HANGS:
            await asyncio.sleep(self.hang_s)
        if fault in (Fault.REJECTS_SILENTLY, Fault.ACCEPTS_SILENTLY):
            server.transport.abort()
        return "250 2.0.0 queued"


class MailServer:
    """The server on a port of its own, which it keeps when it is stopped and started again.

    Parameters
    ----------
    plan : callable
        What goes wrong, by recipient address.
    hang_s : float
        How long it says nothing where it hangs. [s]
    context : ssl.SSLContext, optional
        Its certificate.
    starttls : bool
        Whether the certificate is used by STARTTLS, which is then required, or from the start.
    login : (str, str), optional
        User and password it asks for.
    """

    def __init__(
        self,
        plan: Plan = lambda _address: Fault.NONE,
        *,
        hang_s: float = 5.0,
        context: ssl.SSLContext | None = None,
        starttls: bool = True,
        login: tuple[str, str] | None = None,
        port: int | None = None,
    ) -> None:
        self.mailbox = Mailbox(plan, hang_s=hang_s)
        self.port = free_port() if port is None else port
        self._options: dict[str, Any] = {"enable_SMTPUTF8": False}
        if context is not None and starttls:
            self._options |= {"tls_context": context, "require_starttls": True}
        elif context is not None:
            self._options |= {"ssl_context": context}
        if login is not None:
            self._options |= {"auth_required": True, "auth_require_tls": context is not None and starttls}
            self._options |= {"authenticator": _authenticator(*login)}
        self._controller: Controller | None = None

    def __enter__(self) -> MailServer:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Begin to answer."""
        self._controller = Controller(self.mailbox, hostname="127.0.0.1", port=self.port, **self._options)
        self._controller.start()

    def stop(self) -> None:
        """Answer no more; connections break."""
        if self._controller is not None:
            self._controller.stop()
            self._controller = None

    def letters(self) -> list[EmailMessage]:
        """What it accepted, parsed."""
        return [message_from_bytes(raw, policy=policy.default) for raw in tuple(self.mailbox.accepted)]  # type: ignore[misc]

    def accepted_ids(self) -> list[str]:
        """`Message-ID` of everything it accepted, in that order."""
        return [str(letter["Message-ID"]) for letter in self.letters()]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _authenticator(user: str, password: str) -> Callable[..., AuthResult]:
    def check(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (
            user.encode(),
            password.encode(),
        )
        # `handled=False` lets the server answer 535 itself; else the client sees a dropped connection.
        return AuthResult(success=known, handled=False)

    return check
