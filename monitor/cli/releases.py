"""Releases on the command line: which there are, and what one changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typer

from monitor import queries
from monitor.assess import FlagEffect, flags_changed_by
from monitor.cli.common import (
    ACTOR,
    AsOfOption,
    JsonOption,
    parse_day,
    print_entries,
    print_json,
    print_table,
    say,
    workspace,
)
from monitor.cli.proposing import check_filters
from monitor.clock import today
from monitor.core.errors import NotFoundError
from monitor.core.indicators import Indicator
from monitor.core.releases import FigureChange, Release, ReleaseComparison, compare_figures
from monitor.core.units import from_base
from monitor.words.display import Language, percent
from monitor.words.wording import flag_text

BEFORE = "before"
"""Stands for the figures that were in force before a release."""

app = typer.Typer(help="Releases of figures, and what each changed.", no_args_is_help=True)
_LimitOption = typer.Option(30, "--limit", min=1, help="Lines shown; --json gives all.")


@app.command("list")
def list_releases(
    context: typer.Context,
    indicator: str | None = typer.Option(None, "--indicator", help="Only figures of this indicator."),
    region: str | None = typer.Option(None, "--region", help="Only figures of this region code."),
    as_of: str | None = AsOfOption,
    limit: int = _LimitOption,
    as_json: bool = JsonOption,
) -> None:
    """List releases, newest first: all figures of one origin that became known on one day."""
    with workspace(context, as_json=as_json) as opened:
        check_filters(opened.store, region=region)
        known = queries.get_indicators(opened.store, ACTOR)
        if indicator is not None and indicator not in known:
            raise NotFoundError("indicator", indicator, known=known)
        day = parse_day(as_of, default=today())
        found = queries.releases(opened.store, ACTOR, as_of=day, indicator=indicator, region=region)
        origins = queries.get_origins(opened.store, ACTOR)
    if as_json:
        print_json([_release_json(each) for each in found], simulated=opened.settings.simulated)
        return
    print_entries(
        f"{len(found)} releases",
        ("release", "kind", "figures", "series", "periods"),
        (
            (
                (each.id, each.kind, len(each.figures), len(_series(each)), _span(each)),
                f"{origins[each.origin].publisher} {origins[each.origin].title}".strip()
                + ("" if each.is_dated else " (day of publication not known: the usual lag)"),
            )
            for each in found[:limit]
        ),
    )
    if len(found) > limit:
        say(f"... and {len(found) - limit} more; see them with --limit or --json.")


def _series(release: Release) -> set[tuple[str, str]]:
    return {(entry.indicator, entry.region) for entry in release.figures}


def _span(release: Release) -> str:
    periods = sorted(entry.period for entry in release.figures)
    return periods[0] if periods[0] == periods[-1] else f"{periods[0]}..{periods[-1]}"


def _release_json(release: Release) -> dict[str, Any]:
    return {
        "release": release.id,
        "origin": release.origin,
        "known_on": release.known_on.isoformat(),
        "definition_basis": release.definition_basis,
        "is_dated": release.is_dated,
        "kind": release.kind.value,
        "figures": len(release.figures),
        "series": len(_series(release)),
        "periods": _span(release),
        "counts": {kind.value: count for kind, count in sorted(release.counts.items())},
    }


@app.command("compare")
def compare(
    context: typer.Context,
    old: str = typer.Argument(help="A release; or `before`, what was in force before the other."),
    new: str = typer.Argument(help="The release it is compared with."),
    flags: bool = typer.Option(False, "--flags", help="Also which flags the second release changed."),
    limit: int = _LimitOption,
    as_json: bool = JsonOption,
) -> None:
    """Compare two releases period by period, biggest change first."""
    with workspace(context, as_json=as_json) as opened:
        after = queries.release_figures(opened.store, ACTOR, new)
        if old == BEFORE:
            before = queries.figures_before_release(opened.store, ACTOR, new)
        else:
            before = queries.release_figures(opened.store, ACTOR, old)
        indicators = queries.get_indicators(opened.store, ACTOR)
        effects = flags_changed_by(opened.store, ACTOR, opened.policy, new) if flags else None
    found = compare_figures(before, after)
    if as_json:
        told = {"old": old, "new": new, **_comparison_json(found, indicators, effects)}
        print_json(told, simulated=opened.settings.simulated)
        return
    say(
        f"{len(found.changed)} figures changed, {found.unchanged} read alike, "
        f"{found.only_old} only in {old}, {found.only_new} only in {new}."
    )
    _print_changes(found, indicators, limit)
    if effects is not None:
        _print_effects(effects, new)


def _comparison_json(
    found: ReleaseComparison, indicators: Mapping[str, Indicator], effects: Sequence[FlagEffect] | None
) -> dict[str, Any]:
    told: dict[str, Any] = {
        "changed": [_change_json(each, indicators[each.indicator]) for each in found.changed],
        "unchanged": found.unchanged,
        "only_old": found.only_old,
        "only_new": found.only_new,
    }
    if effects is not None:
        told["flags"] = [
            {**vars(each), "old_flag": each.old_flag.value, "new_flag": each.new_flag.value}
            for each in effects
        ]
    return told


def _print_changes(found: ReleaseComparison, indicators: Mapping[str, Indicator], limit: int) -> None:
    if found.changed:
        print_table(
            "",
            ("indicator", "region", "period", "old", "new", "difference", "share"),
            (_change_cells(each, indicators[each.indicator]) for each in found.changed[:limit]),
        )
    if len(found.changed) > limit:
        say(f"... and {len(found.changed) - limit} more; see them with --limit or --json.")


def _print_effects(effects: Sequence[FlagEffect], new: str) -> None:
    title = f"{len(effects)} flags differ with {new} and without it (that day, ad hoc, nothing stored)"
    if not effects:
        say(title)
        return
    print_table(
        title,
        ("target", "without", "with", "P without", "P with"),
        (
            (
                each.target,
                flag_text(each.old_flag, Language.ZH),
                flag_text(each.new_flag, Language.ZH),
                percent(each.old_probability),
                percent(each.new_probability),
            )
            for each in effects
        ),
    )


def _change_cells(change: FigureChange, indicator: Indicator) -> tuple[str, ...]:
    unit, decimals = indicator.display_unit, indicator.decimals + 1

    def told(value: float) -> str:
        return f"{from_base(value, unit):,.{decimals}f}"

    share = "—" if change.share is None else f"{change.share * 100:+.2f} %"
    where = (change.indicator, change.region, change.period)
    return (*where, told(change.old), f"{told(change.new)} {unit}", told(change.difference), share)


def _change_json(change: FigureChange, indicator: Indicator) -> dict[str, Any]:
    return {
        **vars(change),
        "difference": change.difference,
        "share": change.share,
        "unit": indicator.base_unit,
    }
