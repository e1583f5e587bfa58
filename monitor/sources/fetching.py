"""One document from the web: retried where that may help, bounded in time and size, asked only if changed."""

from __future__ import annotations

import datetime as dt
import ssl
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import httpx

from monitor.config.figure_sources import AddressEntry
from monitor.core.errors import SourceError
from monitor.core.sources import Validators
from monitor.sources.guarding import Deadline, GuardedTransport

ATTEMPTS = 4
MOST_REDIRECTS = 3
MOST_WAIT_SECONDS = 60.0
_FIRST_WAIT_SECONDS = 1.0
_TRY_AGAIN = frozenset({429, 500, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DENIED = frozenset({401, 403})


@dataclass(frozen=True)
class Fetched:
    """What an address gave.

    Parameters
    ----------
    content : bytes
        Unpacked.
    content_type : str
        As the server names it, in lower case, without parameters.
    """

    content: bytes
    content_type: str
    validators: Validators


class _TryAgainError(Exception):
    """An attempt failed in a way that may pass; `after` is how long the server asks to wait."""

    def __init__(self, problem: str, after: float | None = None) -> None:
        super().__init__(problem)
        self.after = after


class Fetcher:
    """Fetches the document of one source.

    Parameters
    ----------
    source : str
        Code of the source, for messages.
    entry : AddressEntry
        The address, and what is allowed on the way there.
    token : str or None
        Sent to the host of the address and to no other.
    now : datetime.datetime
        This moment, for waits a server gives as a date.
    pause : callable
        Waits. [seconds]
    """

    def __init__(
        self,
        source: str,
        entry: AddressEntry,
        *,
        token: str | None,
        now: dt.datetime,
        pause: Callable[[float], None],
    ) -> None:
        self._source = source
        self._entry = entry
        self._token = token
        self._now = now
        self._pause = pause
        self._deadline = Deadline(entry.total_seconds)

    def fetch(self, validators: Validators | None) -> Fetched | None:
        """The document, or None if the server says that it has not changed.

        Parameters
        ----------
        validators : Validators or None
            What the last good run was given.

        Raises
        ------
        SourceError
            If it cannot be had.
        """
        known = validators if validators and validators.address == self._entry.url else None
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._attempt(known)
            except _TryAgainError as again:
                wait = again.after if again.after is not None else _FIRST_WAIT_SECONDS * 2 ** (attempt - 1)
                if attempt == ATTEMPTS or wait > MOST_WAIT_SECONDS or wait >= self._deadline.left():
                    raise self._failed(
                        f"{again} ({_times(attempt)}).", "It is asked again next time."
                    ) from again
                self._pause(wait)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, known: Validators | None) -> Fetched | None:
        timeout = httpx.Timeout(self._entry.read_seconds, connect=self._entry.connect_seconds)
        transport = GuardedTransport(
            self._source, allow_private=self._entry.allow_private, deadline=self._deadline
        )
        try:
            with httpx.Client(transport=transport, timeout=timeout, trust_env=False) as client:
                return self._follow(client, known)
        except httpx.InvalidURL as error:
            raise self._failed(f"{self._entry.url} is no address ({error}).", "Correct it.") from error
        except httpx.TimeoutException as error:
            raise _TryAgainError("The server did not answer in time") from error
        except httpx.TransportError as error:
            if isinstance(_first_cause(error), ssl.SSLCertVerificationError):
                raise self._failed(
                    "The certificate of the server is not valid.",
                    "Check the address; a certificate authority of the house is named by SSL_CERT_FILE.",
                ) from error
            raise _TryAgainError(
                f"The server cannot be reached ({str(error) or type(error).__name__})"
            ) from error

    def _follow(self, client: httpx.Client, known: Validators | None) -> Fetched | None:
        """The answer of the address, or of where it leads."""
        url = httpx.URL(self._entry.url)
        for _ in range(MOST_REDIRECTS + 1):
            with client.stream("GET", url, headers=self._headers(url, known)) as response:
                if response.status_code not in _REDIRECTS:
                    return self._answer(response, known)
                url = self._next(url, response)
        raise self._failed(
            f"It is redirected more than {MOST_REDIRECTS} times.", "Name the last address itself."
        )

    def _headers(self, url: httpx.URL, known: Validators | None) -> dict[str, str]:
        headers = {"User-Agent": "zhibiao", "Accept-Encoding": "gzip"}
        if known and _can_be_sent(known.etag):
            headers["If-None-Match"] = str(known.etag)
        if known and _can_be_sent(known.last_modified):
            headers["If-Modified-Since"] = str(known.last_modified)
        if self._token is not None and _place(url) == _place(httpx.URL(self._entry.url)):
            if not _can_be_sent(self._token):
                raise self._failed("The token holds characters that cannot be sent.", "Write it anew.")
            is_bearer = self._entry.token_header.lower() == "authorization"
            headers[self._entry.token_header] = f"Bearer {self._token}" if is_bearer else self._token
        return headers

    def _next(self, url: httpx.URL, response: httpx.Response) -> httpx.URL:
        try:
            target = url.join(response.headers.get("location", ""))
        except httpx.InvalidURL as error:
            raise self._failed("It is redirected to what is no address.", "Name another address.") from error
        if not self._entry.follow_redirects:
            raise self._failed(
                f"It is redirected to {_place(target)}.", "Name that address, or set follow_redirects: true."
            )
        if target.scheme != "https" and not (target.scheme == "http" and self._entry.allow_http):
            raise self._failed(
                f"It is redirected to {_place(target)}, which is not https.", "Name another address."
            )
        return target

    def _answer(self, response: httpx.Response, known: Validators | None) -> Fetched | None:
        status = response.status_code
        if status == 304 and known is not None:
            return None
        if status in _TRY_AGAIN:
            raise _TryAgainError(f"The server answered {status}", self._asked_wait(response.headers))
        if status in _DENIED:
            raise self._failed(f"The server refused access ({status}).", "Check the token of the source.")
        if status != 200:
            raise self._failed(f"The server answered {status}.", "Check the address.")
        headers = response.headers
        return Fetched(
            content=self._content(response),
            content_type=headers.get("content-type", "").partition(";")[0].strip().lower(),
            validators=Validators(self._entry.url, headers.get("etag"), headers.get("last-modified")),
        )

    def _asked_wait(self, headers: Mapping[str, str]) -> float | None:
        """Seconds the server asks to wait, or None."""
        text = headers.get("retry-after", "").strip()
        if text.isdecimal():
            return float(text)
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=dt.UTC)
        return max((until - self._now).total_seconds(), 0.0)

    def _content(self, response: httpx.Response) -> bytes:
        """The body, unpacked and never larger than allowed, packed or unpacked."""
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "", "gzip"):
            raise self._failed(f"The answer is packed as {encoding!r}, which is not read.", "Ask for gzip.")
        unpacker = zlib.decompressobj(wbits=31) if encoding == "gzip" else None
        parts: list[bytes] = []
        packed = size = 0
        for chunk in response.iter_raw():
            packed += len(chunk)
            part = self._unpacked(unpacker, chunk, self._entry.max_bytes - size + 1) if unpacker else chunk
            size += len(part)
            if max(size, packed) > self._entry.max_bytes:
                raise self._failed(
                    f"The answer is larger than {self._entry.max_bytes:,} bytes.",
                    "Ask for less, or raise max_bytes.",
                )
            parts.append(part)
        if unpacker is not None and not unpacker.eof:
            raise _TryAgainError("The answer broke off")
        return b"".join(parts)

    def _unpacked(self, unpacker: zlib._Decompress, chunk: bytes, most: int) -> bytes:
        try:
            return unpacker.decompress(chunk, most)
        except zlib.error as error:
            raise self._failed("The answer is damaged: it is no gzip.", "Tell the publisher.") from error

    def _failed(self, problem: str, remedy: str) -> SourceError:
        return SourceError(self._source, problem, remedy)


def _can_be_sent(text: str | None) -> bool:
    """Whether a text may stand in a header."""
    return text is not None and text.isascii() and text.isprintable() and text != ""


def _times(attempts: int) -> str:
    return "asked once" if attempts == 1 else f"asked {attempts} times"


def _place(url: httpx.URL) -> str:
    """Scheme, host and port."""
    return f"{url.scheme}://{url.netloc.decode('ascii', 'replace').rpartition('@')[2]}"


def _first_cause(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
