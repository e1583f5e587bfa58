"""Channels through Apprise: group robots and webhooks.

Apprise answers yes or no. Why not, it tells its log alone, which is listened to here and kept from
everyone else, because it may repeat the address, and the address is the secret.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from apprise import Apprise, AppriseAsset, PersistentStoreMode
from pydantic import SecretStr

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
_LOST = ("Socket Exception", "Connection error", "unhandled exception", "timed out")


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
            self._understood = bool(self._apprise.add(url.get_secret_value()))

    def close(self) -> None:
        """Nothing stays open."""

    def send(self, message: NewMessage, hand_over: HandOver) -> Result:
        """Hand subject and plain text to the channel.

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
        if not self._understood:
            return temporary(
                f"The address of the channel {self.host} is none that Apprise understands; correct it.",
                stops_round=True,
            )
        hand_over()
        with _listening() as heard:
            accepted = bool(
                self._apprise.notify(body=message.text, title=message.subject, body_format="text")
            )
        if accepted:
            return Result(AttemptOutcome.DELIVERED, "accepted")
        return self._refused("\n".join(heard))

    def _refused(self, heard: str) -> Result:
        """Why not, from what Apprise said about it."""
        status = _STATUS.search(heard)
        if status is not None:
            reply = f"HTTP {status.group(1)}"
            return temporary(f"The channel {self.host} refused the message ({reply}).", reply=reply)
        if any(word in heard for word in _NEVER_CONNECTED):
            return temporary(
                f"The channel {self.host} cannot be reached; check its address.", stops_round=True
            )
        if any(word in heard for word in _LOST):
            return uncertain(
                f"The channel {self.host} did not answer after it was given the message; it may have been "
                "shown. Look there, then settle it."
            )
        return temporary(f"The channel {self.host} did not take the message.")


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
