"""Words that may be missing: of jobs, actions and actors a workspace or a later version adds."""

from __future__ import annotations

from monitor.words.view import View
from monitor.words.wording import messages


def label_or(name: str, otherwise: str, view: View) -> str:
    """A label of the screen catalogue, or what stands for itself where there is none."""
    return messages(view.language).labels.get(name, otherwise)
