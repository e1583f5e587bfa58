"""What every command shares: the workspace in use, its database, output, and dates."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from monitor.access import LOCAL_ADMINISTRATOR, Actor
from monitor.errors import UsageError
from monitor.setup import Workspace, open_workspace

console = Console()
errors = Console(stderr=True)

ACTOR: Actor = LOCAL_ADMINISTRATOR
"""The one actor of the command line until sign-in exists."""

JsonOption = typer.Option(False, "--json", help="Print JSON for another program.")
AsOfOption = typer.Option(None, "--as-of", help="Ask as known at the end of this day (2026-11-21).")


@contextmanager
def workspace(context: typer.Context) -> Iterator[Workspace]:
    """The workspace named on the command line, opened and closed again."""
    opened = open_workspace(context.obj)
    try:
        yield opened
    finally:
        opened.close()


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


def print_json(value: Any) -> None:
    """One JSON document on standard output, Chinese unescaped, unbroken by the terminal's width."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table; cells are text, never markup."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row))
    console.print(table)


def _cell(value: object) -> str:
    return "—" if value is None else escape(str(value))


@contextmanager
def progress_bar(label: str) -> Iterator[Any]:
    """A progress bar on standard error; yields a callback `(done, total)`."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
        transient=True,
    ) as bar:
        task = bar.add_task(label, total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        yield report
