"""The plain-text part: the same as the HTML, at most 72 columns, no column aligned after a shape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Protocol

from monitor.alerts.content import Block, ChangeEntry, Digest, Fact
from monitor.words import wording

COLUMNS = 72
_INDENT = "   "
_UNBREAKABLE = re.compile(
    r"[^\s\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]+|\s+|."
)
_NOT_FIRST = frozenset("，。；：、！？）】”’》,.;:!?)%")
_NOT_LAST = frozenset("（【“‘《(")


class Slots(Protocol):
    """Marks that are replaced for each person."""

    def target(self, code: str) -> str:
        """Address of a target."""
        ...

    def acknowledge(self, target: str) -> str:
        """Address where the reader acknowledges a target."""
        ...

    def unsubscribe(self) -> str:
        """Address where the reader unsubscribes."""
        ...

    def addressed(self) -> str:
        """The line that names the reader."""
        ...


def width(text: str) -> int:
    """Columns a text takes in a terminal; Chinese letters take two.

    Examples
    --------
    >>> width("目标 900")
    8
    """
    return sum(map(_columns, text))


@cache
def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def wrapped(text: str, *, indent: str = "", first: str | None = None) -> Iterator[str]:
    """Lines of at most 72 columns; words, numbers and punctuation stay with what they belong to."""
    line = indent if first is None else first
    is_begun = False
    for token in _tokens(text, COLUMNS - width(indent)):
        if is_begun and width(line) + width(token) > COLUMNS:
            yield line.rstrip()
            line, is_begun = indent, False
        line += token if is_begun else token.lstrip()
        is_begun = True
    if line.strip():
        yield line.rstrip()


def _tokens(text: str, room: int) -> Iterator[str]:
    """What stays together on a line; what fits on none is cut."""
    held = ""
    for found in _UNBREAKABLE.findall(text):
        belongs = held and (found[0] in _NOT_FIRST or held[-1] in _NOT_LAST)
        if belongs and width(held + found) <= room:
            held += found
            continue
        yield from _cut(held, room)
        held = found
    yield from _cut(held, room)


def _cut(token: str, room: int) -> Iterator[str]:
    """The token, in pieces of at most `room` columns."""
    if width(token) <= room:
        if token:
            yield token
        return
    piece = ""
    for letter in token:
        if width(piece + letter) > room:
            yield piece
            piece = ""
        piece += letter
    if piece:
        yield piece


def render_text(digest: Digest, slots: Slots) -> str:
    """The plain-text part.

    Parameters
    ----------
    digest : Digest
        What is said.
    slots : Slots
        What is filled in for each person; an address stands on a line of its own, however long it is.
    """
    lines = [*wrapped(_head(digest)), "=" * COLUMNS]
    if digest.simulated:
        lines += [*wrapped(digest.simulated), ""]
    lines += wrapped(digest.summary_text)
    lines += ["", *wrapped(digest.skipped)] if digest.skipped else []
    lines += _changed(digest)
    lines += _late(digest)
    lines += _blocks(digest, slots)
    lines += _further(digest, slots)
    lines += _rest(digest, slots)
    lines += _said(digest, slots)
    lines += _footer(digest, slots)
    return "\n".join(lines) + "\n"


def _head(digest: Digest) -> str:
    """Title, and the period at the right end where both fit."""
    gap = COLUMNS - width(digest.title) - width(digest.dated)
    return digest.title + " " * max(gap, 2) + digest.dated if gap >= 2 else f"{digest.title} {digest.dated}"


def _titled(title: str) -> list[str]:
    return ["", title, "-" * COLUMNS]


def _changed(digest: Digest) -> list[str]:
    if digest.changed is None:
        return []
    lines = _titled(digest.changed.title)
    for entry in digest.changed.changes:
        lines += wrapped(_change(entry), indent=_INDENT, first="")
    for note in digest.changed.notes:
        lines += wrapped(note)
    return lines


def _change(entry: ChangeEntry) -> str:
    flags = f"{entry.old_flag.text} → {entry.flag.text}" if entry.old_flag else entry.flag.text
    told = [f"{entry.sign} {entry.name}".strip(), flags, entry.chances, entry.said]
    return "  ".join(part for part in told if part)


def _late(digest: Digest) -> list[str]:
    if not digest.late:
        return []
    lines = _titled(digest.late_title)
    for entry in digest.late:
        told = "  ".join(part for part in (entry.name, entry.said, entry.owners) if part)
        lines += wrapped(told, indent=_INDENT, first="")
    return lines + ([digest.late_note] if digest.late_note else [])


def _blocks(digest: Digest, slots: Slots) -> list[str]:
    if not digest.blocks:
        return []
    lines = _titled(digest.blocks_title)
    for number, block in enumerate(digest.blocks, start=1):
        lines += [] if number == 1 else [""]
        lines += _block(digest, block, number)
        lines.append(f"{_INDENT}{slots.acknowledge(block.target)}")
    return lines


def _block(digest: Digest, block: Block, number: int) -> Iterator[str]:
    texts = wording.messages(digest.language).mail
    yield from wrapped(
        f"{block.flag.text}  {block.name}  {block.deadline}", indent=_INDENT, first=f"{number}. "
    )
    if block.chance:
        before = texts["before_in_text"].format(before=block.before) if block.before else ""
        yield from wrapped(f"{texts['chance']} {block.chance}{before}", indent=_INDENT, first=_INDENT)
    yield from _facts(block.facts)
    if block.trend:
        yield from wrapped(block.trend.described, indent=_INDENT, first=_INDENT)
    for label, said in block.rows:
        yield from wrapped(f"{label} {said}", indent=_INDENT, first=_INDENT)


def _facts(facts: Sequence[Fact]) -> Iterator[str]:
    """Numbers end in one column; unit and note follow."""
    if not facts:
        return
    labels = max(width(fact.label) for fact in facts)
    numbers = max(width(fact.number) for fact in facts)
    for fact in facts:
        pad = " " * (labels - width(fact.label) + 2 + numbers - width(fact.number))
        note = f" ({fact.note})" if fact.note else ""
        unit = fact.unit if fact.unit in ("", "%") else f" {fact.unit}"
        yield f"{_INDENT}{fact.label}{pad}{fact.number}{unit}{note}"


def _further(digest: Digest, slots: Slots) -> list[str]:
    if not digest.further:
        return []
    lines = _titled(digest.further_title)
    for item in digest.further:
        lines += wrapped(f"{item.name}  {item.said}", indent=_INDENT, first="")
        lines.append(f"{_INDENT}{slots.acknowledge(item.target)}")
    return lines


def _rest(digest: Digest, slots: Slots) -> list[str]:
    if not digest.rest:
        return []
    join = wording.messages(digest.language).mail["list_join"]
    lines = _titled(digest.rest_title)
    for group in digest.rest:
        head = f"{group.flag.text} {group.count}"
        if not group.is_linked:
            names = join.join(item.name for item in group.items)
            lines += wrapped(f"{head}  {names}", indent=_INDENT, first="")
            continue
        lines.append(head)
        for item in group.items:
            lines += wrapped(f"{item.name}  {item.said}", indent=_INDENT, first=_INDENT)
            lines.append(f"{_INDENT}{slots.target(item.target)}")
    return lines


def _said(digest: Digest, slots: Slots) -> list[str]:
    if not digest.said:
        return []
    lines = _titled(digest.said_title)
    for item in digest.said:
        lines += wrapped(f"{item.name}  {item.said}", indent=_INDENT, first="")
        lines.append(f"{_INDENT}{slots.target(item.target)}")
    return lines


def _footer(digest: Digest, slots: Slots) -> list[str]:
    texts = wording.messages(digest.language).mail
    lines = ["", "-" * COLUMNS]
    for note in digest.footer:
        lines += wrapped(note)
    return [*lines, slots.addressed(), f"{texts['unsubscribe']} {slots.unsubscribe()}"]
