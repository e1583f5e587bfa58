"""`sources.yaml`: what is refused, and by which words; secrets that never stand in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from monitor.config import load_settings
from monitor.config.figure_sources import load_sources, schedule_trigger
from monitor.config.secrets import read_secret
from monitor.core.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
DEPARTMENTS = 'departments:\n  - {code: office, name_zh: 局, name_en: Office, region: "510700"}\n'
HTTP = """
  - code: monthly
    title_zh: 月报
    title_en: Monthly report
    department: office
    schedule: "30 8 * * mon-fri"
    silent_after_days: 45
    http:
      url: https://example.org/api
      format: json
      records: data.items
      token_env: ZHIBIAO_SECRET_MONTHLY
      columns: {indicator: code, region: area, period: month, value: amount, unit: {constant: 万元}}
"""


def load(folder: Path, text: str) -> dict[str, object]:
    (folder / "departments.yaml").write_text(DEPARTMENTS, encoding="utf-8")
    (folder / "sources.yaml").write_text(f"sources:{text}", encoding="utf-8")
    return dict(load_sources(folder))


def test_a_source_is_read(tmp_path: Path) -> None:
    (source,) = load(tmp_path, HTTP).values()
    assert (source.code, source.kind, source.enabled) == ("monthly", "http", True)  # type: ignore[attr-defined]
    assert source.http.columns.unit.constant == "万元"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("department: office", "department: nobody", r"sources\[monthly\].department: found 'nobody'"),
        ("    silent_after_days: 45", "    silent_after: 45", r"unknown key 'silent_after'"),
        ('"30 8 * * mon-fri"', '"30 8 * * 1-5"', r"sources\[monthly\].schedule.*by name"),
        ('"30 8 * * mon-fri"', '"61 8 * * mon"', r"sources\[monthly\].schedule"),
        ('"30 8 * * mon-fri"', "daily", r"sources\[monthly\].schedule.*five fields"),
        ("https://example.org", "http://example.org", r"sources\[monthly\].http.*allow_http: true"),
        ("https://example.org", "https://me:geheim@example.org", r"no user and password"),
        ("https://example.org/api", "example.org", r"sources\[monthly\].http: .*begins with https"),
        ("ZHIBIAO_SECRET_MONTHLY", "ZHIBIAO_TOKEN", r"begins with ZHIBIAO_SECRET_"),
        ("ZHIBIAO_SECRET_MONTHLY", "abc123", r"name of an environment variable"),
        ("      token_env: ZHIBIAO_SECRET_MONTHLY", "      token: abc123", r"unknown key 'token'"),
        ("unit: {constant: 万元}", "unit: {constant: 万元, field: u}", r"either a field or a constant"),
        ("value: amount, ", "", r"sources\[monthly\].http.columns.value: found nothing"),
        ("    http:", "    folder: {path: x}\n    http:", r"exactly one of csv, excel, sql"),
        ("format: json", "format: xml", r"sources\[monthly\].http.format"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in HTTP
    with pytest.raises(ConfigError, match=told):
        load(tmp_path, HTTP.replace(old, new))


@pytest.mark.parametrize("address", ["https://me:geheim@example.org", "htps://me:geheim@example.org"])
def test_a_password_in_an_address_is_not_repeated(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, HTTP.replace("https://example.org", address))
    assert "geheim" not in str(caught.value)


def test_a_token_in_the_place_of_its_name_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, HTTP.replace("ZHIBIAO_SECRET_MONTHLY", "geheim"))
    assert "geheim" not in str(caught.value)


def test_a_query_lies_beside_the_file(tmp_path: Path) -> None:
    columns = "columns: {indicator: a, region: b, period: c, value: d, unit: e}"
    start = HTTP.partition("    http:")[0]
    text = f"{start}    sql: {{url_env: REGISTER_URL, query_file: ../../etc/passwd, {columns}}}\n"
    with pytest.raises(ConfigError, match=r"sources\[monthly\].sql.query_file"):
        load(tmp_path, text)
    assert load(tmp_path, text.replace("../../etc/passwd", "sql/register.sql"))


def test_two_sources_of_one_code_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="each code once"):
        load(tmp_path, HTTP + HTTP.lstrip("\n"))


def test_a_workspace_without_the_file_has_no_source(tmp_path: Path) -> None:
    assert load_sources(tmp_path) == {}


def test_days_of_the_week_mean_what_they_say() -> None:
    trigger = schedule_trigger("0 7 * * sun", "Asia/Shanghai")
    now = dt.datetime(2026, 3, 20, 1, 0, tzinfo=dt.UTC)
    assert trigger.get_next_fire_time(None, now).isoformat() == "2026-03-22T07:00:00+08:00"


def test_a_secret_comes_from_a_variable_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("abc\n", encoding="utf-8")
    (tmp_path / "token").chmod(0o600)
    assert read_secret(variable="X_TOKEN", environ={"X_TOKEN": " abc "}) == "abc"
    assert read_secret(file=tmp_path / "token") == "abc"
    with pytest.raises(ConfigError, match="environment: X_TOKEN: found nothing"):
        read_secret(variable="X_TOKEN", environ={"X_TOKEN": " "})
    with pytest.raises(ConfigError, match="nowhere"):
        read_secret(file=tmp_path / "nowhere")


def test_variables_for_secrets_are_known_and_others_are_not() -> None:
    home = {"ZHIBIAO_HOME": str(ROOT)}
    assert load_settings(environ={**home, "ZHIBIAO_SECRET_MONTHLY": "abc"}).workspace == "real"
    with pytest.raises(ConfigError, match="ZHIBIAO_SECRETS"):
        load_settings(environ={**home, "ZHIBIAO_SECRETS": "abc"})
