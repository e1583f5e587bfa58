"""Health checks: every finding is worded in both languages, from the same facts."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from monitor import health
from monitor.words.display import Language
from monitor.words.health import check_name, finding_words
from monitor.words.messages.health import CHECKS, SENTENCES

SOURCE = Path(health.__file__).read_text(encoding="utf-8")


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("sign", SENTENCES)
def test_both_sentences_state_the_same_facts_and_are_used(sign: str) -> None:
    chinese, english = SENTENCES[sign]
    assert blanks(chinese) == blanks(english)
    assert f'"{sign}"' in SOURCE


def test_every_sign_and_check_of_the_checks_has_words() -> None:
    signs = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)"', SOURCE))
    assert {sign for sign in signs if sign.split("_")[0] in {"outbox", "mail", "jobs", "disk"}} <= set(
        SENTENCES
    )
    assert set(re.findall(r'Finding, "([a-z ]+)"', SOURCE)) <= set(CHECKS)


def test_sentences_inside_another_are_worded_too() -> None:
    parts = [
        ("job_failed", {"job": "assess", "why": "No figures."}),
        ("job_overdue", {"job": "x", "time": "t"}),
    ]
    assert finding_words("jobs_failed", {"parts": parts}, Language.EN).startswith(
        "assess failed (No figures.); x was due t"
    )
    assert "assess 失败（No figures.）；x 应于" in finding_words("jobs_failed", {"parts": parts}, Language.ZH)
    assert check_name("mail server", Language.ZH) == "邮件服务器"
