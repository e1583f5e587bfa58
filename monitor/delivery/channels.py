"""Channels through Apprise: group robots and webhooks.

Apprise answers yes or no. Why not, it tells its log alone, which is listened to here and kept from
everyone else, because it may repeat the address, and the address is the secret. Robots of WeCom, DingTalk
and Feishu refuse with HTTP 200 and a code in the answer, which Apprise does not read: it is read here.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import requests
from apprise import Apprise, AppriseAsset, PersistentStoreMode
from pydantic import SecretStr

from monitor.config import MailSettings
from monitor.core.errors import ConfigError, ConfigProblem
from monitor.core.outbox import AttemptOutcome, NewMessage
from monitor.delivery.results import HandOver, Result, temporary, uncertain

_LOGGERS = (logging.getLogger("apprise"), logging.getLogger("urllib3"))  # both repeat addresses
_STATUS = re.compile(r"\berror=(\d{3})\b")
_NEVER_CONNECTED = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "NameResolutionError",
    "SSLError",
    "ProxyError",
)
_REFUSED = range(400, 500)
_CODES = {"wecombot": ("errcode",), "dingtalk": ("errcode",), "feishu": ("code", "StatusCode")}
"""Where a robot's answer holds its code, 0 for accepted, by the scheme of the Apprise address."""
_CUT = "…"
_LINE_END = 2
_sending = threading.Lock()


class ChannelTransport:
    """One channel.

    Parameters
    ----------
    name : str
        As in `configs/mail.yaml`.
    url : SecretStr
        Its Apprise address.
    """

    def __init__(self, name: str, url: SecretStr) -> None:
        self.host = name
        self._apprise = Apprise(
            asset=AppriseAsset(async_mode=False, storage_mode=PersistentStoreMode.MEMORY, app_id="Zhibiao")
        )
        with _listening():
            understood = self._apprise.add(url.get_secret_value())
        self.problem = _problem(name, targets=sum(map(len, self._apprise)) if understood else 0)
        self._code_names = _CODES.get(url.get_secret_value().partition("://")[0].lower(), ())

    def close(self) -> None:
        """Nothing stays open."""

    def send(self, message: NewMessage, hand_over: HandOver) -> Result:
        """Hand subject and plain text to the channel, cut to what it shows; the last line, a link, stays.

        Parameters
        ----------
        message : NewMessage
            What to send; Apprise turns the text into what the service shows.
        hand_over : callable
            Called right before.

        Raises
        ------
        Exception
            What `hand_over` raises; nothing was handed over then.
        """
        if self.problem:
            return temporary(self.problem, stops_round=True)
        room = self._apprise[0].body_maxlen - _size(message.subject) - _LINE_END
        hand_over()
        with _listening() as heard, _answers() as answers:
            accepted = bool(
                self._apprise.notify(body=cut(message.text, room), title=message.subject, body_format="text")
            )
        if not accepted:
            return self._refused("\n".join(heard))
        if self._code_names:
            return self._by_code(answers)
        return Result(AttemptOutcome.DELIVERED, "accepted")

    def _by_code(self, answers: Sequence[bytes]) -> Result:
        """What the code in a robot's answer says."""
        code = _code_in(answers[-1] if answers else b"", self._code_names)
        if code == 0:
            return Result(AttemptOutcome.DELIVERED, "accepted, code 0")
        if code is None:
            return uncertain(
                f"The channel {self.host} answered without a code; the message may have been shown. "
                "Look there, then settle it."
            )
        reply = f"code {code}"
        return temporary(f"The channel {self.host} refused the message ({reply}).", reply=reply)

    def _refused(self, heard: str) -> Result:
        """Why not, from what Apprise said about it."""
        status = _STATUS.search(heard)
        if status is not None:
            reply = f"HTTP {status.group(1)}"
            if int(status.group(1)) in _REFUSED:
                return temporary(f"The channel {self.host} refused the message ({reply}).", reply=reply)
            return uncertain(
                f"The channel {self.host} failed after it was given the message ({reply}); it may have been "
                "shown. Look there, then settle it.",
                reply=reply,
            )
        if any(word in heard for word in _NEVER_CONNECTED):
            return temporary(
                f"The channel {self.host} cannot be reached; check its address.", stops_round=True
            )
        return uncertain(
            f"The channel {self.host} did not say what became of the message; it may have been shown. "
            "Look there, then settle it."
        )


def check_channels(mail: MailSettings) -> None:
    """That every channel has an address that Apprise understands, of one target alone.

    Raises
    ------
    ConfigError
        With every channel that has not; the address itself is not told.
    """
    problems = [
        ConfigProblem("configs/mail.yaml", f"channels.{name}", problem, "an Apprise address of one target")
        for name, url in mail.channels.items()
        if (problem := ChannelTransport(name, url).problem)
    ]
    if problems:
        raise ConfigError(problems)


def _problem(name: str, *, targets: int) -> str:
    """What is wrong with an address, in a sentence."""
    if targets == 0:
        return f"The address of the channel {name} is none that Apprise understands; correct it."
    if targets > 1:
        return (
            f"The address of the channel {name} has {targets} targets, of which some could fail alone; "
            "make each a channel of its own."
        )
    return ""


def cut(text: str, room: int) -> str:
    """A text of at most so many bytes in UTF-8, as robots count; its last line stays whole.

    Examples
    --------
    >>> cut("one two three\\nhttps://example.org", 28)
    'one tw…\\nhttps://example.org'
    """
    text = text.strip()
    if _size(text) <= room:
        return text
    head, _, last = text.rpartition("\n")
    if not head or _size(last) + _size(_CUT) + 1 >= room:
        head, last = text, ""
    end = f"{_CUT}\n{last}".rstrip()
    kept = head.encode()[: max(0, room - _size(end))].decode(errors="ignore")
    return f"{kept}{end}"


def _size(text: str) -> int:
    return len(text.encode())


def _code_in(answer: bytes, names: Sequence[str]) -> int | None:
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    found = [said[name] for name in names if name in said] if isinstance(said, dict) else []
    return found[0] if found and isinstance(found[0], int) else None


@contextmanager
def _answers() -> Iterator[list[bytes]]:
    """The answers to what is sent meanwhile; the library gives no other way to them."""
    answers: list[bytes] = []
    send = requests.Session.send

    def listen(session: requests.Session, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        answer = send(session, request, **how)
        answers.append(answer.content)
        return answer

    with _sending:
        requests.Session.send = listen  # type: ignore[method-assign, assignment]
        try:
            yield answers
        finally:
            requests.Session.send = send  # type: ignore[method-assign]


@contextmanager
def _listening() -> Iterator[list[str]]:
    """Hear what Apprise and the library below it log meanwhile; nobody else does."""
    heard: list[str] = []
    listener = _Listener(heard)
    before = [(logger, logger.level, logger.propagate) for logger in _LOGGERS]
    for logger in _LOGGERS:
        logger.addHandler(listener)
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
    try:
        yield heard
    finally:
        for logger, level, propagate in before:
            logger.removeHandler(listener)
            logger.setLevel(level)
            logger.propagate = propagate


class _Listener(logging.Handler):
    """Keeps every line."""

    def __init__(self, heard: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self._heard.append(record.getMessage())
