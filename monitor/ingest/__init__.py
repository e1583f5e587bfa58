"""Files of figures: read, normalise, check, store, with a report of every refused row."""

from monitor.ingest.context import load_context
from monitor.ingest.load import contents_of, load_file, load_raw
from monitor.ingest.lookup import LoadContext
from monitor.ingest.readers import read_bytes, read_file
from monitor.ingest.report import notes_of, report_to_json, report_to_table, summary_of

__all__ = [
    "LoadContext",
    "contents_of",
    "load_context",
    "load_file",
    "load_raw",
    "notes_of",
    "read_bytes",
    "read_file",
    "report_to_json",
    "report_to_table",
    "summary_of",
]
