"""A message of the outbox as the bytes of an e-mail; the same message always gives the same bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from typing import Any

from monitor.config.mail import SenderEntry
from monitor.core.errors import MonitorError
from monitor.core.outbox import NewMessage, OutboxMessage

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_NOT_IN_ADDRESSES = re.compile(r"[\s@<>,;:\"()\[\]\\]")
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "mime-version"}
    | {"auto-submitted", "return-path", "received"}
)
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


class UnsendableError(MonitorError):
    """A message can never be sent as it is; the text says why, in a sentence."""


@dataclass(frozen=True)
class Letter:
    """An e-mail ready for a server.

    Parameters
    ----------
    sender, address : str
        Of the envelope; domains in ASCII.
    content : bytes
        Header and body, lines ended by CR LF.
    utf8 : bool
        Whether the server must offer SMTPUTF8, as the local part of the address is not ASCII. All
        other letters are pure ASCII and need no extension.
    """

    sender: str
    address: str
    content: bytes
    utf8: bool


class _LetterPolicy(EmailPolicy):
    """The standard's rules for SMTP, but `List-...` headers stay whole.

    The standard library folds a long address in them into encoded words, which no mail program opens.
    """

    def fold(self, name: str, value: str) -> str:
        """One header with its line ends."""
        if name.lower().startswith("list-"):
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same in bytes."""
        if name.lower().startswith("list-"):
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _LetterPolicy(linesep=SMTP.linesep, cte_type="7bit", raise_on_defect=False)


def write_letter(queued: OutboxMessage, sender: SenderEntry) -> Letter:
    """The e-mail of a claimed message.

    Parameters
    ----------
    queued : OutboxMessage
        With its `message_id`; its moment of queueing becomes the `Date`.
    sender : SenderEntry
        Who it comes from.

    Raises
    ------
    UnsendableError
        If the address is none, or subject or a header would break out of its line.
    """
    said = queued.message
    local, domain = _address_parts(said.address)
    utf8 = not local.isascii()
    email = EmailMessage(policy=_POLICY.clone(utf8=utf8))
    email["From"] = Address(sender.name, addr_spec=sender.address)
    email["To"] = Address(username=local, domain=domain)
    if sender.reply_to is not None:
        email["Reply-To"] = sender.reply_to
    email["Subject"] = _one_line(said.subject, "subject")
    email["Date"] = format_datetime(queued.queued_at)
    email["Message-ID"] = queued.message_id
    email["Auto-Submitted"] = "auto-generated"
    email["Content-Language"] = _LANGUAGES.get(said.language, said.language)
    for name, value in _further_headers(said.headers).items():
        email[name] = value
    try:
        _write_body(email, said)
        _name_boundaries(email, said.key)
        content = email.as_bytes()
    except ValueError as error:  # text that is no text, such as half a character
        raise UnsendableError(f"The message cannot be written as an e-mail ({error}).") from error
    return Letter(sender.address, f"{local}@{domain}", content, utf8)


def _address_parts(address: str) -> tuple[str, str]:
    """Local part and domain; a domain in Chinese characters becomes its ASCII form."""
    local, _, domain = address.rpartition("@")
    if not local or not domain or not address.isprintable() or _NOT_IN_ADDRESSES.search(local + domain):
        raise UnsendableError(f"{address!r} is no e-mail address; correct it and queue the message again.")
    try:
        return local, domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnsendableError(f"{domain!r} is no domain of an e-mail address ({error}).") from error


def _one_line(text: str, what: str) -> str:
    """The text, which must stay in its own header line."""
    if not text.isprintable():
        raise UnsendableError(f"The {what} {text!r} holds a line break or control character; it is not sent.")
    return text


def _further_headers(headers: Mapping[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        lowered = name.lower()
        if not _HEADER_NAME.fullmatch(name) or lowered in _OURS or lowered.startswith("content-"):
            raise UnsendableError(f"{name!r} is no header a message may bring; it is not sent.")
        if lowered.startswith("list-") and not value.isascii():
            raise UnsendableError(f"The header {name} holds other than ASCII characters; it is not sent.")
        _one_line(value, f"header {name}")
    return dict(headers)


def _write_body(email: EmailMessage, said: NewMessage) -> None:
    """Plain text, and beside it HTML with its pictures."""
    email.set_content(said.text)
    if not said.html:
        return
    email.add_alternative(said.html, subtype="html")
    page: Any = list(email.iter_parts())[-1]
    for picture in said.pictures:
        cid = f"<{_one_line(picture.cid, 'picture name')}>"
        page.add_related(picture.content, "image", "png", cid=cid, disposition="inline")


def _name_boundaries(email: EmailMessage, key: str) -> None:
    """Give the parts boundaries made from the key, so that the bytes do not depend on chance."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:24]
    multiparts = [part for part in email.walk() if part.is_multipart()]
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{digest}_{number}")
