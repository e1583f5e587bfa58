"""How past probabilities turned out."""

from monitor.dashboard.pages.record.page import render

__all__ = ["render"]
