"""The only reader of `configs/` and of the environment: settings, and the checked catalogue."""

from monitor.config.loading import Catalogue, load_catalogue
from monitor.config.settings import ENVIRONMENT, Settings, load_settings

__all__ = ["ENVIRONMENT", "Catalogue", "Settings", "load_catalogue", "load_settings"]
