"""Tables as bureaus lay them out, turned into rows of one figure each (docs/figures.md)."""

from monitor.ingest.layouts.reading import laid_out

__all__ = ["laid_out"]
