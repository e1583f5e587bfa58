"""What every command shares: the workspace in use, its database, output, and dates."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from monitor.core.access import LOCAL_ADMINISTRATOR, Actor
from monitor.core.errors import OutputError, UsageError

if TYPE_CHECKING:
    from monitor.setup import Workspace

console = Console()
errors = Console(stderr=True)

ACTOR: Actor = LOCAL_ADMINISTRATOR
"""The one actor of the command line until sign-in exists."""

JsonOption = typer.Option(False, "--json", help="Print JSON for another program.")
AsOfOption = typer.Option(None, "--as-of", help="Ask as known at the end of this day (2026-11-21).")


SIMULATED = "模拟数据 / Simulated data"
"""Stands above every table and text of a simulated workspace; JSON has a field `simulated`."""


@contextmanager
def workspace(context: typer.Context, *, as_json: bool = False) -> Iterator[Workspace]:
    """The workspace named on the command line, opened and closed again.

    Whatever is printed about simulated figures begins with the banner; `as_json` leaves that to the
    field `simulated` of `print_json`.
    """
    from monitor.setup import open_workspace  # the database and all behind it, for those who ask for it

    opened = open_workspace(context.obj)
    try:
        if not as_json:
            print_banner(simulated=opened.settings.simulated)
        yield opened
    finally:
        opened.close()


def print_banner(*, simulated: bool) -> None:
    """One line that says the figures are simulated; nothing for real ones."""
    if simulated:
        say(SIMULATED, style="bold")


def say(text: str, *, style: str | None = None) -> None:
    """One sentence: never markup, and broken by the terminal alone."""
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def parse_day(text: str | None, *, default: dt.date) -> dt.date:
    """A day from the command line.

    Raises
    ------
    UsageError
        If the text is no date.
    """
    if text is None:
        return default
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day; write 2026-11-21.") from error


def parse_number(text: str | None, *, option: str) -> Decimal | None:
    """A number from the command line, with the decimals that were typed.

    Raises
    ------
    UsageError
        If the text is no finite number.
    """
    if text is None:
        return None
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite():
        raise UsageError(f"{option} {text!r} is not a number; write 3.50, without unit and commas.")
    return number


def parse_share(value: float, *, option: str) -> float:
    """A chance strictly between 0 and 1.

    Raises
    ------
    UsageError
        If it is not.
    """
    if not 0 < value < 1:  # also refuses nan
        raise UsageError(f"{option} {value} is no chance; write a number between 0 and 1, such as 0.8.")
    return value


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into one sentence.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(str(path), error.strerror or str(error)) from error


def print_json(value: Any, *, simulated: bool) -> None:
    """One JSON document on standard output, Chinese unescaped, unbroken by the terminal's width.

    Parameters
    ----------
    value : dict or list of dict
        What is printed.
    simulated : bool
        Added to the object, or to each object of the list.
    """
    marked: Any = [{**entry, "simulated": simulated} for entry in value] if isinstance(value, list) else None
    if marked is None:
        marked = {**value, "simulated": simulated}
    typer.echo(json.dumps(marked, ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table with short cells; they are text, never markup, and codes stay whole."""
    if title:
        say(title, style="bold")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, no_wrap=column in _UNBROKEN, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


_UNBROKEN = frozenset({"target", "check", "health", "flag", "亮灯", "deadline", "value", "P", "file"})


def print_entries(
    title: str, columns: Sequence[str], entries: Iterable[tuple[Sequence[object], str]]
) -> None:
    """Entries of two lines: short aligned cells, and below them a sentence the terminal breaks.

    A table would fold either the codes or the sentences on a terminal of 80 columns.
    """
    listed = [([("—" if cell is None else str(cell)) for cell in cells], text) for cells, text in entries]
    if title:
        say(title, style="bold")
    if not listed:
        return
    widths = [
        max(map(cell_len, column)) for column in zip(columns, *(cells for cells, _ in listed), strict=True)
    ]
    say(_aligned(columns, widths), style="bold")
    for cells, text in listed:
        say(_aligned(cells, widths))
        if text:
            say(f"    {text}")


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _cell(value: object) -> str:
    return "—" if value is None else escape(str(value))


@contextmanager
def progress_bar(label: str) -> Iterator[Any]:
    """A progress bar on standard error, where that is a terminal; yields a callback `(done, total)`."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
        disable=not errors.is_terminal,
    ) as bar:
        task = bar.add_task(label, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report
