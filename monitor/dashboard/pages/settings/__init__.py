"""People, departments, rules, schedule and health."""

from monitor.dashboard.pages.settings.page import render

__all__ = ["render"]
