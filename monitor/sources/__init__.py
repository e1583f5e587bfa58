"""Sources of figures: asked on their schedule, read, checked at the door, every run recorded."""

from monitor.sources.running import run_source
from monitor.sources.standing import standings

__all__ = ["run_source", "standings"]
