"""A message laid out for one person: HTML with inline pictures, plain text, subject, headers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.alerts.content import Digest
from monitor.alerts.links import Links
from monitor.alerts.plain import render_text, wrapped
from monitor.alerts.sparklines import HEIGHT, WIDTH, sparkline
from monitor.core.flags import Flag
from monitor.core.outbox import Picture
from monitor.core.people import Person
from monitor.words import wording
from monitor.words.cells import plain_text
from monitor.words.display import Language

_TEMPLATE = "message.html.j2"
_RED, _YELLOW, _GREEN = ("#A61B1B", "#B3261E"), ("#946000", "#E3A008"), ("#13715F", "#2A8C7C")
_BLUE, _GREY = ("#1F4E8C", "#3B6FB0"), ("#5F6B7A", "#98A2B3")
COLOURS: dict[Flag, tuple[str, str]] = {
    Flag.RED: _RED,
    Flag.MISSED: _RED,
    Flag.OVERDUE: _RED,
    Flag.YELLOW: _YELLOW,
    Flag.GREEN: _GREEN,
    Flag.MET: _BLUE,
    Flag.DONE: _BLUE,
    Flag.GREY: _GREY,
    Flag.AWAITING: _GREY,
    Flag.ACCEPTED: _GREY,
    Flag.DUE: _GREY,
}
"""Text and fill of each flag, light only: mail programs know no theme."""


_SLOT = re.compile("\x02([a-z]+):([^\x03]*)\x03")
"""Where something of one person goes; no text of a message holds these control characters."""


@dataclass(frozen=True)
class Rendered:
    """A message ready to be queued; `short` is what a group is shown: the summary, and where to look."""

    subject: str
    html: str
    text: str
    short: str
    pictures: tuple[Picture, ...]
    headers: dict[str, str]


class _Slots:
    """Links that are filled in later, for each person."""

    def target(self, code: str) -> str:
        """See `Links`."""
        return f"\x02target:{code}\x03"

    def acknowledge(self, target: str) -> str:
        """See `Links`; of the person who reads."""
        return f"\x02acknowledge:{target}\x03"

    def unsubscribe(self) -> str:
        """See `Links`; of the person who reads."""
        return "\x02unsubscribe:\x03"

    def addressed(self) -> str:
        """The line that names the person."""
        return "\x02addressed:\x03"


@dataclass(frozen=True)
class Layout:
    """A message laid out once for everyone who shares it, with slots for names and addresses."""

    digest: Digest
    html: str
    text: str
    pictures: tuple[Picture, ...]

    def for_person(self, person: Person, links: Links) -> Rendered:
        """The message of one person.

        Parameters
        ----------
        person : Person
            To whom.
        links : Links
            Where targets, acknowledgement and unsubscribing are found.
        """
        mail = wording.messages(self.digest.language).mail
        addressed = mail["addressed"].format(name=plain_text(person.name))

        def fill(match: re.Match[str]) -> str:
            kind, code = match.groups()
            if kind == "addressed":
                return addressed
            if kind == "target":
                return links.target(code)
            if kind == "acknowledge":
                return links.acknowledge(person.code, code, self.digest.period)
            return links.unsubscribe(person.code)

        def fill_text(match: re.Match[str]) -> str:
            return "\n".join(wrapped(addressed)) if match[1] == "addressed" else fill(match)

        return Rendered(
            subject=plain_text(self.digest.subject),
            html=_SLOT.sub(lambda match: escape(fill(match)), self.html),
            text=_SLOT.sub(fill_text, self.text),
            short=f"{plain_text(self.digest.summary_text)}\n{links.overview()}",
            pictures=self.pictures,
            headers={
                "List-Unsubscribe": f"<{links.unsubscribe(person.code)}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            },
        )


def lay_out(digest: Digest) -> Layout:
    """Lay a message out as HTML and as plain text of equal content."""
    html = (
        _environment()
        .get_template(_TEMPLATE)
        .render(
            digest=digest,
            slots=_Slots(),
            texts=wording.messages(digest.language).mail,
            lang="zh-CN" if digest.language is Language.ZH else "en",
            colours=COLOURS,
            cid=picture_name,
            chart=(WIDTH, HEIGHT),
        )
    )
    return Layout(digest, html, render_text(digest, _Slots()), pictures_of(digest))


def pictures_of(digest: Digest) -> tuple[Picture, ...]:
    """The sparklines of its blocks, by name."""
    return tuple(
        Picture(picture_name(block.target), sparkline(block.trend))
        for block in digest.blocks
        if block.trend is not None
    )


def picture_name(target: str) -> str:
    """Name of a target's sparkline inside the message."""
    return f"{target}.spark@zhibiao"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("monitor.alerts"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
