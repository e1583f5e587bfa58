"""`configs/mail.yaml` and the secrets beside it: how mail and channel messages are delivered."""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from monitor.config.reading import read_one
from monitor.config.secrets import read_secret_file
from monitor.config.settings import Settings
from monitor.core.catalogue import Entry
from monitor.core.errors import ConfigError, ConfigProblem
from monitor.core.outbox import RetryPolicy

EMAIL = "email"
"""Name of the one channel that is no channel of the file."""

_MAIL_FILE = Path("configs") / "mail.yaml"
_PASSWORD, _PASSWORD_FILE = "ZHIBIAO_SMTP_PASSWORD", "ZHIBIAO_SMTP_PASSWORD_FILE"  # names, no secrets
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_OWN_VARIABLES = "ZHIBIAO_"
_Seconds = Annotated[float, Field(gt=0, le=3600)]
_Text = TypeVar("_Text", str, str | None)


class Security(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


def _one_line(text: _Text) -> _Text:
    if text is not None and not text.isprintable():
        raise ValueError("one line of printable text")
    return text


class SenderEntry(Entry):
    """Who messages come from."""

    name: str
    address: str
    reply_to: str | None

    _name_is_one_line = field_validator("name")(_one_line)

    @field_validator("address", "reply_to")
    @classmethod
    def _is_address(cls, text: str | None) -> str | None:
        if text is not None and not (_ADDRESS.fullmatch(text) and text.isascii() and text.isprintable()):
            raise ValueError("an e-mail address such as monitor@example.org")
        return text

    @property
    def domain(self) -> str:
        """Right-hand side of the address, and of every `Message-ID`."""
        return self.address.rpartition("@")[2]


class ServerEntry(Entry):
    """The mail server."""

    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)]
    security: Security
    user: Annotated[str, Field(min_length=1)] | None
    ca_file: str | None
    connect_timeout_s: _Seconds
    command_timeout_s: _Seconds
    final_reply_timeout_s: _Seconds
    connections: Annotated[int, Field(ge=1, le=10)] = 3

    _host_is_one_line = field_validator("host")(_one_line)

    @field_validator("user")
    @classmethod
    def _is_ascii(cls, text: str | None) -> str | None:
        if text is not None and not (text.isascii() and text.isprintable()):
            raise ValueError("a name in ASCII characters")
        return text


class RetriesEntry(Entry):
    """When to try again, and when to give up."""

    first_delay_s: _Seconds
    longest_delay_s: Annotated[float, Field(gt=0, le=86_400)]
    most_attempts: Annotated[int, Field(ge=1, le=1000)]
    give_up_after_days: Annotated[float, Field(gt=0, le=30)]


class ChannelEntry(Entry):
    """Where the secret address of a channel is found: a variable, or a file."""

    url_env: str | None = None
    url_file: str | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> ChannelEntry:
        if (self.url_env is None) == (self.url_file is None):
            raise ValueError("either url_env or url_file")
        if self.url_env is not None and self.url_env.startswith(_OWN_VARIABLES):
            raise ValueError(f"the name of a variable that does not begin with {_OWN_VARIABLES}")
        return self


class MailFile(Entry):
    """`configs/mail.yaml`."""

    enabled: bool
    public_url: str
    sender: SenderEntry
    server: ServerEntry
    retries: RetriesEntry
    expire_after_days: Annotated[float, Field(gt=0, le=366)] = 8
    per_minute: Annotated[int, Field(ge=1)] | None
    lease_minutes: Annotated[float, Field(gt=0, le=1440)]
    channels: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ChannelEntry]

    @field_validator("public_url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        if not re.fullmatch(r"https?://[^\s?#]+", url):
            raise ValueError("the address people open, such as https://zhibiao.example.org")
        return url.rstrip("/")

    @field_validator("channels")
    @classmethod
    def _email_is_taken(cls, channels: dict[str, ChannelEntry]) -> dict[str, ChannelEntry]:
        if EMAIL in channels:
            raise ValueError(f"names other than {EMAIL}, which means mail itself")
        return channels


class MailSettings(BaseModel):
    """Settings of delivery in force; secrets do not show in its text.

    Parameters
    ----------
    enabled : bool
        Whether anything is sent.
    public_url : str
        Base of the links in messages, without a slash at its end.
    sender : SenderEntry
        Who messages come from.
    server : ServerEntry
        The mail server; `ca_file` is absolute.
    password : SecretStr or None
        For signing in as `server.user`.
    retries : RetryPolicy
        When to try again, and when to give up.
    expire_after_days : float
        A message that was first due longer ago is cancelled instead of sent. [d]
    per_minute : int or None
        Attempts a minute, of all workers together; None for no limit.
    lease_s : float
        A claim older than that is taken back. [s]
    channels : mapping of str to SecretStr
        Apprise addresses by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    enabled: bool
    public_url: str
    sender: SenderEntry
    server: ServerEntry
    password: SecretStr | None
    retries: RetryPolicy
    expire_after_days: float = 8
    per_minute: int | None
    lease_s: float
    channels: Mapping[str, SecretStr]

    def hide_secrets(self, text: str) -> str:
        """The text with every secret that occurs in it blotted out."""
        for secret in (self.password, *self.channels.values()):
            if secret is not None and secret.get_secret_value():
                text = text.replace(secret.get_secret_value(), "***")
        return text


def load_mail_settings(settings: Settings, environ: Mapping[str, str] | None = None) -> MailSettings:
    """Settings of delivery, checked.

    Parameters
    ----------
    settings : Settings
        Those in force; `configs/mail.yaml` lies in their home.
    environ : mapping, optional
        Environment to read; the process's own by default.

    Raises
    ------
    ConfigError
        With every problem found: in the file, a secret that is missing, doubled, empty, readable by
        everyone, or cannot be used to sign in, or a connection without protection to another machine.
    """
    secrets = _Secrets(os.environ if environ is None else environ, settings.home)
    file, problems = read_one(settings.home / _MAIL_FILE, MailFile, shown_as=_MAIL_FILE.as_posix())
    if file is None:
        raise ConfigError(problems)
    password = secrets.password(file)
    channels = {name: secrets.channel(name, entry) for name, entry in file.channels.items()}
    problems = [*problems, *_check_server(file, settings.home), *secrets.problems]
    if problems:
        raise ConfigError(problems)
    ca_file = file.server.ca_file
    return MailSettings(
        enabled=file.enabled,
        public_url=file.public_url,
        sender=file.sender,
        server=file.server.model_copy(
            update={"ca_file": None if ca_file is None else str(settings.home / ca_file)}
        ),
        password=password,
        retries=RetryPolicy(**file.retries.model_dump()),
        expire_after_days=file.expire_after_days,
        per_minute=file.per_minute,
        lease_s=file.lease_minutes * 60,
        channels={name: url for name, url in channels.items() if url is not None},
    )


def load_public_url(settings: Settings) -> str:
    """Base of the links in messages, for whoever needs no secret of delivery.

    Raises
    ------
    ConfigError
        With every problem found in the file.
    """
    return _read_file(settings).public_url


def load_sender(settings: Settings) -> SenderEntry:
    """Who messages come from, for whoever needs no secret of delivery.

    Raises
    ------
    ConfigError
        With every problem found in the file.
    """
    return _read_file(settings).sender


def _read_file(settings: Settings) -> MailFile:
    file, problems = read_one(settings.home / _MAIL_FILE, MailFile, shown_as=_MAIL_FILE.as_posix())
    if file is None:
        raise ConfigError(problems)
    return file


def _check_server(file: MailFile, home: Path) -> list[ConfigProblem]:
    server, problems = file.server, []
    if server.security is Security.NONE and not _is_this_machine(server.host):
        allowed = f"starttls or tls, as {server.host} is not this machine"
        problems.append(ConfigProblem(_MAIL_FILE.as_posix(), "server.security", "none", allowed))
    if server.ca_file is not None and not (home / server.ca_file).is_file():
        problems.append(
            ConfigProblem(_MAIL_FILE.as_posix(), "server.ca_file", repr(server.ca_file), "a file that exists")
        )
    return problems


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


class _Secrets:
    """Reads secrets from environment and files, and gathers what is wrong with them."""

    def __init__(self, environ: Mapping[str, str], home: Path) -> None:
        self._environ = environ
        self._home = home
        self.problems: list[ConfigProblem] = []

    def password(self, file: MailFile) -> SecretStr | None:
        """The password of the mail server; None where nobody signs in."""
        direct, path = self._environ.get(_PASSWORD), self._environ.get(_PASSWORD_FILE)
        if direct and path:
            self._refuse("environment", _PASSWORD_FILE, f"beside {_PASSWORD}", "one of the two")
            return None
        if file.server.user is None:
            if direct or path:
                where = _PASSWORD if direct else _PASSWORD_FILE
                self._refuse("environment", where, "a password", "none, as server.user is empty")
            return None
        if not direct and not path:
            if file.enabled:
                self._refuse("environment", _PASSWORD, "nothing", f"a password, or {_PASSWORD_FILE}")
            return None
        secret = direct or self._from_file(str(path), "environment", _PASSWORD_FILE)
        if secret is not None and not secret.isascii():
            # smtplib signs in with ASCII alone; better told now than in the night.
            where = _PASSWORD if direct else _PASSWORD_FILE
            self._refuse("environment", where, "a password with other than ASCII characters", "ASCII alone")
        return None if secret is None else SecretStr(secret)

    def channel(self, name: str, entry: ChannelEntry) -> SecretStr | None:
        """The address of a channel."""
        if entry.url_file is not None:
            secret = self._from_file(entry.url_file, _MAIL_FILE.as_posix(), f"channels.{name}.url_file")
            return None if secret is None else SecretStr(secret)
        found = self._environ.get(str(entry.url_env), "")
        if "://" not in found:
            where = f"channels.{name}.url_env"
            told = (
                f"{entry.url_env}, which holds no address" if found else f"{entry.url_env}, which is not set"
            )
            self._refuse(_MAIL_FILE.as_posix(), where, told, "a variable that holds an Apprise address")
            return None
        return SecretStr(found)

    def _from_file(self, name: str, file: str, key: str) -> str | None:
        """The one line of a secret file that others cannot read."""
        try:
            return read_secret_file(self._home / Path(name).expanduser(), shown_as=name, file=file, key=key)
        except ConfigError as error:
            self.problems += error.problems
            return None

    def _refuse(self, file: str, key: str, found: str, allowed: str) -> None:
        """Note a problem; the caller has no secret to give."""
        self.problems.append(ConfigProblem(file, key, found, allowed))
