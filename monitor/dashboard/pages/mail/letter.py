"""A message as its reader sees it: inert HTML beside the text part."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence

import streamlit as st

from monitor.core.outbox import Picture
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text
from monitor.words.view import View

_LINK = re.compile(r'\s(?:href|action)="[^"]*"')
_HEAD = re.compile(r"<head[^>]*>", re.IGNORECASE)
_RULES = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""What the frame may load: nothing but the pictures inside the message, whatever the message says."""


def inert(html: str, pictures: Sequence[Picture]) -> str:
    """The HTML of a message with its pictures inside and its links taken out.

    Parameters
    ----------
    html : str
        As it is sent; pictures as `cid:NAME`.
    pictures : sequence of Picture
        Those it refers to.
    """
    for picture in pictures:
        data = base64.b64encode(picture.content).decode("ascii")
        html = html.replace(f'"cid:{picture.cid}"', f'"data:image/png;base64,{data}"')
    rules = f'<meta http-equiv="Content-Security-Policy" content="{_RULES}">'
    bare = _LINK.sub("", html)
    # After the head begins: anything before the document type would change how tables are laid out.
    return _HEAD.sub(lambda found: found[0] + rules, bare, count=1) if _HEAD.search(bare) else rules + bare


def show_letter(html: str, plain: str, pictures: Sequence[Picture], view: View, *, note: str) -> None:
    """Both parts side by side.

    The HTML stands in a frame without scripts, forms, links or an origin: a message is what others wrote.
    """
    if html:
        framed = (
            f'<iframe class="letter" sandbox title="{text(view.label("mail_html"))}" '
            f'srcdoc="{text(inert(html, pictures))}"></iframe>'
        )
    else:
        framed = f'<p class="note">{text(view.label("mail_no_html"))}</p>'
    left, right = st.columns([1, 1], gap="small")
    said = f"{note} · {view.label('mail_inert')}"
    with left:
        sheet(f"{_head('mail_html', said, view)}{framed}", key="mail_html", language=view.language)
    with right:
        body = f'{_head("mail_text", note, view)}<pre class="plain">{text(plain)}</pre>'
        sheet(body, key="mail_text", language=view.language)


def _head(name: str, note: str, view: View) -> str:
    return f"<h4>{text(view.label(name))}<span class='m'>{text(note)}</span></h4>"
