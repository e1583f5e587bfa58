"""What pages ask for; the stored source answers it, and so do hand-made records in tests."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from monitor.core.records import Fan, Overview, PlanState, TargetDetail
from monitor.words.view import Workspace


class Source(Protocol):
    """What pages ask; tests answer with hand-made records."""

    def workspaces(self) -> tuple[Workspace, ...]:
        """The workspaces one can look at, the usual one first."""

    def available_dates(self) -> tuple[dt.date, ...]:
        """Days with a scheduled assessment, oldest first; empty before the first run."""

    def overview(
        self,
        as_of: dt.date,
        *,
        plan: str | None = None,
        plan_state: PlanState | None = None,
        region: str | None = None,
        department: str | None = None,
    ) -> Overview:
        """Every target in force on a day, with counts and changes."""

    def target_detail(self, code: str, as_of: dt.date) -> TargetDetail:
        """One target, its releases and its ledger; raises NotFoundError."""

    def fan(self, code: str, as_of: dt.date) -> Fan | None:
        """Quantiles of the indicator's path; None where nothing can be drawn."""
