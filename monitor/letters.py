"""A message as the bytes of an e-mail; the same message always gives the same bytes, previewed or sent."""

from __future__ import annotations

import datetime as dt
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
from monitor.core.errors import UserFacingError
from monitor.core.outbox import NewMessage

_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_NOT_IN_ADDRESSES = re.compile(r"[\s@<>,;:\"()\[\]\\]")
_OURS = frozenset(
    {"from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "mime-version"}
    | {"auto-submitted", "return-path", "received"}
)
_LISTS = "list-"
_PLAIN = ("content-", "mime-version", "date", "message-id", "auto-submitted", _LISTS)
_LANGUAGES = {"zh": "zh-CN", "en": "en"}


class UnsendableError(UserFacingError):
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
    """The standard's rules for SMTP, but headers that programs alone read are kept as they are given.

    The standard library parses every header when it is set, asked for and written, which took most of the
    time of a letter; and it folds a long address in `List-...` headers into encoded words, which no mail
    program opens.
    """

    def header_store_parse(self, name: str, value: Any) -> tuple[str, Any]:
        """A header about to be kept."""
        if not _is_plain(name):
            return super().header_store_parse(name, value)
        if len(value.splitlines()) > 1:
            raise ValueError(f"{name} holds a line break")
        return name, value

    def header_fetch_parse(self, name: str, value: Any) -> Any:
        """A header as it is given out."""
        return value if _is_plain(name) else super().header_fetch_parse(name, value)

    def fold(self, name: str, value: str) -> str:
        """One header with its line ends."""
        if name.lower().startswith(_LISTS):
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """The same in bytes."""
        if name.lower().startswith(_LISTS):
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


def _is_plain(name: str) -> bool:
    return name.lower().startswith(_PLAIN)


_POLICY = _LetterPolicy(linesep=SMTP.linesep, cte_type="7bit", raise_on_defect=False)


def message_id_of(key: str, queued_at: dt.datetime, *, domain: str) -> str:
    """A name no other message has: keys are unique in a database, moments tell databases apart."""
    digest = hashlib.sha256(f"{key}\n{queued_at.isoformat()}".encode()).hexdigest()[:32]
    return f"<{digest}@{domain}>"


def write_letter(
    said: NewMessage, *, queued_at: dt.datetime, message_id: str | None, sender: SenderEntry
) -> Letter:
    """The e-mail of a message.

    Parameters
    ----------
    said : NewMessage
        What is told, to whom.
    queued_at : datetime.datetime
        Moment of queueing, aware; it becomes the `Date`.
    message_id : str or None
        Its name, as it was given with the first claim; None where it has none yet, and is given it here.
    sender : SenderEntry
        Who it comes from.

    Raises
    ------
    UnsendableError
        If the address is none, or subject or a header would break out of its line.
    """
    local, domain = _address_parts(said.address)
    utf8 = not local.isascii()
    email = EmailMessage(policy=_POLICY.clone(utf8=utf8))
    email["From"] = Address(sender.name, addr_spec=sender.address)
    email["To"] = Address(username=local, domain=domain)
    if sender.reply_to is not None:
        email["Reply-To"] = sender.reply_to
    email["Subject"] = _one_line(said.subject, "subject")
    email["Date"] = format_datetime(queued_at)
    email["Message-ID"] = message_id or message_id_of(said.key, queued_at, domain=sender.domain)
    email["Auto-Submitted"] = "auto-generated"
    for name, value in _further_headers(said.headers).items():
        email[name] = value
    try:
        _write_body(email, said)
        # Writing the body moves every `Content-` header into its first part.
        email["Content-Language"] = _LANGUAGES.get(said.language, said.language)
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
