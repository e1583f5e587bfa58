"""`configs/sources.yaml`: where figures are fetched from, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from pydantic import Field, field_validator, model_validator

from monitor.config.reading import read_list
from monitor.config.settings import SECRET_PREFIX
from monitor.config.sources import Sourced, duplicates, unknown
from monitor.core.catalogue import Code, DepartmentEntry, DepartmentFile, Entry
from monitor.core.errors import ConfigError, ConfigProblem

KINDS = ("csv", "excel", "sql", "http", "sdmx", "folder")
_LISTED = "sources"
_WEEKDAYS = re.compile(r"\*|(mon|tue|wed|thu|fri|sat|sun)([-,](mon|tue|wed|thu|fri|sat|sun))*")
_Text = Annotated[str, Field(min_length=1)]
_Positive = Annotated[int, Field(ge=1)]


def _check_secret_variable(key: str, name: str | None) -> None:
    """Checked for the entry as a whole: a message about one key repeats its value, here perhaps a secret."""
    if name is None:
        return
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
        raise ValueError(f"under {key} the name of an environment variable, in capital letters")
    if name.startswith("ZHIBIAO_") and not name.startswith(SECRET_PREFIX):
        raise ValueError(f"under {key} a name that begins with {SECRET_PREFIX}, or not with ZHIBIAO_")


class ColumnEntry(Entry):
    """Where one column comes from: a field of each record (dots go deeper), or a constant.

    `codes` turns what the source writes into what the catalogue knows; other values stay as they are.
    """

    field: _Text | None = None
    constant: _Text | None = None
    codes: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"field": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _is_one(self) -> ColumnEntry:
        if (self.field is None) == (self.constant is None):
            raise ValueError("either a field or a constant")
        return self


class ColumnsEntry(Entry):
    """Which field of a record is which column of the observation layout."""

    indicator: ColumnEntry
    region: ColumnEntry
    period: ColumnEntry
    value: ColumnEntry
    unit: ColumnEntry
    status: ColumnEntry | None = None
    published_on: ColumnEntry | None = None
    basis: ColumnEntry | None = None
    note: ColumnEntry | None = None
    embargo_until: ColumnEntry | None = None

    def entries(self) -> dict[str, ColumnEntry]:
        """The columns that are there, in the order of the layout."""
        named = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: entry for name, entry in named.items() if entry is not None}


class FileEntry(Entry):
    """A CSV file or workbook in the observation layout; relative to home."""

    path: _Text
    sheet: _Text | None = None


class CsvEntry(Entry):
    """A CSV file in the observation layout; relative to home."""

    path: _Text


class SqlEntry(Entry):
    """A query of a database; the address with its password stands in `url_env`.

    `query_file` is relative to the folder of sources.yaml.
    """

    url_env: _Text
    query_file: _Text
    columns: ColumnsEntry
    max_rows: _Positive = 1_000_000
    timeout_seconds: _Positive = 60

    @model_validator(mode="after")
    def _names_a_variable(self) -> SqlEntry:
        _check_secret_variable("url_env", self.url_env)
        return self


class AddressEntry(Entry):
    """An address on the web, and what is allowed on the way there.

    The token is sent as `token_header`; under Authorization it is sent as a bearer token.
    """

    url: _Text
    token_env: _Text | None = None
    token_file: _Text | None = None
    token_header: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] = "Authorization"  # noqa: S105 - a name
    allow_http: bool = False
    allow_private: bool = False
    follow_redirects: bool = False
    max_bytes: _Positive = 50_000_000
    connect_seconds: _Positive = 10
    read_seconds: _Positive = 30
    total_seconds: _Positive = 120

    @model_validator(mode="after")
    def _is_consistent(self) -> AddressEntry:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("under url an address that begins with https://")
        if parts.username is not None or parts.password is not None:
            raise ValueError("under url no user and password; name a token by token_env or token_file")
        _check_secret_variable("token_env", self.token_env)
        if self.url.startswith("http:") and not self.allow_http:
            raise ValueError("under url an address with https, or allow_http: true")
        if self.token_env is not None and self.token_file is not None:
            raise ValueError("token_env or token_file, not both")
        return self


class HttpEntry(AddressEntry):
    """JSON records, or CSV, from the web.

    `records` leads to the list in a JSON document (dots go deeper; empty: the document itself). CSV
    without `columns` must be in the observation layout.
    """

    format: Literal["json", "csv"]
    records: str = ""
    columns: ColumnsEntry | None = None

    @model_validator(mode="after")
    def _has_columns(self) -> HttpEntry:
        if self.format == "json" and self.columns is None:
            raise ValueError("columns, which JSON records need")
        if self.format == "csv" and self.records:
            raise ValueError("records for JSON only")
        return self


class SdmxEntry(Entry):
    """SDMX-CSV or SDMX-ML, from a file (relative to home) or from the web."""

    format: Literal["csv", "xml"]
    path: _Text | None = None
    address: AddressEntry | None = None
    columns: ColumnsEntry

    @model_validator(mode="after")
    def _has_one_place(self) -> SdmxEntry:
        if (self.path is None) == (self.address is None):
            raise ValueError("either path or address")
        return self


class FolderEntry(Entry):
    """A watched folder, relative to home: files put there are loaded and moved away.

    `settle_seconds` is how long the size of a file must stay the same before it is read.
    """

    path: _Text
    settle_seconds: Annotated[float, Field(ge=0, le=60)] = 2.0


class SourceEntry(Entry):
    """One source; its kind is the one section it has."""

    code: Code
    title_zh: _Text
    title_en: _Text
    department: Code | None = None
    schedule: _Text
    silent_after_days: _Positive | None = None
    origin: _Text | None = None
    enabled: bool = True
    csv: CsvEntry | None = None
    excel: FileEntry | None = None
    sql: SqlEntry | None = None
    http: HttpEntry | None = None
    sdmx: SdmxEntry | None = None
    folder: FolderEntry | None = None

    @field_validator("schedule")
    @classmethod
    def _is_crontab(cls, text: str) -> str:
        schedule_trigger(text, "UTC")
        return text

    @model_validator(mode="after")
    def _has_one_kind(self) -> SourceEntry:
        if len(self._sections()) != 1:
            raise ValueError(f"exactly one of {', '.join(KINDS)}")
        return self

    @property
    def kind(self) -> str:
        """csv, excel, sql, http, sdmx or folder."""
        return self._sections()[0]

    def _sections(self) -> list[str]:
        return [kind for kind in KINDS if getattr(self, kind) is not None]


class SourceFile(Entry):
    """`configs/sources.yaml`."""

    sources: tuple[SourceEntry, ...]


def schedule_trigger(text: str, timezone: str) -> CronTrigger:
    """The trigger of a schedule.

    Parameters
    ----------
    text : str
        Five fields of a crontab: minute, hour, day, month, day of the week by name (mon-fri).
    timezone : str
        Zone the fields are read in.

    Raises
    ------
    ValueError
        If it is none; days of the week by number are refused, since 0 is Sunday to cron and Monday here.
    """
    fields = text.split()
    allowed = 'five fields with days of the week by name, such as "0 7 * * mon-fri"'
    if len(fields) != 5 or not _WEEKDAYS.fullmatch(fields[4]):
        raise ValueError(allowed)
    try:
        return CronTrigger.from_crontab(text, timezone=ZoneInfo(timezone))
    except ValueError as error:
        raise ValueError(allowed) from error


def load_sources(configs_dir: Path) -> dict[str, SourceEntry]:
    """The sources of a workspace by code; none where the file is missing.

    Raises
    ------
    ConfigError
        With every problem of the file.
    """
    root = Path(configs_dir)
    path = root / "sources.yaml"
    if not path.exists():
        return {}
    shown = f"{root.name}/{path.name}"
    reading = read_list(path, head=SourceFile, item=SourceEntry, key=_LISTED, shown_as=shown)
    entries = [Sourced(shown, entry) for entry in reading.items]
    problems = [*reading.problems, *duplicates(entries, _LISTED), *_checked(entries, root)]
    if problems:
        raise ConfigError(problems)
    return {sourced.entry.code: sourced.entry for sourced in entries}


def _checked(entries: Iterable[Sourced[SourceEntry]], root: Path) -> Iterator[ConfigProblem]:
    departments = _departments(root)
    for sourced in entries:
        entry = sourced.entry
        yield from unknown(
            sourced,
            _LISTED,
            "department",
            entry.department,
            known=departments,
            what="a department of departments.yaml",
        )
        if entry.sql is not None and not _is_inside(entry.sql.query_file):
            yield sourced.problem(
                _LISTED,
                "sql.query_file",
                found=repr(entry.sql.query_file),
                allowed="a file beside sources.yaml, or in a folder there",
            )


def _departments(root: Path) -> frozenset[str]:
    path = root / "departments.yaml"
    reading = read_list(
        path,
        head=DepartmentFile,
        item=DepartmentEntry,
        key="departments",
        shown_as=f"{root.name}/{path.name}",
    )
    return reading.refused_codes.union(entry.code for entry in reading.items)


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts
