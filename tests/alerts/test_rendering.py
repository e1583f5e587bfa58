"""HTML and plain text say the same, hold what strangers write, and fit where they are read."""

from __future__ import annotations

import html as markup
import re
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.alerts.content import Digest
from monitor.alerts.plain import COLUMNS, width, wrapped
from monitor.alerts.preview import write_preview
from monitor.alerts.rendering import Rendered, lay_out
from monitor.alerts.sparklines import HEIGHT, WIDTH
from monitor.letters import Letter
from tests.alerts.builder import LINKS, ZHANG, a_digest, a_mixed_week, a_red, some_known
from tests.dashboard.builder import a_milestone, a_region, some_terms

HOSTILE = "<script>alert(1)</script>\r\nBcc: x@example.invalid\u202e=1+1"


def rendered(digest: Digest) -> Rendered:
    return lay_out(digest).for_person(ZHANG, LINKS)


def visible(html: str) -> str:
    """What a reader with images blocked sees, without blanks."""
    body = html.split("<body", 1)[1]
    alts = "".join(re.findall(r'alt="([^"]*)"', body))
    return re.sub(r"\s+", "", markup.unescape(re.sub(r"<[^>]+>", " ", body) + alts))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_and_word_of_the_text_is_in_the_html(language: str) -> None:
    found = rendered(a_digest(a_mixed_week(simulated=True), language))
    seen = visible(found.html) + found.html.replace("&amp;", "&")
    for line in found.text.splitlines():
        for word in re.split(
            r"[\s()（）]+", line.lstrip("0123456789. ") if re.match(r"\d+\. ", line) else line
        ):
            assert word in seen or re.fullmatch(r"[-=]+", word), word


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_number_of_the_html_is_in_the_text(language: str) -> None:
    found = rendered(a_digest(a_mixed_week(), language))
    numbers = re.findall(r"[−+]?\d[\d.,]*%?", visible(found.html))
    text = re.sub(r"\s+", "", found.text)
    assert numbers
    assert [number for number in numbers if number.rstrip(".,") not in text] == []


def test_lines_of_the_text_fit_but_for_addresses() -> None:
    text = rendered(a_digest(a_mixed_week())).text
    long = [line for line in text.splitlines() if width(line) > COLUMNS and "https://" not in line]
    assert long == []


def test_numbers_end_in_one_column() -> None:
    lines = rendered(a_digest(a_mixed_week())).text.splitlines()
    facts = [line for line in lines if re.match(r" +(现值|目标|差距) ", line)]
    ends = {width(re.match(r"(.*?\d\.\d+)", line)[1]) for line in facts[:3]}  # type: ignore[index]
    assert len(facts) >= 3
    assert len(ends) == 1


def test_a_line_never_begins_with_closing_punctuation() -> None:
    lines = list(wrapped("高" * 36 + "，" + "新" * 40 + "。"))
    assert [line[0] for line in lines] == ["高", "高", "新"]
    assert all(width(line) <= COLUMNS for line in lines)


def test_overlong_words_are_cut_and_nothing_is_lost() -> None:
    word = "x" * 200
    lines = list(wrapped(word, indent="   "))
    assert "".join(line.strip() for line in lines) == word
    assert all(width(line) <= COLUMNS for line in lines)


def test_each_block_has_one_link_and_one_picture_with_its_words() -> None:
    found = rendered(a_digest(a_mixed_week()))
    for code in ("r1", "y1"):
        address = LINKS.acknowledge("zhang_wei", code, "2026-W47")
        assert found.html.count(address) == found.text.count(address) == 1
    assert re.findall(r'src="cid:([^"]+)"', found.html) == [picture.cid for picture in found.pictures]
    assert "研发经费投入强度走势：2011 1.40% 至 2023 2.26%，目标 2.50%" in found.html


def test_pictures_are_png_at_double_density() -> None:
    for picture in rendered(a_digest(a_mixed_week())).pictures:
        assert picture.content.startswith(b"\x89PNG")
        size = (int.from_bytes(picture.content[16:20]), int.from_bytes(picture.content[20:24]))
        assert size == (2 * WIDTH, 2 * HEIGHT)


def test_hostile_names_stay_text() -> None:
    region = a_region(HOSTILE, "510000")
    milestone = replace(a_milestone(), title_zh=HOSTILE)
    digest = a_digest(some_known(a_red(region=region), milestone))
    person = replace(ZHANG, name=HOSTILE)
    found = lay_out(digest).for_person(person, LINKS)
    assert "<script>" not in found.html
    assert "&lt;script&gt;" in found.html
    assert len(found.subject.splitlines()) == 1
    for text in (found.subject, found.text, found.html):
        assert "\u202e" not in text
        assert "\r" not in text
    assert not any(line.startswith("Bcc:") for line in found.text.splitlines())


def test_a_name_cannot_pretend_to_be_an_address() -> None:
    """The marks that addresses replace are control characters, which no name keeps."""
    region = a_region("\x02unsubscribe:\x03", "510000")
    found = rendered(a_digest(some_known(a_red(region=region))))
    assert found.html.count(LINKS.unsubscribe("zhang_wei")) == 1


def test_unsubscribing_takes_one_click() -> None:
    headers = rendered(a_digest(a_mixed_week())).headers
    assert headers == {
        "List-Unsubscribe": f"<{LINKS.unsubscribe('zhang_wei')}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def test_the_html_is_safe_for_mail_programs() -> None:
    html = rendered(a_digest(a_mixed_week())).html
    assert not re.search(r"<(style|script|link|svg)\b|class=|https?://(?!example\.invalid)|float:|flex", html)
    assert html.index("display:none") < html.index("<table")


def test_a_preview_opens_in_browser_and_mail_program(tmp_path: Path) -> None:
    found = rendered(a_digest(a_mixed_week()))
    letter = Letter("from@example.org", "to@example.org", b"as it is sent", utf8=False)
    written = write_preview(tmp_path / "out", "digest", found, letter)
    assert sorted(path.suffix for path in written) == [".eml", ".html", ".png", ".png", ".txt"]
    assert "cid:" not in (tmp_path / "out" / "digest.html").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "digest.eml").read_bytes() == letter.content
    unaddressed = write_preview(tmp_path / "none", "digest", found, None)
    assert sorted(path.suffix for path in unaddressed) == [".html", ".png", ".png", ".txt"]


def test_a_target_without_figures_has_no_empty_cells_of_numbers() -> None:
    bare = a_red(terms=some_terms(value=None), recent=())
    bare = replace(bare, assessment=replace(bare.assessment, figures={})) if bare.assessment else bare
    found = rendered(a_digest(some_known(bare)))
    assert "现值" not in found.text
    assert found.pictures == ()
