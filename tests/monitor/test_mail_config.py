"""`configs/mail.yaml` and its secrets: what is refused, in which words, and that secrets stay secret."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.config import MailSettings, Settings, load_mail_settings, load_settings
from monitor.core.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = (ROOT / "configs" / "mail.yaml").read_text(encoding="utf-8")
SECURE = (
    ("enabled: false", "enabled: true"),
    ("security: none", "security: tls"),
    ("user: null", "user: monitor"),
)


def load(folder: Path, *changes: tuple[str, str], **environ: str) -> MailSettings:
    text = SHIPPED
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "configs").mkdir(exist_ok=True)
    (folder / "configs" / "mail.yaml").write_text(text, encoding="utf-8")
    settings: Settings = load_settings("real", {"ZHIBIAO_HOME": str(ROOT)})
    return load_mail_settings(settings.model_copy(update={"home": folder}), environ)


def secret_file(folder: Path, text: str = "from a file\n", mode: int = 0o600) -> str:
    path = folder / "secret"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def test_what_ships_sends_nothing(tmp_path: Path) -> None:
    mail = load(tmp_path)
    assert not mail.enabled
    assert (mail.server.host, mail.password, mail.channels) == ("127.0.0.1", None, {})
    assert mail.lease_s == 1800


def test_the_password_comes_from_environment_or_file_and_shows_nowhere(tmp_path: Path) -> None:
    direct = load(tmp_path, *SECURE, ZHIBIAO_SMTP_PASSWORD="in the open")
    filed = load(tmp_path, *SECURE, ZHIBIAO_SMTP_PASSWORD_FILE=secret_file(tmp_path))
    assert direct.password is not None
    assert filed.password is not None
    assert (direct.password.get_secret_value(), filed.password.get_secret_value()) == (
        "in the open",
        "from a file",
    )
    assert "in the open" not in f"{direct!r}{direct}{direct.model_dump_json()}"
    assert direct.hide_secrets("535 in the open is wrong") == "535 *** is wrong"


def test_channels_take_their_address_from_variable_or_file(tmp_path: Path) -> None:
    url = "json://robot.example.org/key"
    entries = f"channels:\n  one: {{url_env: ROBOT}}\n  two: {{url_file: {secret_file(tmp_path, url)}}}"
    mail = load(tmp_path, ("channels: {}", entries), ROBOT=url)
    assert {name: each.get_secret_value() for name, each in mail.channels.items()} == {"one": url, "two": url}
    assert "robot.example.org" not in repr(mail)


WRONG = [
    (("enabled:", "enbled:"), {}, "enbled: found the unknown key"),
    (("port: 25", "port: 0"), {}, "server.port: found"),
    (("security: none", "security: ssl"), {}, "server.security: found"),
    (
        ("host: 127.0.0.1", "host: mail.example.org"),
        {},
        "server.security: found none; allowed: starttls or tls",
    ),
    (("address: zhibiao@localhost", "address: nobody"), {}, "sender.address: found"),
    (("name: 指标监测", 'name: "a\\r\\nBcc: b"'), {}, "sender.name: found"),
    (("ca_file: null", "ca_file: none.pem"), {}, "server.ca_file: found 'none.pem'"),
    (("user: null", "user: 监测"), {}, "server.user: found"),
    (("public_url: http", "public_url: ftp"), {}, "public_url: found"),
    (("per_minute: 3000", "per_minute: 0"), {}, "per_minute: found"),
    (("channels: {}", "channels: {email: {url_env: X}}"), {"X": "json://x"}, "channels: found"),
    (("channels: {}", "channels: {a: {}}"), {}, "either url_env or url_file"),
    (("channels: {}", "channels: {a: {url_env: ZHIBIAO_A}}"), {}, "does not begin with ZHIBIAO_"),
    (("channels: {}", "channels: {a: {url_env: X}}"), {}, "channels.a.url_env: found X, which is not set"),
    (("channels: {}", "channels: {a: {url_env: X}}"), {"X": "robot-key"}, "which holds no address"),
    (("user: null", "user: null"), {"ZHIBIAO_SMTP_PASSWORD": "x"}, "allowed: none, as server.user is empty"),
]


@pytest.mark.parametrize(("change", "environ", "told"), WRONG, ids=[each[2][:40] for each in WRONG])
def test_what_is_wrong_is_refused_by_name(
    tmp_path: Path, change: tuple[str, str], environ: dict[str, str], told: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load(tmp_path, change, **environ)
    assert told in str(refused.value)
    assert "robot-key" not in str(refused.value)


def test_a_password_that_cannot_be_used_is_refused(tmp_path: Path) -> None:
    readable = secret_file(tmp_path, mode=0o644)
    cases: list[tuple[dict[str, str], str]] = [
        ({}, "ZHIBIAO_SMTP_PASSWORD: found nothing"),
        ({"ZHIBIAO_SMTP_PASSWORD": "口令"}, "ASCII alone"),
        ({"ZHIBIAO_SMTP_PASSWORD": "x", "ZHIBIAO_SMTP_PASSWORD_FILE": readable}, "one of the two"),
        ({"ZHIBIAO_SMTP_PASSWORD_FILE": readable}, "everyone can read"),
        ({"ZHIBIAO_SMTP_PASSWORD_FILE": str(tmp_path / "none")}, "cannot be read"),
    ]
    for environ, told in cases:
        with pytest.raises(ConfigError) as refused:
            load(tmp_path, *SECURE, **environ)
        assert told in str(refused.value)
        assert "口令" not in str(refused.value)
    for text in ("", "two\nlines\n"):
        with pytest.raises(ConfigError, match="empty or has several lines"):
            load(tmp_path, *SECURE, ZHIBIAO_SMTP_PASSWORD_FILE=secret_file(tmp_path, text))


def test_the_variables_are_known_to_the_product() -> None:
    environ = {"ZHIBIAO_HOME": str(ROOT), "ZHIBIAO_SMTP_PASSWORD": "x", "ZHIBIAO_SMTP_PASSWORD_FILE": "y"}
    assert load_settings("real", environ).home == ROOT
    assert "ZHIBIAO_SMTP_PASSWORD" not in os.environ
