"""The only reader of `configs/` and of the environment: settings, and the checked catalogue."""

from monitor.config.loading import Catalogue, load_catalogue
from monitor.config.mail import MailSettings, load_mail_settings
from monitor.config.people import load_people
from monitor.config.settings import ENVIRONMENT, Settings, load_settings, name_in_use

__all__ = [
    "ENVIRONMENT",
    "Catalogue",
    "MailSettings",
    "Settings",
    "load_catalogue",
    "load_mail_settings",
    "load_people",
    "load_settings",
    "name_in_use",
]
