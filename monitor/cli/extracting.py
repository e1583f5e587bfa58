"""Propose the targets of a plan document: extract."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

import typer

from monitor.cli.common import print_entries, say, writing
from monitor.config import load_catalogue, load_settings
from monitor.core.errors import UsageError
from monitor.core.indicators import Indicator
from monitor.documents import Document, read_document
from monitor.words.cells import csv_cell, json_text, plain_text
from monitor.workplan import Candidate, Extraction, extract_targets, region_names


class Format(StrEnum):
    """How the proposals are written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"


def extract(
    context: typer.Context,
    document: Path = typer.Argument(help="Plan as .txt, .docx, .pdf with text, or .html."),
    form: Format = typer.Option(Format.TABLE, "--format", help="table, json, csv or xlsx (a review sheet)."),
    year: int | None = typer.Option(None, "--year", min=2000, max=2060, help="Last year the plan is for."),
    region: str | None = typer.Option(None, "--region", help="Name of the place it is for."),
    out: Path | None = typer.Option(None, "--out", help="File to write; standard output by default."),
) -> None:
    """Propose the targets of a plan document; nothing is stored."""
    if form is Format.XLSX and out is None:
        raise UsageError("A review sheet is a file: give --out FILE.xlsx.")
    read = read_document(document)
    catalogue = load_catalogue(load_settings(context.obj).configs_dir)
    extraction = extract_targets(
        read.text,
        year=year,
        region=region,
        regions=region_names(catalogue.regions),
        indicators=catalogue.indicators,
    )
    if form is Format.XLSX and out is not None:
        _write_sheet(read, extraction, catalogue.indicators, out)
        return
    _write(read, extraction, form, out)


def _write(read: Document, extraction: Extraction, form: Format, out: Path | None) -> None:
    found = extraction.candidates
    if form is Format.TABLE and out is None:
        _print_table(read, extraction)
        return
    text = _as_text(found, form)
    if out is None:
        typer.echo(text, nl=False)
        return
    with writing(out):
        out.write_text(text, encoding="utf-8-sig" if form is Format.CSV else "utf-8", newline="")
    say(f"{len(found)} proposed targets written to {out}.")


def _write_sheet(
    read: Document, extraction: Extraction, indicators: Mapping[str, Indicator], out: Path
) -> None:
    from monitor.plan_review import sheet_bytes  # with the database behind it: loaded for this form only

    with writing(out):
        out.write_bytes(sheet_bytes(read, extraction, indicators))
    say(f"{len(extraction.candidates)} proposed targets written to {out}.")


def _as_text(found: tuple[Candidate, ...], form: Format) -> str:
    rows = [candidate.to_json() for candidate in found]
    if form is Format.JSON:
        return json_text(rows) + "\n"
    written = io.StringIO()
    writer = csv.writer(written)
    names = list(Candidate.field_names())
    writer.writerow(names)
    for row in rows:
        writer.writerow([csv_cell(_flat(row[name])) for name in names])
    return written.getvalue()


def _flat(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    return plain_text(value) if isinstance(value, str) else value


def _print_table(read: Document, extraction: Extraction) -> None:
    facts = extraction.facts
    years = "—" if facts.last_year is None else f"{facts.first_year}–{facts.last_year}"
    say(plain_text(f"{facts.title or read.name}  ({facts.region or '—'}, {years})"), style="bold")
    shown = ("#", "indicator", "kind", "value", "deadline", "review")
    print_entries(
        f"{len(extraction.candidates)} proposed targets",
        shown,
        (
            (_row(number, each), plain_text(_told(each)))
            for number, each in enumerate(extraction.candidates, start=1)
        ),
    )


def _row(number: int, candidate: Candidate) -> list[object]:
    return [
        number,
        candidate.indicator,
        f"{candidate.kind.value} {candidate.comparator.value}",
        plain_text(candidate.value_as_written),
        candidate.deadline,
        len(candidate.review) or None,
    ]


def _told(candidate: Candidate) -> str:
    parts = [candidate.indicator_name, f"“{candidate.quote}”", candidate.responsible or ""]
    parts.append(", ".join(reason.value for reason in candidate.review))
    return " · ".join(part for part in parts if part)
