"""The bytes of a file, taken once, so that what is loaded is what its digest says."""

from __future__ import annotations

import hashlib
import io
import tempfile
import weakref
from typing import IO, TYPE_CHECKING, Protocol

from monitor.core.errors import IngestError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_IN_MEMORY_BYTES = 4_000_000
_PIECE_BYTES = 1_000_000


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; none at the end."""
        ...


class Content:
    """A copy of the bytes of a file: in memory while small, else in a temporary file without a name.

    The operating system removes such a file with the process that opened it, however that ends.
    """

    def __init__(self, source: Readable, *, file: str, most_bytes: int) -> None:
        """Take the bytes.

        Raises
        ------
        IngestError
            If there are none, or more than `most_bytes`.
        """
        digest = hashlib.sha256()
        self.size = 0
        self._copy: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed with its owner
            max_size=_IN_MEMORY_BYTES
        )
        weakref.finalize(self, self._copy.close)
        while piece := source.read(_PIECE_BYTES):
            self.size += len(piece)
            if self.size > most_bytes:
                raise IngestError(
                    file,
                    f"The file is larger than {most_bytes / 1e6:.0f} MB.",
                    "Split it, by year for example.",
                )
            digest.update(piece)
            self._copy.write(piece)
        if not self.size:
            raise IngestError(file, "The file is empty.", "Export it again with its header and figures.")
        self.sha256 = digest.hexdigest()

    def open(self) -> io.BufferedReader:
        """The bytes as a stream of its own, from the beginning."""
        return io.BufferedReader(_Stream(self), _PIECE_BYTES)

    def read(self, at: int = 0, size: int = -1) -> bytes:
        """Some of the bytes; all of them unless told otherwise."""
        self._copy.seek(at)
        return self._copy.read(size)


class _Stream(io.RawIOBase):
    """Reads a content without moving anybody else's place in it."""

    def __init__(self, content: Content) -> None:
        self._content = content
        self._at = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        found = self._content.read(self._at, len(view))
        view[: len(found)] = found
        self._at += len(found)
        return len(found)
