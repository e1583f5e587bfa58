"""One target: how likely, why, what pace, which figures, and how it was set."""

from monitor.dashboard.pages.target.page import render

__all__ = ["render"]
