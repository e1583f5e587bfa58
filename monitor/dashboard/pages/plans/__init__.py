"""Plan documents and their targets."""

from monitor.dashboard.pages.plans.page import render

__all__ = ["render"]
