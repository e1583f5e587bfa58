"""The only reader of `configs/` and of the environment: settings, and the checked catalogue."""

from monitor.config.links import LinkSettings, load_link_settings
from monitor.config.loading import Catalogue, load_catalogue
from monitor.config.mail import MailSettings, load_mail_settings
from monitor.config.people import load_people
from monitor.config.settings import ENVIRONMENT, Settings, load_settings, name_in_use
from monitor.config.working_days import WorkingDays, load_working_days

__all__ = [
    "ENVIRONMENT",
    "Catalogue",
    "LinkSettings",
    "MailSettings",
    "Settings",
    "WorkingDays",
    "load_catalogue",
    "load_link_settings",
    "load_mail_settings",
    "load_people",
    "load_settings",
    "load_working_days",
    "name_in_use",
]
