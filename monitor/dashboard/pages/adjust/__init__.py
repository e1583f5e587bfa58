"""Trying and revising targets."""

from monitor.dashboard.pages.adjust.page import render

__all__ = ["render"]
