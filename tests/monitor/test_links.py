"""Signed links: what was put in comes out, and nothing else is taken for one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.links import AnswerLink, BadLinkError, SignedLinks, UnsubscribeLink

LINKS = SignedLinks("https://example.invalid", "simulated_city", "k" * 32)
FACTS = ("li_na", "sim2026.gazelles", "2026-W47")


def token_of(address: str) -> str:
    return address.partition("?token=")[2]


def test_what_a_link_says_comes_back() -> None:
    address = LINKS.acknowledge(*FACTS)
    assert address.startswith("https://example.invalid/acknowledge?token=")
    assert LINKS.read_answer(token_of(address)) == AnswerLink("simulated_city", *FACTS)
    leave = token_of(LINKS.unsubscribe("li_na"))
    assert LINKS.read_unsubscribe(leave) == UnsubscribeLink("simulated_city", "li_na")


def test_the_same_message_has_the_same_links_and_no_two_people_share_one() -> None:
    assert LINKS.acknowledge(*FACTS) == replace(LINKS).acknowledge(*FACTS)
    assert LINKS.acknowledge(*FACTS) != LINKS.acknowledge("wang", *FACTS[1:])


def test_a_link_that_was_changed_cut_or_meant_for_another_purpose_is_refused() -> None:
    token = token_of(LINKS.acknowledge(*FACTS))
    middle = len(token) // 3
    swapped = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    for wrong in (swapped, token[:-1], token[: len(token) // 2], "", "....", token + "x", "链接"):
        with pytest.raises(BadLinkError, match="incomplete or was changed"):
            LINKS.read_answer(wrong)
    with pytest.raises(BadLinkError):
        LINKS.read_unsubscribe(token)
    with pytest.raises(BadLinkError):
        LINKS.read_answer(token_of(LINKS.unsubscribe("li_na")))


def test_another_installation_reads_none_of_ours_and_the_key_shows_nowhere() -> None:
    other = replace(LINKS, key="o" * 32)
    with pytest.raises(BadLinkError):
        other.read_answer(token_of(LINKS.acknowledge(*FACTS)))
    assert "k" * 32 not in repr(LINKS)
