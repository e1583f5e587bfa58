"""Columns of a table into codes, numbers and days: each distinct text is read once."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from monitor.core.errors import PeriodError
from monitor.core.periods import last_day_of_partial_date
from monitor.forecasting.files.tables import Table, clean

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_DAY = -1
_PLAIN_NUMBER = r"^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_TIME_OF_DAY = re.compile(r"[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?")


@dataclass(frozen=True)
class Words:
    """A column of text.

    Parameters
    ----------
    codes : ndarray of int, shape (n_rows,)
        Place of each cell among the words.
    words : list of str
        Distinct cleaned texts in ascending order; an empty cell is "".
    """

    codes: Ints
    words: list[str]

    def __getitem__(self, row: int) -> str:
        return self.words[int(self.codes[row])]

    @property
    def is_empty(self) -> Bools:
        """Whether each cell is empty."""
        return self.among({""})

    def among(self, chosen: set[str]) -> Bools:
        """Whether each cell is one of some texts."""
        return np.array([word in chosen for word in self.words], dtype=bool)[self.codes]


@dataclass(frozen=True)
class Numbers:
    """A column of numbers: NaN where a cell is empty or `is_wrong`."""

    values: Floats
    is_wrong: Bools


@dataclass(frozen=True)
class Days:
    """A column of days as ordinals (`date.toordinal`), NO_DAY where a cell is empty or `is_wrong`."""

    ordinals: Ints
    is_wrong: Bools


def words_of(table: Table, column: str) -> Words:
    """A column as text; a column that is not there is empty throughout."""
    if column not in table.columns:
        return Words(np.zeros(len(table), dtype=np.int64), [""])
    encoded = _as_text(table.columns[column]).dictionary_encode().combine_chunks()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = pa.concat_arrays(encoded.chunks)
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    cleaned = [clean(text) for text in encoded.dictionary.to_pylist()]
    words = sorted(set(cleaned)) or [""]
    places = {word: place for place, word in enumerate(words)}
    renamed = np.array([places[word] for word in cleaned], dtype=np.int64)
    return Words(renamed[codes] if codes.size else codes, words)


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Cells as text: whole floating numbers lose their `.0`, nothing becomes empty."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_null(column.type):
        return pa.chunked_array([pa.array([""] * len(column), pa.string())])
    text = column.cast(pa.string())
    if pa.types.is_floating(column.type):
        text = pc.replace_substring_regex(text, r"\.0$", "")
        text = pc.if_else(pc.is_nan(column), "", text)
    return pc.fill_null(text, "")


def numbers_of(table: Table, column: str) -> Numbers:
    """A column as numbers; text, NaN and what is infinite is wrong, an empty cell is not."""
    if column not in table.columns:
        return Numbers(np.full(len(table), np.nan), np.zeros(len(table), dtype=bool))
    cells = table.columns[column]
    kind = cells.type
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = cells.cast(pa.float64(), safe=False).to_numpy().astype(float)
        return Numbers(np.where(np.isinf(values), np.nan, values), np.isinf(values))
    text = _as_text(cells)
    is_plain = pc.match_substring_regex(text, _PLAIN_NUMBER)
    values = pc.if_else(is_plain, text, None).cast(pa.float64()).to_numpy().astype(float)
    given = pc.not_equal(text, "").to_numpy()
    # What is left is full-width, padded or no number at all: few cells, read one by one.
    for place in np.flatnonzero(given & ~is_plain.to_numpy()).tolist():
        values[place], given[place] = _read_number(str(text[place]))
    is_wrong = given & ~np.isfinite(values)
    return Numbers(np.where(is_wrong, np.nan, values), is_wrong)


def _read_number(text: str) -> tuple[float, bool]:
    """The number (NaN if it is none), and whether there is anything but spaces."""
    plain = clean(text).replace("−", "-")
    return (float(plain) if _NUMBER.fullmatch(plain) else np.nan), plain != ""


def days_of(table: Table, column: str, *, partial: bool = False) -> Days:
    """A column as days.

    Parameters
    ----------
    partial : bool
        Whether a year or a month may stand for its last day: never earlier than the truth.
    """
    cells = words_of(table, column)
    read = np.array([_day(word, partial=partial) for word in cells.words], dtype=np.int64)
    is_wrong = (read == NO_DAY) & np.array([word != "" for word in cells.words])
    return Days(read[cells.codes], is_wrong[cells.codes])


def _day(text: str, *, partial: bool) -> int:
    plain = text[:10] if _TIME_OF_DAY.fullmatch(text[10:]) else text
    try:
        day = last_day_of_partial_date(plain)
    except PeriodError:
        return NO_DAY
    return day.toordinal() if partial or len(plain) == len("2026-11-21") else NO_DAY


def date_of(ordinal: int) -> dt.date:
    """The day of an ordinal."""
    return dt.date.fromordinal(ordinal)
