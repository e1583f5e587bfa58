"""SDMX-CSV and SDMX-ML: what statistical offices exchange."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from typing import Any

from monitor.config.figure_sources import SdmxEntry
from monitor.core.errors import SourceError
from monitor.ingest.raw import RawFile
from monitor.sources.records import Record, csv_records, to_raw_file

_VALUE = "OBS_VALUE"
_TIME = "TIME_PERIOD"
_SDMX_PERIOD = re.compile(r"(?P<year>\d{4})-(?:A1|M(?P<month>0[1-9]|1[0-2]))")


def read_message(source: str, entry: SdmxEntry, content: bytes) -> RawFile:
    """The observations of a message, each a record of its dimensions, attributes and OBS_VALUE.

    Periods as SDMX writes them (2022-M09, 2022-A1) are written as the product does.

    Raises
    ------
    SourceError
        If it is no such message, or holds no observation.
    """
    records = csv_records(source, content) if entry.format == "csv" else list(_xml_records(source, content))
    plain = [_with_plain_period(record) for record in records]
    digest = hashlib.sha256(content).hexdigest()
    return to_raw_file(source, f"{source}.{entry.format}", plain, entry.columns, sha256=digest)


def _xml_records(source: str, content: bytes) -> Iterator[Record]:
    if b"<!DOCTYPE" in content[:10_000] or b"<!ENTITY" in content:
        # Statistical messages declare nothing; a declaration could make the reader open other files.
        raise SourceError(
            source, "The XML declares a document type, which is not read.", "Ask for plain SDMX-ML."
        )
    message = _parsed(source, content)
    for dataset in getattr(message, "data", ()):
        for observation in dataset.obs:
            record = {name: str(entry.value) for name, entry in observation.attrib.items()}
            record |= {name: str(entry.value) for name, entry in observation.key.values.items()}
            yield record | {_VALUE: "" if observation.value is None else str(observation.value)}


def _parsed(source: str, content: bytes) -> Any:
    import sdmx  # noqa: PLC0415 - takes more than a second to load, and few sources need it

    known = (AssertionError, LookupError, NotImplementedError, TypeError, ValueError, AttributeError)
    try:
        return sdmx.read_sdmx(io.BytesIO(content), format="XML")
    except (*known, SyntaxError, sdmx.exceptions.XMLParseError) as error:
        raise SourceError(
            source,
            f"The content is no SDMX-ML that can be read ({type(error).__name__}).",
            "Ask for generic data, or for SDMX-CSV.",
        ) from error


def _with_plain_period(record: Record) -> Record:
    match = _SDMX_PERIOD.fullmatch(str(record.get(_TIME, "")))
    if match is None:
        return record
    period = f"{match['year']}-{match['month']}" if match["month"] else match["year"]
    return {**record, _TIME: period}
