"""The source that asks the query layer (the protocol is in `asking.py`).

Answers are frozen records shared between sessions, kept per workspace, day and last run; nothing on a
page changes them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from monitor import queries, whatif
from monitor.config import load_settings, name_in_use
from monitor.core.access import LOCAL_ADMINISTRATOR, Actor
from monitor.core.records import Fan, Overview, PlanState, TargetDetail
from monitor.setup import Workspace as OpenWorkspace
from monitor.setup import open_workspace
from monitor.words.view import Workspace

WORKSPACES = ("real", "simulated_city")
_KEPT_OVERVIEWS, _KEPT_TARGETS = 32, 512


@dataclass(frozen=True)
class _Asked:
    """What an answer is kept by: workspace, day, state of the database, and who asks."""

    workspace: str
    as_of: dt.date
    token: str
    actor: Actor


class StoredSource:
    """Answers from the database of one workspace."""

    def __init__(self, workspace: str, actor: Actor = LOCAL_ADMINISTRATOR) -> None:
        self._workspace = workspace
        self._actor = actor

    def workspaces(self) -> tuple[Workspace, ...]:
        """See `asking.Source`."""
        return tuple(Workspace(name, simulated=load_settings(name).simulated) for name in WORKSPACES)

    def available_dates(self) -> tuple[dt.date, ...]:
        """See `asking.Source`."""
        return _dates(self._asked(dt.date.min))

    def overview(
        self,
        as_of: dt.date,
        *,
        plan: str | None = None,
        plan_state: PlanState | None = None,
        region: str | None = None,
        department: str | None = None,
    ) -> Overview:
        """See `asking.Source`."""
        return _overview(self._asked(as_of), plan, plan_state, region, department)

    def target_detail(self, code: str, as_of: dt.date) -> TargetDetail:
        """See `asking.Source`."""
        return _target_detail(self._asked(as_of), code)

    def fan(self, code: str, as_of: dt.date) -> Fan | None:
        """See `asking.Source`."""
        return _fan(self._asked(as_of), code)

    def _asked(self, as_of: dt.date) -> _Asked:
        """The token changes whenever anything is recorded, so that kept answers are never stale."""
        token = str(queries.state_token(_opened(self._workspace).store, self._actor))
        return _Asked(self._workspace, as_of, token, self._actor)


@st.cache_resource(show_spinner=False)
def _opened(workspace: str) -> OpenWorkspace:
    """One open database per workspace and process."""
    return open_workspace(workspace, in_use=workspace == name_in_use())


@st.cache_resource(show_spinner=False, max_entries=_KEPT_OVERVIEWS, hash_funcs={_Asked: repr})
def _dates(asked: _Asked) -> tuple[dt.date, ...]:
    return tuple(queries.available_dates(_opened(asked.workspace).store, asked.actor))


@st.cache_resource(show_spinner=False, max_entries=_KEPT_OVERVIEWS, hash_funcs={_Asked: repr})
def _overview(
    asked: _Asked,
    plan: str | None,
    plan_state: PlanState | None,
    region: str | None,
    department: str | None,
) -> Overview:
    return queries.overview(
        _opened(asked.workspace).store,
        asked.actor,
        as_of=asked.as_of,
        plan=plan,
        plan_state=plan_state,
        region=region,
        department=department,
    )


@st.cache_resource(show_spinner=False, max_entries=_KEPT_TARGETS, hash_funcs={_Asked: repr})
def _target_detail(asked: _Asked, code: str) -> TargetDetail:
    return queries.target_detail(_opened(asked.workspace).store, asked.actor, code, as_of=asked.as_of)


@st.cache_resource(show_spinner=False, max_entries=_KEPT_TARGETS, hash_funcs={_Asked: repr})
def _fan(asked: _Asked, code: str) -> Fan | None:
    opened = _opened(asked.workspace)
    return whatif.fan(opened.store, asked.actor, opened.policy, code, as_of=asked.as_of)
