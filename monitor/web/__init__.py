"""Pages that links in messages open: answer for a target, unsubscribe; and a sign of life for monitoring."""

from monitor.web.routes import SecurityHeaders, routes

__all__ = ["SecurityHeaders", "routes"]
