"""False stops: figures as published, loaded file by file and in the order of publication."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from monitor.ingest.candidates import Candidate
from slips_parts.world import World, is_clean, stopped

Stop = tuple[Candidate, str]


def whole_files(world: World) -> Iterator[Stop]:
    """Every file once, as `zhibiao init` loads them."""
    for rows in world.files.values():
        for group in world.by_family(rows).values():
            yield from _stops(group, stopped(world.judge(group)))


def in_order_of_publication(world: World) -> Iterator[Stop]:
    """Month by month, each file's new figures beside all that was known before.

    A figure that is stopped wrongly is accepted afterwards, so that it stands when the next comes.
    """
    stored: dict[str, list[Candidate]] = defaultdict(list)
    batches: dict[tuple[int, int, str], list[Candidate]] = defaultdict(list)
    for name, rows in world.files.items():
        for row in rows:
            batches[row.known_on.year, row.known_on.month, name].append(row)
    for key in sorted(batches):
        for family, group in world.by_family(batches[key]).items():
            yield from _stops(group, stopped(world.judge(group, stored[family])))
            stored[family] += group


def _stops(group: list[Candidate], found: dict[int, str]) -> Iterator[Stop]:
    yield from ((row, found[id(row)]) for row in group if id(row) in found and is_clean(row))
