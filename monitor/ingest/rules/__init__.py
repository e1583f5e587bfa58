"""The rules figures must keep, by what they compare, and the shape of a rule."""

from monitor.ingest.rules.shape import Check, CheckContext, Flagged, Rule

__all__ = ["Check", "CheckContext", "Flagged", "Rule"]
