"""What stands where on the page."""

from __future__ import annotations

from monitor.dashboard.desk import Desk
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text, title_line
from monitor.words.view import View


def render(desk: Desk, view: View) -> None:
    """Show the page."""
    facts = [desk.workspace, view.label("as_of", day=view.as_of.isoformat())]
    sheet(title_line(text(view.label("data_title")), facts, view), key="title", language=view.language)
