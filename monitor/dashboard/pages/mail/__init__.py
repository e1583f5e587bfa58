"""Messages, what needs a person, and answers."""

from monitor.dashboard.pages.mail.page import render

__all__ = ["render"]
