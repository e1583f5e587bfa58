"""The desk: one person at one open workspace. Pages ask and act through it, and through nothing else.

Answers are frozen records shared between sessions, kept per workspace, state of the database, person and
question; nothing on a page changes them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from monitor import queries, whatif
from monitor.clock import today
from monitor.config import Settings, load_settings, name_in_use
from monitor.core.access import LOCAL_ADMINISTRATOR, Actor
from monitor.core.policy import Policy
from monitor.queries import Store
from monitor.setup import Workspace as OpenWorkspace
from monitor.setup import open_workspace
from monitor.words.view import Workspace

WORKSPACES = ("real", "simulated_city")
_KEPT_LARGE, _KEPT = 16, 512
_LARGE: tuple[Callable[..., Any], ...] = (queries.overview, whatif.prepare, whatif.divide)
"""Questions whose answers are megabytes: all targets, or drawn paths."""

Facts = ParamSpec("Facts")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Question:
    """What an answer is kept by; its values must be told apart by how they are written."""

    workspace: str
    token: str
    actor: Actor
    name: str
    facts: tuple[Any, ...]
    named_facts: tuple[tuple[str, Any], ...]
    answer: Callable[[], Any] = field(repr=False, compare=False)


class Desk:
    """One workspace as one person works at it."""

    def __init__(self, workspace: str, actor: Actor = LOCAL_ADMINISTRATOR) -> None:
        self.workspace = workspace
        self.actor = actor

    @property
    def opened(self) -> OpenWorkspace:
        """Settings, rules and database."""
        return _opened(self.workspace)

    @property
    def settings(self) -> Settings:
        """Settings of the workspace."""
        return self.opened.settings

    @property
    def policy(self) -> Policy:
        """Rules in force."""
        return self.opened.policy

    @property
    def today(self) -> dt.date:
        """The day it is by the clock that commands go by."""
        return today(self.opened.store.clock)

    def workspaces(self) -> tuple[Workspace, ...]:
        """The workspaces one can look at, the one in use first."""
        return _workspaces()

    def ask(
        self,
        question: Callable[Concatenate[Store, Actor, Facts], Answer],
        *facts: Facts.args,
        **named_facts: Facts.kwargs,
    ) -> Answer:
        """The answer to a question, kept until something is recorded.

        Parameters
        ----------
        question : callable
            Takes store and actor first; reads only.
        facts, named_facts
            What else it wants: codes, dates and other values whose `repr` tells them apart.
        """
        asked = _Question(
            self.workspace,
            str(self.ask_now(queries.state_token)),
            self.actor,
            f"{question.__module__}.{question.__qualname__}",
            facts,
            tuple(named_facts.items()),
            lambda: self.ask_now(question, *facts, **named_facts),
        )
        kept = _kept_large if question in _LARGE else _kept
        answer: Answer = kept(asked)
        return answer

    def ask_now(
        self,
        question: Callable[Concatenate[Store, Actor, Facts], Answer],
        *facts: Facts.args,
        **named_facts: Facts.kwargs,
    ) -> Answer:
        """The answer to a question as of this moment, never kept: for messages, job runs and heartbeats."""
        return question(self.opened.store, self.actor, *facts, **named_facts)

    def do(
        self,
        command: Callable[Concatenate[Store, Actor, Facts], Answer],
        *facts: Facts.args,
        **named_facts: Facts.kwargs,
    ) -> Answer:
        """Carry out a command; pages do so through `doing.act`."""
        return command(self.opened.store, self.actor, *facts, **named_facts)

    def available_dates(self) -> tuple[dt.date, ...]:
        """Days with a scheduled assessment, oldest first; empty before the first run."""
        return self.ask(queries.available_dates)


@st.cache_resource(show_spinner=False)
def _workspaces() -> tuple[Workspace, ...]:
    """Read once per process, as the databases are opened once."""
    used = name_in_use()
    names = sorted(WORKSPACES, key=lambda name: name != used)
    return tuple(Workspace(name, simulated=load_settings(name).simulated) for name in names)


@st.cache_resource(show_spinner=False)
def _opened(workspace: str) -> OpenWorkspace:
    """One open database per workspace and process."""
    return open_workspace(workspace, in_use=workspace == name_in_use())


@st.cache_resource(show_spinner=False, max_entries=_KEPT_LARGE, hash_funcs={_Question: repr})
def _kept_large(question: _Question) -> Any:
    return question.answer()


@st.cache_resource(show_spinner=False, max_entries=_KEPT, hash_funcs={_Question: repr})
def _kept(question: _Question) -> Any:
    return question.answer()
