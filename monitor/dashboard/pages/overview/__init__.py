"""The overview: every target in force, worst first."""

from monitor.dashboard.pages.overview.page import render

__all__ = ["render"]
