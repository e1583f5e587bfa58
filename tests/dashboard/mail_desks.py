"""A desk on the small database of a test, and the mail and people that are in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from monitor import commands
from monitor.config import load_settings
from monitor.core.outbox import AttemptOutcome, NewAttempt
from monitor.dashboard.desk import Desk
from monitor.setup import Workspace as OpenWorkspace
from monitor.store import Store
from monitor.words.display import Language
from monitor.words.view import View
from tests.alerts.test_queueing import LI, POLICY, WANG, queue, record_red
from tests.dashboard.builder import REAL
from tests.delivery.builders import message
from tests.monitor.builders import ADMIN, FakeClock, catalogue, figure, load, plan_entry, target_entry

DAY = dt.date(2026, 3, 20)
"""Three weeks after the digest arrived: answers are late."""
HEAD = replace(WANG, code="head", name="王处长", email="head@example.invalid", departments=("kjj_guihua",))
CLERK = replace(LI, escalates_to="head")
UNASSIGNED = "nobodys_target"


class StoreDesk(Desk):
    """Asks and acts on one store; keeps no answers, since tests share a process."""

    def __init__(self, store: Any) -> None:
        super().__init__("real", ADMIN)
        self._store = store

    @property
    def opened(self) -> OpenWorkspace:
        return OpenWorkspace(load_settings("real"), POLICY, self._store)

    def ask(self, question: Callable[..., Any], *facts: Any, **named_facts: Any) -> Any:
        return self.ask_now(question, *facts, **named_facts)

    def available_dates(self) -> tuple[dt.date, ...]:
        return (DAY - dt.timedelta(days=7), DAY)


def a_view_of(day: dt.date, language: str) -> View:
    return View(language=Language(language), as_of=day, workspace=REAL)


def small_store(template: Path, folder: Path, clock: FakeClock) -> Store:
    """Tables and nothing in them."""
    file = folder / "desk.db"
    file.write_bytes(template.read_bytes())
    return Store(f"sqlite:///{file}", clock)


def fill(store: Store, clock: FakeClock) -> None:
    """A red told to the clerk; a message in each state; a target nobody answers for."""
    clock.advance(days=-10)
    told = target_entry(deadline=dt.date(2026, 12, 31))
    nobodys = target_entry(UNASSIGNED, deadline=dt.date(2026, 12, 31), departments=[])
    commands.seed_catalogue(store, ADMIN, catalogue(plan_entry(told, nobodys, period_end="2026")))
    commands.seed_people(store, ADMIN, [CLERK, HEAD], version="v1")
    rows = [figure(400.0 + year, str(2019 + year), known_on=dt.date(2020 + year, 4, 30)) for year in range(6)]
    commands.record_load(store, ADMIN, load(*rows))
    clock.advance(days=9)
    record_red(store, dt.date(2026, 3, 1))
    clock.advance(days=1)
    queue(store, clock, recipients=["li_na"])
    commands.enqueue_messages(store, ADMIN, [message("head"), message("li_na")])
    now = clock.now()
    outcomes = (AttemptOutcome.DELIVERED, AttemptOutcome.UNCERTAIN, AttemptOutcome.PERMANENT)
    claimed = commands.claim_messages(store, ADMIN, worker="w", now=now, limit=3, domain="example.org")
    for each, outcome in zip(claimed, outcomes, strict=True):
        commands.begin_handing_over(store, ADMIN, each, now=now)
        error = "" if outcome is AttemptOutcome.DELIVERED else "550 no such user"
        attempt = NewAttempt(outcome, now, now, "mail.example.org:25", "354 go on", error)
        commands.record_attempt(store, ADMIN, each, attempt)
    commands.enqueue_messages(store, ADMIN, [message("zhao")])
    clock.moment = dt.datetime.combine(DAY, dt.time(4), tzinfo=dt.UTC)
