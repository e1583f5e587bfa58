"""The key of links: given, or made once and kept."""

from __future__ import annotations

import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.config import Settings, load_link_settings, load_settings
from monitor.core.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "configs").mkdir()
    for name in ("settings.yaml", "mail.yaml"):
        shutil.copy(ROOT / "configs" / name, tmp_path / "configs" / name)
    return load_settings("real", {"ZHIBIAO_HOME": str(tmp_path)})


def test_a_key_is_made_once_and_kept_for_its_owner_alone(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_link_settings(settings, {}).key, range(32)))
    (key,) = keys
    assert len(key) >= 32
    (kept,) = (settings.home / "var").iterdir()
    assert kept.name == "link.key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert load_link_settings(settings, {}).key == key
    assert key not in repr(load_link_settings(settings, {}))


def test_a_given_key_goes_before(settings: Settings) -> None:
    assert load_link_settings(settings, {"ZHIBIAO_LINK_KEY": "d" * 32}).key == "d" * 32
    file = settings.home / "secret"
    file.write_text("f" * 40 + "\n")
    file.chmod(0o600)
    assert load_link_settings(settings, {"ZHIBIAO_LINK_KEY_FILE": "secret"}).key == "f" * 40
    assert not (settings.home / "var").exists(), "no key is made where one is given"


def test_bad_keys_are_refused_without_being_repeated(settings: Settings) -> None:
    file = settings.home / "secret"
    file.write_text("f" * 40)
    file.chmod(0o644)
    for environ, told in (
        ({"ZHIBIAO_LINK_KEY": "short"}, "5 characters"),
        ({"ZHIBIAO_LINK_KEY": "d" * 32, "ZHIBIAO_LINK_KEY_FILE": "secret"}, "one of the two"),
        ({"ZHIBIAO_LINK_KEY_FILE": "secret"}, "chmod 600"),
        ({"ZHIBIAO_LINK_KEY_FILE": "absent"}, "cannot be read"),
    ):
        with pytest.raises(ConfigError, match=told) as refused:
            load_link_settings(settings, environ)
        assert "f" * 40 not in str(refused.value)
