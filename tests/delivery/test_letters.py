"""E-mails: complete, the same every time, and no header that anybody could smuggle in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from monitor.config.mail import SenderEntry
from monitor.core.outbox import NewMessage
from monitor.letters import Letter, UnsendableError, message_id_of, write_letter
from tests.delivery.builders import PNG, message
from tests.monitor.builders import MORNING

SENDER = SenderEntry(name="指标监测，周报", address="monitor@example.org", reply_to="office@example.org")


def written(said: NewMessage | None = None, *, queued_at: dt.datetime = MORNING) -> Letter:
    return write_letter(said or message(), queued_at=queued_at, message_id="<abc@example.org>", sender=SENDER)


def parsed(**changes: Any) -> EmailMessage:
    read = message_from_bytes(written(message(**changes)).content, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def test_a_letter_holds_everything() -> None:
    letter = parsed()
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    picture = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    assert (picture["Content-ID"], picture.get_content()) == ("<trend>", PNG)
    assert picture.get_content_disposition() == "inline"
    assert letter["From"].addresses[0].display_name == SENDER.name
    assert (letter["To"], letter["Reply-To"]) == ("zhang_wei@example.org", "office@example.org")
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime == MORNING
    assert letter["Content-Language"] == "zh-CN"
    assert letter.get_body(("html",)).get_content().strip() == message().html


def test_the_same_message_gives_the_same_bytes_which_are_ascii_in_short_lines() -> None:
    content = written().content
    assert content == written().content
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_long_address_to_leave_stays_one_address() -> None:
    content = written().content
    assert message().headers["List-Unsubscribe"].encode() in content


def test_without_html_it_is_plain_text() -> None:
    assert parsed(html="", pictures=()).get_content_type() == "text/plain"


def test_a_domain_in_chinese_travels_in_ascii() -> None:
    letter = written(message(address="zhang@指标.example"))
    assert letter.address.removeprefix("zhang@").encode().decode("idna") == "指标.example"
    assert (letter.address.isascii(), letter.utf8) == (True, False)


INJECTIONS: list[dict[str, Any]] = [
    {"subject": "Hello\r\nBcc: all@example.org"},
    {"subject": "Hello\nthere"},
    {"subject": "bell\x07"},
    {"headers": {"X-Note": "a\r\nBcc: all@example.org"}},
    {"headers": {"X-Note\r\nBcc": "a"}},
    {"headers": {"Bcc": "all@example.org"}},
    {"headers": {"Subject": "another"}},
    {"headers": {"Content-Type": "text/evil"}},
    {"headers": {"List-Unsubscribe": "<https://例.example>"}},
    {"address": "a@example.org\r\nBcc: b@example.org"},
    {"address": "a@example.org,b@example.org"},
    {"address": "a@b@example.org"},
    {"address": "<a@example.org>"},
    {"text": "half a character: \ud800"},
    {"address": "nobody"},
    {"address": "a@"},
    {"address": ""},
]


@pytest.mark.parametrize("changes", INJECTIONS, ids=[str(number) for number in range(len(INJECTIONS))])
def test_nothing_breaks_out_of_its_line(changes: dict[str, Any]) -> None:
    with pytest.raises(UnsendableError):
        written(message(**changes))


def test_a_picture_name_cannot_break_out_either() -> None:
    broken = tuple(replace(picture, cid="x>\r\nBcc: y") for picture in message().pictures)
    with pytest.raises(UnsendableError):
        written(message(pictures=broken))


def test_the_moment_of_queueing_is_the_date_whatever_the_zone() -> None:
    late = MORNING.astimezone(dt.timezone(dt.timedelta(hours=8)))
    read = message_from_bytes(written(queued_at=late).content, policy=policy.default)
    assert read["Date"].datetime == MORNING


def test_without_a_name_it_is_given_the_one_it_will_have_with_its_first_claim() -> None:
    said = message()
    unnamed = write_letter(said, queued_at=MORNING, message_id=None, sender=SENDER)
    named = message_id_of(said.key, MORNING, domain="example.org")
    assert unnamed == write_letter(said, queued_at=MORNING, message_id=named, sender=SENDER)
