"""Every awkward file is loaded exactly or refused by name, as docs/awkward_files.md tells."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from monitor.config.loading import load_catalogue
from monitor.core.errors import IngestError
from monitor.core.records import Region
from monitor.ingest import LoadContext, contents_of, read_bytes
from monitor.ingest.layouts import laid_out
from tests.ingest.awkward.files import FILES
from tests.ingest.awkward.layouts import LAYOUTS
from tests.ingest.awkward.making import Awkward
from tests.ingest.builders import TODAY

ROOT = Path(__file__).parents[2]
ALL = (*LAYOUTS, *FILES)


@cache
def _city() -> LoadContext:
    catalogue = load_catalogue(ROOT / "configs" / "simulated_city")
    return LoadContext(
        indicators=catalogue.indicators,
        regions={
            each.code: Region(each.code, each.name_zh, each.short_zh, each.name_en, each.level, each.parent)
            for each in catalogue.regions
        },
        origins={},
    )


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_an_awkward_file_is_read_right_or_refused_right(case: Awkward) -> None:
    if case.stopped_by:
        with pytest.raises(IngestError) as caught:
            contents_of(read_bytes(case.name, case.make()), context=_city(), today=TODAY)
        assert case.stopped_by in str(caught.value)
        return
    raw = laid_out(read_bytes(case.name, case.make()), _city())
    contents = contents_of(raw, context=_city(), today=TODAY)
    refused = [(refusal.rule, refusal.column) for refusal, _ in contents.refusals]
    assert refused == list(case.refused), [str(refusal) for refusal, _ in contents.refusals]
    loaded = [(row.indicator, row.region, row.period, row.value) for row in contents.rows]
    assert Counter(loaded) == Counter(case.figures)
    assert case.remark in " ".join(raw.remarks)
    assert bool(case.remark) == bool(raw.remarks)


def test_every_awkward_file_is_described() -> None:
    text = (ROOT / "docs" / "awkward_files.md").read_text(encoding="utf-8")
    described = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert sorted(described) == sorted(case.name for case in ALL)
    assert len(ALL) >= 40
