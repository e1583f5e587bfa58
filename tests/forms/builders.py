"""A department with a counter, a stock and a milestone; its form, filled in by hand."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import openpyxl

from forecast.targets import TargetKind
from monitor import commands
from monitor.core.indicators import Measure, Reporting
from monitor.core.loading import NewObservation
from monitor.core.periods import Frequency
from monitor.forms import build_form, form_bytes
from monitor.forms.labels import Field, field_titled
from monitor.store import Store
from monitor.words.display import Language
from tests.monitor.builders import (
    ADMIN,
    MILESTONE,
    catalogue,
    figure,
    indicator,
    load,
    milestone_entry,
    plan_entry,
    target_entry,
)

DEPARTMENT = "kjj_gaoxin"
COUNTER, STOCK = "results_registered", "hightech_enterprises"
COUNTER_TARGET, STOCK_TARGET = "counter_2026", "stock_2026"
DEADLINE = dt.date(2026, 12, 31)


def a_catalogue() -> Any:
    counter = indicator(
        COUNTER,
        name_zh="科技成果登记数",
        name_en="Results registered",
        aliases=(),
        display_unit="项",
        measure=Measure.COUNTER,
        frequency=Frequency.MONTHLY,
        reporting=Reporting.YTD,
        lag_days=15,
        batch_months=(),
    )
    stock = indicator()
    plan = plan_entry(
        target_entry(
            COUNTER_TARGET, indicator=COUNTER, kind=TargetKind.LEVEL, value=60.0, unit="项", deadline=DEADLINE
        ),
        target_entry(STOCK_TARGET, deadline=DEADLINE),
        milestone_entry().model_copy(update={"deadline": DEADLINE}),
        period_end="2026",
    )
    return catalogue(plan, indicators={each.code: each for each in (counter, stock)})


def counted(value: float, period: str, **changes: Any) -> NewObservation:
    known_on = dt.date.fromisoformat(f"{period}-28")
    return figure(value, period, known_on=known_on)._replace(indicator=COUNTER, **changes)


def prepared(store: Store) -> Store:
    """Counted to January 2026; the stock to 2024."""
    store.claim_workspace("real", simulated=False)
    commands.seed_catalogue(store, ADMIN, a_catalogue())
    rows = [counted(value, f"2025-{month:02d}") for month, value in enumerate(range(3, 39, 3), start=1)]
    commands.record_load(store, ADMIN, load(*rows, counted(0.0, "2026-01"), figure(820.0, "2024")))
    return store


def exported(store: Store, language: Language = Language.ZH) -> bytes:
    return form_bytes(build_form(store, ADMIN, DEPARTMENT), language=language)


def edited(content: bytes, edit: Callable[[Any], None]) -> bytes:
    """The workbook after a person had it open."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    edit(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def filled(content: bytes, values: Mapping[tuple[str, Field], object]) -> bytes:
    """The form with cells filled in, each named by the beginning of its row key and its column."""

    def fill(book: Any) -> None:
        missing = set(values)
        for sheet, row, columns in rows_of(book):
            key = str(sheet.cell(row, columns[Field.KEY]).value)
            for (start, field), value in values.items():
                if key.startswith(start) and field in columns:
                    sheet.cell(row, columns[field]).value = value
                    missing.discard((start, field))
        assert not missing

    return edited(content, fill)


def rows_of(book: Any) -> Iterator[tuple[Any, int, dict[Field, int]]]:
    """Sheet, row and columns by field, of every row with a key."""
    for sheet in book.worksheets:
        header = None
        for row in range(1, sheet.max_row + 1):
            titled = {
                field: column
                for column in range(1, sheet.max_column + 1)
                if (field := field_titled(str(sheet.cell(row, column).value or ""))) is not None
            }
            if header is None and Field.KEY in titled:
                header = titled
            elif header is not None and sheet.cell(row, header[Field.KEY]).value:
                yield sheet, row, header


FIGURE = f"figure/{COUNTER}/510700/2026-02"
SAID = f"target/{COUNTER_TARGET}"
DONE = f"milestone/{MILESTONE}"
