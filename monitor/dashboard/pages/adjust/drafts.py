"""What a person has typed about a target: kept while the session lives, whatever is refused or changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from monitor.core.ledger import Revision, Terms

FIELDS = ("value", "value_upper", "written_decimals", "deadline", "comparator", "commitment", "departments")
"""Terms a person may change here, by the name they have in the ledger."""


@dataclass(frozen=True)
class Draft:
    """Proposed terms, and what goes into the ledger with them.

    Parameters
    ----------
    seen : Revision
        The last ledger entry when the draft was begun, or looked at again.
    proposed : Terms
        Those of that entry, with what was changed.
    done_on : datetime.date or None
        Day a milestone was done.
    """

    seen: Revision
    proposed: Terms
    reason: str = ""
    document: str = ""
    effective_on: dt.date | None = None
    done_on: dt.date | None = None

    @property
    def is_changed(self) -> bool:
        """Whether the proposed terms differ from those seen."""
        return self.proposed != self.seen.terms

    @property
    def is_touched(self) -> bool:
        """Whether there is anything to lose."""
        written = self.reason.strip() or self.document.strip() or self.effective_on or self.done_on
        return self.is_changed or bool(written)

    def is_overtaken(self, last: Revision) -> bool:
        """Whether somebody else changed the target since."""
        return self.seen.sequence != last.sequence

    def without_entry(self) -> Draft:
        """The proposed terms alone: reason, document and day went into other ledgers."""
        return replace(self, reason="", document="", effective_on=None)

    def looked_at(self, last: Revision) -> Draft:
        """The draft upon a newer entry: what the person changed stays, the rest is as it is now."""
        own: dict[str, Any] = {
            name: getattr(self.proposed, name)
            for name in FIELDS
            if getattr(self.proposed, name) != getattr(self.seen.terms, name)
        }
        return replace(self, seen=last, proposed=replace(last.terms, **own))


def get_draft(workspace: str, last: Revision) -> Draft:
    """The draft of a target; a new one where there is none, or nothing was typed into it."""
    draft = st.session_state.get(_key(workspace, last.target))
    if not isinstance(draft, Draft) or not draft.is_touched:
        draft = Draft(last, last.terms)
        keep_draft(workspace, draft)
    return draft


def keep_draft(workspace: str, draft: Draft) -> None:
    """Keep a draft for the next run of the page."""
    st.session_state[_key(workspace, draft.seen.target)] = draft


def drop_draft(workspace: str, code: str) -> None:
    """Forget a draft, once it is in the ledger."""
    st.session_state.pop(_key(workspace, code), None)


def _key(workspace: str, code: str) -> str:
    return f"adjust_draft:{workspace}:{code}"
