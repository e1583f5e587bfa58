"""A cumulative series as its publisher's service gave it: single months under the name 累计值."""

from __future__ import annotations

import csv
import datetime as dt
from collections import Counter
from dataclasses import replace
from pathlib import Path

from monitor.core.periods import Frequency, Period
from monitor.core.records import Region
from monitor.ingest.candidates import Candidate
from monitor.ingest.checks import run_checks, whole_file_hold
from monitor.ingest.rules import CheckContext
from slips_parts.speed import _indicator, _row


def as_served(path: Path) -> None:
    """Print how many of the single months, and of the true cumulative figures, are stopped."""
    if not path.exists():
        print(f"\n{path.name} is not there: left out.")
        return
    indicator = replace(_indicator("as_served", cumulative=True), frequency=Frequency.MONTHLY)
    rows: list[Candidate] = []
    truth: dict[int, str] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            period = Period(int(line["year"]), int(line["month"]), Frequency.MONTHLY)
            value = float(line["value_亿元_as_served"]) * 1e8
            rows.append(_row(indicator, "100000", period, value, len(rows)))
            truth[id(rows[-1])] = "true" if line["what_it_really_is"] == "年内累计" else "single month"
    region = Region("100000", "全国", "全国", "China", "nation", None)
    result = run_checks(rows, CheckContext(dt.date(2030, 1, 1), regions={"100000": region}))
    stopped = {id(row): finding.rule.value for row, finding in (*result.refused, *result.held)}
    counts = Counter((truth[id(row)], stopped.get(id(row), "stored")) for row in rows)
    print(f"\n{path.name}: {dict(counts)}")
    print("held as a whole" if whole_file_hold(result.broken, rows=len(rows)) else "not held as a whole")
