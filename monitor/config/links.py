"""What links in messages need: the address they begin with, and the key that signs them."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from monitor.config.mail import load_public_url
from monitor.config.secrets import read_secret_file
from monitor.config.settings import Settings
from monitor.core.errors import ConfigError, ConfigProblem

_KEY, _KEY_FILE = "ZHIBIAO_LINK_KEY", "ZHIBIAO_LINK_KEY_FILE"  # names, no secrets
_OWN_FILE = Path("var") / "link.key"
SHORTEST_KEY = 32


@dataclass(frozen=True)
class LinkSettings:
    """Settings of links in force.

    Parameters
    ----------
    public_url : str
        Base of the links, without a slash at its end.
    key : str
        Secret of the installation: whoever has it can answer for anybody.
    """

    public_url: str
    key: str = field(repr=False)


def load_link_settings(settings: Settings, environ: Mapping[str, str] | None = None) -> LinkSettings:
    """Settings of links, checked.

    The key comes from ZHIBIAO_LINK_KEY or from the file ZHIBIAO_LINK_KEY_FILE names. With neither, a key of
    the installation's own is made once and kept in `var/link.key`, readable by its owner alone.

    Raises
    ------
    ConfigError
        If the address is wrong, or the key is doubled, too short, or cannot be read or kept.
    """
    environ = os.environ if environ is None else environ
    return LinkSettings(load_public_url(settings), _key(settings.home, environ))


def _key(home: Path, environ: Mapping[str, str]) -> str:
    direct, named = environ.get(_KEY), environ.get(_KEY_FILE)
    if direct and named:
        raise _refused(_KEY_FILE, f"beside {_KEY}", "one of the two")
    if direct:
        return _long_enough(direct, _KEY)
    if named:
        path = home / Path(named).expanduser()
        key = read_secret_file(path, shown_as=named, file="environment", key=_KEY_FILE)
        return _long_enough(key, _KEY_FILE)
    return _own_key(home / _OWN_FILE)


def _own_key(path: Path) -> str:
    """The key that is kept, made first if there is none; whole at every moment, also for a neighbour."""
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # mkstemp makes files of their owner alone.
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(secrets.token_urlsafe(SHORTEST_KEY) + "\n")
            with suppress(FileExistsError):  # a neighbour was faster: its key holds
                os.link(name, path)
            Path(name).unlink()
        except OSError as error:
            raise _refused(_KEY, "nothing", f"a key, as {path} cannot be kept ({error.strerror})") from error
    return read_secret_file(path, shown_as=_OWN_FILE.as_posix(), file="installation", key="link key")


def _long_enough(key: str, name: str) -> str:
    if len(key) < SHORTEST_KEY:
        raise _refused(name, f"a key of {len(key)} characters", f"{SHORTEST_KEY} characters or more")
    return key


def _refused(key: str, found: str, allowed: str) -> ConfigError:
    return ConfigError([ConfigProblem("environment", key, found, allowed)])
