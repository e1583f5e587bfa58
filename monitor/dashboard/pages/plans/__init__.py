"""Plans and their documents: what is on record, what is uploaded, what is under review."""

from monitor.dashboard.pages.plans.page import render

__all__ = ["render"]
