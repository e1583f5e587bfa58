"""What a message says: texts in one language, ready to be laid out as HTML and as plain text.

Both layouts are made from the same fields, so that they say the same. Every text is one line without
control characters; HTML escapes it. Addresses are not in here: they belong to one person.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.flags import Flag
from monitor.words.display import Language


@dataclass(frozen=True)
class Piece:
    """A part of a sentence, in the colour of a flag where it names one."""

    text: str
    flag: Flag | None = None


@dataclass(frozen=True)
class ChangeEntry:
    """One change of the period: a flag that changed, or a chance that moved.

    Parameters
    ----------
    target, name : str
        Code, and name as printed.
    sign : str
        ↑, ↓ or empty.
    old_flag : Piece or None
        Shape before; None if the flag did not change or there was none.
    flag : Piece
        Shape and word now.
    chances : str
        `33% → 29%`; empty where none can be told.
    said : str
        What the change is made of, or the reason; may be empty.
    """

    target: str
    name: str
    sign: str
    old_flag: Piece | None
    flag: Piece
    chances: str
    said: str


@dataclass(frozen=True)
class LateEntry:
    """A figure that is due and not in: what, since when, who answers for it."""

    name: str
    said: str
    owners: str


@dataclass(frozen=True)
class Fact:
    """A number with its label, unit, and a note such as its year."""

    label: str
    number: str
    unit: str
    note: str


@dataclass(frozen=True)
class Trend:
    """What a sparkline draws, and the same in words. [base unit]"""

    values: tuple[float, ...]
    goal: float | None
    described: str


@dataclass(frozen=True)
class Block:
    """A target told at length.

    Parameters
    ----------
    target, name : str
        Code, and name as printed.
    flag : Piece
        Shape and word.
    deadline : str
        Deadline and time left.
    chance : str
        Probability as printed; empty for a milestone.
    share : int
        The same in whole percent, for the bar.
    before : str
        Probability before; may be empty.
    facts : tuple of Fact
        Value, target and gap, in one unit.
    trend : Trend or None
        None under three known values.
    rows : tuple of (str, str)
        Labelled sentences: why, pace, data, change, what to do.
    """

    target: str
    name: str
    flag: Piece
    deadline: str
    chance: str
    share: int
    before: str
    facts: tuple[Fact, ...]
    trend: Trend | None
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """A target told in a line; `said` may be empty."""

    target: str
    name: str
    said: str


@dataclass(frozen=True)
class Group:
    """Targets of one flag, folded; `is_linked` where each is to be looked at."""

    flag: Piece
    count: str
    items: tuple[Item, ...]
    is_linked: bool


@dataclass(frozen=True)
class Section:
    """A heading, and lines below it."""

    title: str
    changes: tuple[ChangeEntry, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Digest:
    """A digest, or an urgent notice, for everyone who answers for the same departments.

    Parameters
    ----------
    language : Language
        Of every text.
    period : str
        Week, month or day it tells about, as links name it.
    subject, title, dated : str
        Subject; heading; period in words.
    simulated : str
        The sentence that says so; empty for real figures.
    summary : tuple of Piece
        The one-line summary; its text is the preheader too.
    skipped : str
        Weeks before it whose digests were not sent; empty if there are none.
    changed : Section
        Changes of the period, or the line that says there were none.
    late_title : str
        Heading of what was not reported.
    late : tuple of LateEntry
        What was not reported.
    late_note : str
        How many more; may be empty.
    blocks_title : str
        Heading of the blocks.
    blocks : tuple of Block
        Targets at length, worst first.
    further_title : str
        Heading of what would be a block in a shorter mail.
    further : tuple of Item
        The same in a line each.
    rest_title : str
        Heading of everything else.
    rest : tuple of Group
        Everything else, folded by flag.
    said_title : str
        Heading of what people said.
    said : tuple of Item
        What people said about targets.
    footer : tuple of str
        Cut-off and meaning of the flags.
    """

    language: Language
    period: str
    subject: str
    title: str
    dated: str
    simulated: str
    summary: tuple[Piece, ...]
    skipped: str
    changed: Section | None
    late_title: str
    late: tuple[LateEntry, ...]
    late_note: str
    blocks_title: str
    blocks: tuple[Block, ...]
    further_title: str
    further: tuple[Item, ...]
    rest_title: str
    rest: tuple[Group, ...]
    said_title: str
    said: tuple[Item, ...]
    footer: tuple[str, ...]

    @property
    def summary_text(self) -> str:
        """The summary as one text."""
        return "".join(piece.text for piece in self.summary)

    @property
    def targets(self) -> tuple[str, ...]:
        """Targets it asks something about, each once."""
        told = [block.target for block in self.blocks] + [item.target for item in self.further]
        return tuple(dict.fromkeys(told))
