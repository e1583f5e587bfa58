"""Runs a page on fake records and reads back what it shows."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable

from streamlit.testing.v1 import AppTest


def run_page(script: Callable[..., None], **arguments: object) -> AppTest:
    """Run a script function; a page that raises fails the test."""
    app = AppTest.from_function(script, kwargs=dict(arguments), default_timeout=30)
    app.run()
    assert not app.exception, [entry.value for entry in app.exception]
    return app


def markup(app: AppTest) -> str:
    """The markup of all sheets of a page and of an open dialog.

    Sheets are elements unknown to AppTest, whose message holds their data as JSON.
    """
    texts = [getattr(getattr(element, "proto", None), "json", "") for element in app.get("bidi_component")]
    sheets = [text for text in texts if isinstance(text, str) and text.startswith('{"html"')]
    return "\n".join(json.loads(text)["html"] for text in sheets)


def readable(app: AppTest) -> str:
    """The text of all sheets, without markup."""
    flat = re.sub(r"</?b>", "", markup(app))
    return re.sub(r" +", " ", html.unescape(re.sub(r"<[^>]+>", " ", flat)))
