"""Refusals in the reader's language: none is left without words."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from monitor.core.errors import (
    DocumentError,
    DocumentFault,
    EndedReviewError,
    EnteredProposalError,
    StaleDecisionError,
)
from monitor.core.term_rules import TermProblem, TermRule, TermsError
from monitor.words.display import Language
from monitor.words.problems import problem_words, term_problem_words

MOMENT = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("fault", list(DocumentFault))
def test_every_fault_of_a_document_has_chinese_words(fault: DocumentFault) -> None:
    error = DocumentError("plan.pdf", "It cannot be read.", "Send another.", fault=fault)
    assert problem_words(error, Language.EN) == "plan.pdf: It cannot be read. Send another."
    told = problem_words(error, Language.ZH)
    assert told.startswith("“plan.pdf”：")
    assert told.endswith("未存入任何内容。")
    assert "cannot" not in told


@pytest.mark.parametrize("rule", list(TermRule))
def test_every_rule_of_terms_has_chinese_words(rule: TermRule) -> None:
    problem = TermProblem("deadline", "2026-03-03", "the end of a period", rule, "2026-12-31")
    assert "期限" in term_problem_words(problem, Language.ZH)
    assert not re.search("end of a period", problem_words(TermsError("t1", [problem]), Language.ZH))
    assert term_problem_words(problem, Language.EN) == str(problem)


def test_what_happened_to_a_review_is_told_with_who_and_when() -> None:
    stale = StaleDecisionError(4, decision="rejected", by="li_na", on=MOMENT)
    ended = EndedReviewError("plan.txt", by="li_na", on=MOMENT)
    assert "第 5 项" in problem_words(stale, Language.ZH)
    for error in (stale, ended):
        assert "li_na" in problem_words(error, Language.ZH)
        assert "2026-11-20 16:00" in problem_words(error, Language.ZH), "as clocks in China show it"
    assert "p.rd" in problem_words(EnteredProposalError(0, "p.rd"), Language.ZH)
