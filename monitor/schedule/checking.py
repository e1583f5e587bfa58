"""What `zhibiao serve` needs to be right before it starts: better told now than in the night."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.config import Settings, load_catalogue, load_mail_settings, load_people
from monitor.config.schedule import Schedule, load_schedule
from monitor.core.errors import ConfigError, ConfigProblem
from monitor.delivery import check_channels
from monitor.schedule.jobs import JobKind, options_of, whole_number
from monitor.setup import links_of


def read_schedule(settings: Settings, kinds: Mapping[str, JobKind]) -> Schedule:
    """The schedule, with the options of its jobs checked.

    Raises
    ------
    ConfigError
        If it is refused, with the key named.
    """
    schedule = load_schedule(settings, options_of(kinds))
    for name, job in schedule.jobs.items():
        for option in sorted(kinds[job.kind].numbers.intersection(job.options)):
            whole_number(job.options[option], f"jobs.{name}.options.{option}")
    return schedule


def check_settings(settings: Settings) -> None:
    """Read every setting that jobs will ask for: mail, channels, links, people.

    Raises
    ------
    ConfigError
        With the file and key of what is wrong.
    """
    mail = load_mail_settings(settings)
    check_channels(mail)
    links_of(settings)
    people = load_people(settings.configs_dir, load_catalogue(settings.configs_dir))
    known = ", ".join(sorted(mail.channels)) or "none, as configs/mail.yaml has no channels"
    problems = [
        ConfigProblem("configs/people.yaml", f"{person.code}.channels", repr(channel), known)
        for person in people
        for channel in person.channels
        if channel not in mail.channels
    ]
    if problems:
        raise ConfigError(problems)
