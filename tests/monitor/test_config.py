"""The catalogue: what loads, and the wording of every refusal."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from monitor.config import ENVIRONMENT, load_catalogue, load_settings
from monitor.core.errors import ConfigError
from monitor.core.indicators import Measure

ROOT = Path(__file__).resolve().parents[2]

FILES = {
    "regions.yaml": """
        regions:
          - {code: 510000, name_zh: 四川省, short_zh: 四川, name_en: Sichuan, level: province}
          - {code: 510700, name_zh: 绵阳市, short_zh: 绵阳, name_en: Mianyang, level: city, parent: 510000}
        """,
    "departments.yaml": """
        departments:
          - {code: high_tech, name_zh: 高新处, name_en: High technology, region: 510000}
        """,
    "flags.yaml": """
        green_at: 0.80
        yellow_at: 0.50
        change_margin: 0.05
        confirmations: 2
        grey_after_missed_releases: 2
        about_tolerance_share: 0.05
        """,
    "indicators/all.yaml": """
        indicators:
          - code: contract_value
            name_zh: 技术合同认定登记额
            name_en: Contract value
            unit: CNY
            display_unit: 亿元
            decimals: 2
            measure: flow
            frequency: monthly
            reporting: ytd
            lag_days: 20
            publisher: 科技厅
            definition: 登记额
            growth_indicator: contract_growth
          - code: contract_growth
            name_zh: 增速
            name_en: Growth
            unit: percent
            display_unit: '%'
            decimals: 1
            measure: ratio
            frequency: monthly
            reporting: ytd
            lag_days: 20
            publisher: 科技厅
            definition: 增速
          - code: enterprises
            name_zh: 高新技术企业数
            name_en: Enterprises
            unit: count
            display_unit: 家
            decimals: 0
            measure: stock
            frequency: annual
            reporting: period
            lag_days: 60
            publisher: 科技厅
            definition: 年末有效
        """,
    "plans/a.yaml": """
        code: plan_a
        title: 要点
        title_en: Key points
        issuer: 科技厅
        region: 510000
        status: issued
        issued_on: 2022-03-17
        period_start: 2022
        period_end: 2022
        source: plan.txt
        targets:
          - code: a.contracts
            indicator: contract_value
            region: 510000
            kind: level
            comparator: at_least
            value: 1420
            unit: 亿元
            deadline: 2022-12-31
            departments: [high_tech]
            citations: [{clause: 三, written: 1420亿元}]
          - code: a.enterprises
            indicator: enterprises
            region: 510700
            kind: net_increase
            comparator: at_least
            value: 120
            unit: 家
            start: 2021
            deadline: 2022-12-31
            citations: [{clause: 四}]
        """,
}


@pytest.fixture
def configs(tmp_path: Path) -> Path:
    root = tmp_path / "configs"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return root


def edit(configs: Path, file: str, old: str, new: str) -> None:
    path = configs / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def refusals(configs: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(configs)
    return [str(problem) for problem in caught.value.problems]


def test_a_sound_catalogue_loads(configs: Path) -> None:
    catalogue = load_catalogue(configs)
    assert list(catalogue.indicators) == ["contract_value", "contract_growth", "enterprises"]
    assert catalogue.indicators["enterprises"].measure is Measure.STOCK
    assert [region.code for region in catalogue.regions] == ["510000", "510700"]
    assert [target.code for target in catalogue.plans[0].targets] == ["a.contracts", "a.enterprises"]
    assert len(catalogue.version) == 16


def test_the_version_follows_content_not_comments(configs: Path) -> None:
    before = load_catalogue(configs).version
    edit(configs, "flags.yaml", "confirmations: 2", "confirmations: 2  # as agreed")
    assert load_catalogue(configs).version == before
    edit(configs, "flags.yaml", "confirmations: 2", "confirmations: 3")
    assert load_catalogue(configs).version != before


PLAN, INDICATORS = "plans/a.yaml", "indicators/all.yaml"

REFUSED = {
    "unknown key": (
        "flags.yaml",
        "green_at: 0.80",
        "green_at: 0.80\ngren_at: 0.7",
        "configs/flags.yaml: gren_at: found the unknown key 'gren_at'; allowed: the keys green_at, "
        "yellow_at, change_margin, confirmations, grey_after_missed_releases, about_tolerance_share",
    ),
    "unknown key of a citation": (
        PLAN,
        "clause: 四",
        "claus: 四",
        "configs/plans/a.yaml: targets[a.enterprises].citations[0].claus: found the unknown key 'claus'; "
        "allowed: the keys clause, written",
    ),
    "repeated key": (
        "flags.yaml",
        "green_at: 0.80",
        "green_at: 0.80\ngreen_at: 0.7",
        "configs/flags.yaml: green_at: found the key 'green_at' a second time (line 3); "
        "allowed: each key once",
    ),
    "missing key": (
        INDICATORS,
        "lag_days: 60",
        "",
        "configs/indicators/all.yaml: indicators[enterprises].lag_days: found nothing; "
        "allowed: this key is required",
    ),
    "enumeration": (
        INDICATORS,
        "measure: stock",
        "measure: stocks",
        "configs/indicators/all.yaml: indicators[enterprises].measure: found 'stocks'; "
        "allowed: flow, stock, ratio or counter",
    ),
    "number out of range": (
        "flags.yaml",
        "green_at: 0.80",
        "green_at: 80",
        "configs/flags.yaml: green_at: found '80'; allowed: less than 1",
    ),
    "thresholds in order": (
        "flags.yaml",
        "yellow_at: 0.50",
        "yellow_at: 0.90",
        "configs/flags.yaml: (top): found green_at 0.80, yellow_at 0.90; "
        "allowed: yellow_at must be below green_at",
    ),
    "period": (
        PLAN,
        "start: 2021",
        "start: 2021年",
        "configs/plans/a.yaml: targets[a.enterprises].start: found '2021年'; "
        "allowed: a period: 2022, 2022-Q3 or 2022-09",
    ),
    "date": (
        PLAN,
        "deadline: 2022-12-31",
        "deadline: 2022-12-32",
        "configs/plans/a.yaml: targets[a.contracts].deadline: found '2022-12-32'; "
        "allowed: a date such as 2030-12-31",
    ),
    "partial date": (
        PLAN,
        "issued_on: 2022-03-17",
        "issued_on: 2022-02-30",
        "configs/plans/a.yaml: issued_on: found '2022-02-30'; "
        "allowed: a date of the calendar, whole or partial: 2022-08-31, 2022-08 or 2022",
    ),
    "plan period": (
        PLAN,
        "period_end: 2022",
        "period_end: 2021",
        "configs/plans/a.yaml: period_end: found '2021'; allowed: a period not before period_start (2022)",
    ),
    "region": (
        PLAN,
        "region: 510700",
        "region: 510701",
        "configs/plans/a.yaml: targets[a.enterprises].region: found '510701', which is not there; "
        "allowed: a region of regions.yaml; did you mean 510700 or 510000?",
    ),
    "department": (
        PLAN,
        "[high_tech]",
        "[hightech]",
        "configs/plans/a.yaml: targets[a.contracts].departments: found 'hightech', which is not there; "
        "allowed: a department of departments.yaml; did you mean high_tech?",
    ),
    "indicator": (
        PLAN,
        "indicator: enterprises",
        "indicator: enterprise",
        "configs/plans/a.yaml: targets[a.enterprises].indicator: found 'enterprise', which is not there; "
        "allowed: an indicator of indicators/*.yaml; did you mean enterprises?",
    ),
    "parent target": (
        PLAN,
        "start: 2021",
        "start: 2021\n    parent: a.contract",
        "configs/plans/a.yaml: targets[a.enterprises].parent: found 'a.contract', which is not there; "
        "allowed: a target of plans/*.yaml; did you mean a.contracts?",
    ),
    "parent in a circle": (
        PLAN,
        "start: 2021",
        "start: 2021\n    parent: a.enterprises",
        "configs/plans/a.yaml: targets[a.enterprises].parent: found 'a.enterprises', which leads back to "
        "a.enterprises; allowed: a target above it, or none",
    ),
    "parent plan": (
        PLAN,
        "code: plan_a",
        "code: plan_a\nparent: five_year",
        "configs/plans/a.yaml: parent: found 'five_year', which is not there; "
        "allowed: a plan of plans/*.yaml (plan_a)",
    ),
    "conflict on one side": (
        PLAN,
        "start: 2021",
        "start: 2021\n    conflicts_with: [a.contracts]",
        "configs/plans/a.yaml: targets[a.enterprises].conflicts_with: found 'a.contracts', "
        "which does not name "
        "'a.enterprises' in turn (configs/plans/a.yaml); allowed: a conflict told on both sides",
    ),
    "conflict with itself": (
        PLAN,
        "start: 2021",
        "start: 2021\n    conflicts_with: [a.enterprises]",
        "configs/plans/a.yaml: targets[a.enterprises].conflicts_with: found 'a.enterprises' itself; "
        "allowed: another target",
    ),
    "unit of another measure": (
        PLAN,
        "unit: 亿元",
        "unit: 家",
        "configs/plans/a.yaml: targets[a.contracts].unit: found '家', which measures count; "
        "allowed: a unit of CNY, for kind level of contract_value",
    ),
    "unit of growth": (
        PLAN,
        "kind: level",
        "kind: growth",
        "configs/plans/a.yaml: targets[a.contracts].unit: found '亿元', which measures CNY; "
        "allowed: a unit of percent, for kind growth of contract_value",
    ),
    "unit of a change": (
        PLAN,
        "indicator: contract_value\n    region: 510000\n    kind: level\n    comparator: at_least\n"
        "    value: 1420\n    unit: 亿元",
        "indicator: contract_growth\n    region: 510000\n    kind: change_pp\n    comparator: at_least\n"
        "    value: 2\n    unit: '%'\n    start: 2021",
        "configs/plans/a.yaml: targets[a.contracts].unit: found '%', which measures percent; "
        "allowed: a unit of percentage_point, for kind change_pp of contract_growth",
    ),
    "net increase of a share": (
        PLAN,
        "indicator: contract_value\n    region: 510000\n    kind: level\n    comparator: at_least\n"
        "    value: 1420\n    unit: 亿元",
        "indicator: contract_growth\n    region: 510000\n    kind: net_increase\n    comparator: at_least\n"
        "    value: 2\n    unit: '%'\n    start: 2021",
        "configs/plans/a.yaml: targets[a.contracts].kind: found net_increase of contract_growth, which is in "
        "percent; allowed: change_pp for a share",
    ),
    "change_pp of an amount": (
        PLAN,
        "kind: net_increase\n    comparator: at_least\n    value: 120\n    unit: 家",
        "kind: change_pp\n    comparator: at_least\n    value: 5\n    unit: 个百分点",
        "configs/plans/a.yaml: targets[a.enterprises].kind: found change_pp of enterprises, "
        "which is in count; "
        "allowed: net_increase, or an indicator in percent",
    ),
    "sum of a stock": (
        PLAN,
        "kind: net_increase",
        "kind: cumulative",
        "configs/plans/a.yaml: targets[a.enterprises].kind: found cumulative of enterprises, "
        "which is a stock; "
        "allowed: level or net_increase; only flows and counters add up",
    ),
    "rank as a floor": (
        PLAN,
        "kind: net_increase\n    comparator: at_least\n    value: 120\n    unit: 家\n    start: 2021",
        "kind: rank\n    comparator: at_least\n    value: 3\n    unit: 位",
        "configs/plans/a.yaml: targets[a.enterprises].comparator: found at_least for a rank, "
        "where 1 is best; "
        "allowed: at_most or less_than",
    ),
    "deadline inside a period": (
        PLAN,
        "start: 2021\n    deadline: 2022-12-31",
        "start: 2021\n    deadline: 2022-06-30",
        "configs/plans/a.yaml: targets[a.enterprises].deadline: found 2022-06-30; "
        "allowed: the end of a period of the annual enterprises, such as 2022-12-31",
    ),
    "start after the deadline": (
        PLAN,
        "start: 2021",
        "start: 2022",
        "configs/plans/a.yaml: targets[a.enterprises].start: found '2022', not before the deadline; "
        "allowed: a period before 2022-12-31",
    ),
    "start of another frequency": (
        PLAN,
        "start: 2021",
        "start: 2021-12",
        "configs/plans/a.yaml: targets[a.enterprises].start: found '2021-12'; allowed: The start 2021-12 is "
        "monthly, but the indicator is annual; write a year or a period of that frequency.",
    ),
    "start without a window": (
        PLAN,
        "kind: net_increase",
        "kind: level",
        "configs/plans/a.yaml: targets[a.enterprises].start: found '2021' for kind level, "
        "which has no window; "
        "allowed: no start, or a kind with one",
    ),
    "milestone with a value": (
        PLAN,
        "kind: level",
        "kind: milestone",
        "configs/plans/a.yaml: targets[a.contracts]: found kind milestone, indicator "
        "contract_value, comparator "
        "at_least, value 1420, unit 亿元; allowed: a milestone has title_zh and title_en and no value",
    ),
    "between without an upper end": (
        PLAN,
        "comparator: at_least\n    value: 1420",
        "comparator: between\n    value: 1420",
        "configs/plans/a.yaml: targets[a.contracts]: found kind level, indicator contract_value, comparator "
        "between, value 1420, unit 亿元; allowed: value_upper belongs to the comparator between, "
        "and only to it",
    ),
    "display unit": (
        INDICATORS,
        "display_unit: 家",
        "display_unit: 亿元",
        "configs/indicators/all.yaml: indicators[enterprises].display_unit: found '亿元', which "
        "measures CNY; "
        "allowed: a unit of count",
    ),
    "growth indicator": (
        INDICATORS,
        "growth_indicator: contract_growth",
        "growth_indicator: enterprises",
        "configs/indicators/all.yaml: indicators[contract_value].growth_indicator: found "
        "'enterprises', whose "
        "unit is count; allowed: an indicator in percent",
    ),
    "model that is none": (
        INDICATORS,
        "growth_indicator: contract_growth",
        "model: arima",
        "configs/indicators/all.yaml: indicators[contract_value].model: found 'arima'; allowed: pooled, "
        "ets, components, sarimax, prophet or combination",
    ),
    "drivers of another model": (
        INDICATORS,
        "growth_indicator: contract_growth",
        "drivers: [contract_growth]",
        "configs/indicators/all.yaml: indicators[contract_value].drivers: found drivers with model pooled; "
        "allowed: drivers of model sarimax only",
    ),
    "driver of another frequency": (
        INDICATORS,
        "growth_indicator: contract_growth",
        "model: sarimax\n    drivers: [enterprises]",
        "configs/indicators/all.yaml: indicators[contract_value].drivers: found 'enterprises'; "
        "allowed: another indicator that is monthly",
    ),
    "numerator alone": (
        INDICATORS,
        "measure: ratio",
        "measure: ratio\n    numerator: contract_value",
        "configs/indicators/all.yaml: indicators[contract_growth].denominator: found nothing; "
        "allowed: numerator and denominator together",
    ),
    "numerator that is not there": (
        INDICATORS,
        "measure: ratio",
        "measure: ratio\n    numerator: contract_values\n    denominator: enterprises",
        "configs/indicators/all.yaml: indicators[contract_growth].numerator: found "
        "'contract_values', which is "
        "not there; allowed: an indicator of indicators/*.yaml; did you mean contract_value or "
        "contract_growth?",
    ),
    "repeated indicator": (
        INDICATORS,
        "code: enterprises",
        "code: contract_growth",
        "configs/indicators/all.yaml: indicators[contract_growth].code: found the code "
        "'contract_growth', which "
        "configs/indicators/all.yaml has too; allowed: each code once",
    ),
    "region code": (
        "regions.yaml",
        "parent: 510000",
        "parent: sichuan",
        "configs/regions.yaml: regions[510700].parent: found 'sichuan'; allowed: six digits or "
        "capital letters",
    ),
    "successor without an end": (
        "departments.yaml",
        "region: 510000",
        "region: 510000, successor: high_tech",
        "configs/departments.yaml: departments[high_tech].valid_to: found nothing; "
        "allowed: the last day, as there is a successor",
    ),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_refusals_say_where_and_what_is_allowed(configs: Path, rule: str) -> None:
    file, old, new, sentence = REFUSED[rule]
    edit(configs, file, old, new)
    assert sentence in refusals(configs)


def test_a_code_in_two_files_names_both(configs: Path) -> None:
    text = (configs / PLAN).read_text(encoding="utf-8").replace("code: plan_a", "code: plan_b")
    (configs / "plans/b.yaml").write_text(text, encoding="utf-8")
    assert (
        "configs/plans/b.yaml: targets[a.contracts].code: found the code 'a.contracts', "
        "which configs/plans/a.yaml has too; allowed: each code once"
    ) in refusals(configs)


def test_all_problems_come_at_once(configs: Path) -> None:
    edit(configs, "flags.yaml", "green_at: 0.80", "green_at: 80")
    edit(configs, INDICATORS, "measure: stock", "measure: stocks")
    edit(configs, PLAN, "[high_tech]", "[hightech]")
    with pytest.raises(ConfigError, match="Configuration refused, 3 problems") as caught:
        load_catalogue(configs)
    # The broken indicator is told once, not again by the target that names it.
    assert len(caught.value.problems) == 3


def test_a_missing_file_is_told(configs: Path) -> None:
    (configs / "regions.yaml").unlink()
    assert "configs/regions.yaml: (top): found no such file; allowed: this file must exist" in refusals(
        configs
    )


def test_a_file_of_another_ending_is_not_passed_over(configs: Path) -> None:
    (configs / "plans/c.yml").write_text("code: plan_c", encoding="utf-8")
    assert ("configs/plans/c.yml: (top): found a file that is not read; allowed: names in .yaml") in refusals(
        configs
    )


@pytest.mark.parametrize("workspace", ["real", "simulated_city"])
def test_the_shipped_catalogues_load(workspace: str) -> None:
    settings = load_settings(workspace, {"ZHIBIAO_HOME": str(ROOT)})
    catalogue = load_catalogue(settings.configs_dir)
    assert len(catalogue.indicators) >= 30
    assert catalogue.regions
    assert catalogue.departments


def test_settings_are_relative_to_home() -> None:
    settings = load_settings("simulated_city", {"ZHIBIAO_HOME": str(ROOT)})
    assert settings.simulated
    assert settings.configs_dir == ROOT / "configs/simulated_city"
    assert settings.data_dir == ROOT / "data/simulated_city"
    assert settings.database_url == f"sqlite:///{ROOT}/var/simulated_city.db"
    assert settings.label("zh") == "模拟数据（示例市）"


def test_the_real_workspace_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    settings = load_settings(environ={})
    assert (settings.workspace, settings.simulated, settings.home) == ("real", False, ROOT)


def test_the_repository_is_home_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(environ={}).home == ROOT


def test_the_environment_chooses_workspace_and_database() -> None:
    home = {"ZHIBIAO_HOME": str(ROOT), "ZHIBIAO_WORKSPACE": "simulated_city"}
    assert load_settings(environ=home).workspace == "simulated_city"
    assert load_settings("real", home).workspace == "real"
    relative = load_settings(environ={**home, "ZHIBIAO_DATABASE_URL": "sqlite:///other.db"})
    assert relative.database_url == f"sqlite:///{ROOT}/other.db"
    absolute = load_settings(environ={**home, "ZHIBIAO_DATABASE_URL": "sqlite:////tmp/other.db"})
    assert absolute.database_url == "sqlite:////tmp/other.db"
    url = "postgresql://zhibiao@localhost/zhibiao"
    assert load_settings(environ={**home, "ZHIBIAO_DATABASE_URL": url}).database_url == url


@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        (
            {"ZHIBIAO_DATABASE": "x"},
            f"environment: ZHIBIAO_DATABASE: found an unknown variable; allowed: {', '.join(ENVIRONMENT)} "
            "(did you mean ZHIBIAO_DATABASE_URL?)",
        ),
        (
            {"ZHIBIAO_HOME": "/nowhere"},
            "environment: ZHIBIAO_HOME: found /nowhere; allowed: a folder that holds configs/settings.yaml",
        ),
        (
            {"ZHIBIAO_HOME": str(ROOT), "ZHIBIAO_WORKSPACE": "city"},
            "configs/settings.yaml: ZHIBIAO_WORKSPACE: found 'city'; allowed: real, simulated_city",
        ),
        (
            {"ZHIBIAO_HOME": str(ROOT), "ZHIBIAO_DATABASE_URL": "mysql://root:secret@host/db"},
            "environment: ZHIBIAO_DATABASE_URL: found an address beginning 'mysql'; "
            "allowed: sqlite:///file or postgresql://user@host/name",
        ),
    ],
)
def test_settings_refuse_in_a_sentence(environ: dict[str, str], sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(environ=environ)
    assert [str(problem) for problem in caught.value.problems] == [sentence]
