"""E-mails: complete, the same every time, and no header that anybody could smuggle in."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from monitor.config.mail import SenderEntry
from monitor.core.outbox import MessageState, OutboxMessage
from monitor.delivery import UnsendableError, write_letter
from tests.delivery.builders import PNG, message
from tests.monitor.builders import MORNING

SENDER = SenderEntry(name="指标监测，周报", address="monitor@example.org", reply_to="office@example.org")


def queued(**changes: Any) -> OutboxMessage:
    return OutboxMessage(
        id=1,
        message=message(**changes),
        message_id="<abc@example.org>",
        state=MessageState.SENDING,
        queued_at=MORNING,
        first_due_at=MORNING,
        next_attempt_at=MORNING,
        attempts=0,
        claims=1,
        claimed_by="w",
        claimed_at=MORNING,
        handing_over_at=None,
        last_error="",
        ended_at=None,
        settled_by=None,
        settled_reason=None,
    )


def parsed(**changes: Any) -> EmailMessage:
    read = message_from_bytes(write_letter(queued(**changes), SENDER).content, policy=policy.default)
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
    assert letter.get_body(("html",)).get_content().strip() == message().html


def test_the_same_message_gives_the_same_bytes_which_are_ascii_in_short_lines() -> None:
    content = write_letter(queued(), SENDER).content
    assert content == write_letter(queued(), SENDER).content
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_a_long_address_to_leave_stays_one_address() -> None:
    content = write_letter(queued(), SENDER).content
    assert message().headers["List-Unsubscribe"].encode() in content


def test_without_html_it_is_plain_text() -> None:
    assert parsed(html="", pictures=()).get_content_type() == "text/plain"


def test_a_domain_in_chinese_travels_in_ascii() -> None:
    letter = write_letter(queued(address="zhang@指标.example"), SENDER)
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
        write_letter(queued(**changes), SENDER)


def test_a_picture_name_cannot_break_out_either() -> None:
    broken = tuple(replace(picture, cid="x>\r\nBcc: y") for picture in message().pictures)
    with pytest.raises(UnsendableError):
        write_letter(queued(pictures=broken), SENDER)


def test_the_moment_of_queueing_is_the_date_whatever_the_zone() -> None:
    late = replace(queued(), queued_at=MORNING.astimezone(dt.timezone(dt.timedelta(hours=8))))
    read = message_from_bytes(write_letter(late, SENDER).content, policy=policy.default)
    assert read["Date"].datetime == MORNING
