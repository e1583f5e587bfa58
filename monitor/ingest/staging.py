"""Rows set aside on disk until their turn comes, so that large files take no more memory than small ones."""

from __future__ import annotations

import heapq
import marshal
import struct
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain
from operator import itemgetter
from typing import IO, Any

_IN_MEMORY_BYTES = 4_000_000
_MOST_WAITING_ROWS = 10_000
_MOST_ROWS_OF_A_PIECE = 200
_LENGTH = struct.Struct("<Q")

PlainRow = Sequence[Any]
"""A row of texts, numbers, nothing, and lists and mappings of these."""


class Staging:
    """A temporary file without a name; the operating system removes it however the process ends.

    Small loads never reach the disk. Rows of a key come back in the order they were added.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed when the staging is
            max_size=_IN_MEMORY_BYTES
        )
        self._pieces: dict[Hashable, array[int]] = defaultdict(lambda: array("Q"))
        self._waiting: dict[Hashable, list[PlainRow]] = defaultdict(list)
        self._n_waiting = 0
        self.counts: Counter[Hashable] = Counter()

    def __enter__(self) -> Staging:
        return self

    def __exit__(self, *_ended: object) -> None:
        self._file.close()

    def add(self, key: Hashable, rows: Sequence[PlainRow]) -> None:
        """Set rows aside under a key."""
        self._waiting[key] += rows
        self.counts[key] += len(rows)
        self._n_waiting += len(rows)
        if self._n_waiting >= _MOST_WAITING_ROWS:
            self._flush()

    def rows(self, key: Hashable) -> Iterator[PlainRow]:
        """Rows of one key."""
        return chain.from_iterable(self.pieces(key))

    def pieces(self, key: Hashable) -> Iterator[Sequence[PlainRow]]:
        """The same, many at a time."""
        for place in self._pieces.get(key, ()):
            yield self._piece(place)
        if self._waiting.get(key):
            yield self._waiting[key]

    def merged(self, keys: Sequence[Hashable]) -> Iterator[PlainRow]:
        """Rows of several keys, each in order of their first value, in that order altogether."""
        if len(keys) == 1:
            return self.rows(keys[0])
        return heapq.merge(*(self.rows(key) for key in keys), key=itemgetter(0))

    def _flush(self) -> None:
        self._file.seek(0, 2)
        for key, rows in self._waiting.items():
            for start in range(0, len(rows), _MOST_ROWS_OF_A_PIECE):
                # Ten times as fast as JSON; the bytes never leave the process that wrote them.
                piece = marshal.dumps(rows[start : start + _MOST_ROWS_OF_A_PIECE])
                self._pieces[key].append(self._file.tell())
                self._file.write(_LENGTH.pack(len(piece)) + piece)
        self._waiting.clear()
        self._n_waiting = 0

    def _piece(self, place: int) -> list[PlainRow]:
        self._file.seek(place)
        (length,) = _LENGTH.unpack(self._file.read(_LENGTH.size))
        rows: list[PlainRow] = marshal.loads(self._file.read(length))  # noqa: S302 - as above
        return rows
