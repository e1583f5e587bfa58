"""A watched folder: what is put there is loaded and moved away; nothing is overwritten, nothing lost."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from monitor.core.errors import IngestError, SourceError
from monitor.ingest.readers import CSV_SUFFIXES, MOST_BYTES, WORKBOOK_SUFFIXES

LOADED, REFUSED = "loaded", "refused"
_UNFINISHED = (".part", ".partial", ".tmp", ".crdownload", ".filepart")


@dataclass(frozen=True)
class Waiting:
    """A file that waits in the folder, with what tells whether it changed since."""

    path: Path
    size: int
    changed_ns: int
    inode: int
    is_link: bool

    @property
    def name(self) -> str:
        """The name shown to people: as UTF-8, else as GB18030, as Windows machines in offices write it."""
        written = os.fsencode(self.path.name)
        try:
            return written.decode("utf-8")
        except UnicodeDecodeError:
            return written.decode("gb18030", errors="replace")


class DropFolder:
    """One watched folder.

    Parameters
    ----------
    source : str
        Code of the source, for messages.
    root : Path
        The folder; made if it is not there.
    """

    def __init__(self, source: str, root: Path) -> None:
        self._source = source
        self._root = root

    def waiting(self, *, settle_seconds: float, pause: Callable[[float], None]) -> list[Waiting]:
        """Files in name order whose size and time did not change while it waited.

        Folders, hidden files, and files named as unfinished are left alone.

        Raises
        ------
        SourceError
            If the folder, or one of its own two folders, leads elsewhere.
        """
        self._prepare()
        before = {entry.path: entry for entry in self._listed()}
        if not before:
            return []
        pause(settle_seconds)
        return sorted(
            (entry for entry in self._listed() if before.get(entry.path) == entry),
            key=lambda entry: entry.path.name,
        )

    def content(self, file: Waiting) -> bytes:
        """The whole content, read once.

        Raises
        ------
        IngestError
            If it is a link, of an ending that is not read, empty, or too large.
        OSError
            If it cannot be opened.
        """
        name = file.name
        if file.is_link:
            raise IngestError(name, "It is a link to another place.", "Put the file itself into the folder.")
        allowed = CSV_SUFFIXES + WORKBOOK_SUFFIXES
        if file.path.suffix.lower() not in allowed:
            raise IngestError(name, "Files of this ending are not read.", f"Save it as {', '.join(allowed)}.")
        descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if not content:
            raise IngestError(name, "The file is empty.", "Export it again with its header and figures.")
        if len(content) > MOST_BYTES:
            raise IngestError(
                name, f"It is larger than {MOST_BYTES / 1e6:.0f} MB.", "Split it, by year for example."
            )
        return content

    def keep(self, file: Waiting) -> None:
        """Move a loaded file to `loaded/`; one that was replaced meanwhile stays for the next run."""
        if self._seen(file.path) == file:
            self._move(file.path, LOADED)

    def refuse(self, file: Waiting, why: str) -> None:
        """Move a file that cannot be read to `refused/`, with a text beside it that says why."""
        if self._seen(file.path) != file:
            return
        moved = self._move(file.path, REFUSED)
        if moved is not None:
            reason = moved.with_name(f"{moved.name}.txt")
            with reason.open("w", encoding="utf-8") as stream:
                stream.write(f"{why}\n")

    def _prepare(self) -> None:
        for folder in (self._root, self._root / LOADED, self._root / REFUSED):
            folder.mkdir(parents=True, exist_ok=True)
            if folder != self._root and folder.is_symlink():
                raise SourceError(
                    self._source, f"{folder} leads to another place.", "Make it a folder of its own."
                )

    def _listed(self) -> Iterator[Waiting]:
        for path in self._root.iterdir():
            if path.name.startswith((".", "~$")) or path.name.lower().endswith(_UNFINISHED):
                continue
            seen = self._seen(path)
            if seen is not None:
                yield seen

    @staticmethod
    def _seen(path: Path) -> Waiting | None:
        """The file as it is now; None for what is no file, or is gone."""
        try:
            found = path.lstat()
        except FileNotFoundError:
            return None
        is_link = stat.S_ISLNK(found.st_mode)
        if not is_link and not stat.S_ISREG(found.st_mode):
            return None
        return Waiting(path, found.st_size, found.st_mtime_ns, found.st_ino, is_link)

    def _move(self, path: Path, folder: str) -> Path | None:
        """Move a file under its own name, or with a number where that is taken; None if it is gone."""
        place = self._free_place(self._root / folder, path, has_reason=folder == REFUSED)
        try:
            path.replace(place)
        except FileNotFoundError:  # another run was faster
            place.unlink()
            return None
        return place

    @staticmethod
    def _free_place(folder: Path, path: Path, *, has_reason: bool) -> Path:
        """An empty file of a name that was not taken; claimed, so that no other run takes it."""
        for number in count(1):
            place = folder / (path.name if number == 1 else f"{path.stem} ({number}){path.suffix}")
            if has_reason and place.with_name(f"{place.name}.txt").exists():
                continue
            try:
                os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
            except FileExistsError:
                continue
            return place
        raise AssertionError("numbers do not end")
