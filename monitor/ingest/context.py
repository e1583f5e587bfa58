"""What a workspace gives a file to be read against."""

from __future__ import annotations

from monitor import queries
from monitor.core.access import Actor
from monitor.core.corrections import Corrections
from monitor.ingest.lookup import LoadContext
from monitor.store import Store


def load_context(
    store: Store,
    actor: Actor,
    *,
    source: str,
    default_origin: str | None = None,
    corrections: Corrections | None = None,
) -> LoadContext:
    """What the door needs to know to check a file.

    Parameters
    ----------
    source : str
        Code of the source the load is filed under.
    default_origin : str, optional
        Origin of rows that name none; without it the file itself.
    corrections : Corrections, optional
        Known errors of sources (`config.corrections`).
    """
    return LoadContext(
        indicators=queries.get_indicators(store, actor),
        regions=queries.get_regions(store, actor),
        origins=queries.get_origins(store, actor),
        default_origin=default_origin,
        source=source,
        corrections=corrections or Corrections(),
    )
