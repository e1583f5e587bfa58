"""Which region 合计, 全市 or 全省 stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from monitor.core.records import Region
from monitor.ingest.cells import name_key, shown
from monitor.ingest.columns import Column
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.layouts.labels import Label

_LEVELS = {"全省": "province", "全市": "city", "本市": "city", "全区": "district", "全县": "district"}


def total_region(
    word: str, listed: Iterable[Label], named: Collection[str], regions: Mapping[str, Region]
) -> str | Finding:
    """The region a total stands for.

    Parameters
    ----------
    word : str
        合计, 总计, 全市 and the like.
    listed : iterable of Label
        The other labels beside it.
    named : collection of str
        Codes of the region the title names.
    regions : mapping
        The catalogue, by code.

    Returns
    -------
    str or Finding
        Code of the parent of all regions listed if none of its regions is left out (全市, 全省:
        even then, if the level fits), or of the one the title names where no region is listed;
        otherwise why the total means no region.
    """
    others = [label for label in listed if not label.is_total and not label.is_part]
    codes = {code for label in others if len(label.regions) == 1 for code in label.regions}
    if not others and len(named) == 1:
        return next(iter(named))
    parents = {regions[code].parent for code in codes}
    parent = next(iter(parents)) if len(parents) == 1 else None
    unknown = [label.text for label in others if len(label.regions) != 1]
    if parent is None or parent not in regions or unknown:
        return _unclear(word, f"the regions beside it are not all of one {_beside(unknown)}")
    level = next((level for start, level in _LEVELS.items() if name_key(word).startswith(start)), None)
    if level is not None:
        if regions[parent].level == level:
            return parent
        return _unclear(word, f"the regions beside it belong to {regions[parent].name_zh}")
    left_out = [each.name_zh for each in regions.values() if each.parent == parent and each.code not in codes]
    if left_out or name_key(word) == "小计":
        names = "、".join(left_out[:3]) or "other regions"
        return _unclear(word, f"it may leave out {names} of {regions[parent].name_zh}")
    return parent


def _beside(unknown: list[str]) -> str:
    return f"region (what is {shown(unknown[0])!r}?)" if unknown else "region"


def _unclear(word: str, why: str) -> Finding:
    return Finding(
        RuleId.UNKNOWN_REGION,
        Column.REGION,
        word,
        f"{shown(word)!r} stands for no region that is known: {why}.",
        "Write the name of the region the total is of, or leave the total out.",
    )
