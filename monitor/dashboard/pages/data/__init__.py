"""Figures: loads, quarantine, freshness, releases, forms."""

from monitor.dashboard.pages.data.page import render

__all__ = ["render"]
