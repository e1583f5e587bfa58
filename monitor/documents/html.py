"""A web page as text: blocks become lines, cells of a table stand between tabs, scripts go."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    """
    p div section article header footer main li ul ol dl dt dd h1 h2 h3 h4 h5 h6 table tbody thead tr
    caption br hr title blockquote pre form
    """.split()  # noqa: SIM905 - a list of words
)
_SILENT = frozenset(
    ["script", "style", "noscript", "template", "svg", "iframe", "object", "head", "select", "button"]
)
_TEXT_ONLY = frozenset(["script", "style"])
"""Their content is no markup, so nothing inside can end them."""

_VOID = frozenset(["br", "hr", "img", "input", "meta", "link"])


class _PageText(HTMLParser):
    def __init__(self, unclosed: frozenset[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent: list[str] = []
        self._unclosed = unclosed
        self._cells = 0
        self._in_row = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the parser calls it so
        self._leave_unclosed(tag)
        if tag in _SILENT and tag not in _VOID:
            self._silent.append(tag)
        elif tag == "tr":
            self._break()
            self._in_row, self._cells = True, 0
        elif tag in {"td", "th"}:
            if self._cells and self._in_row:
                self.parts.append("\t")
            self._cells += 1
        elif tag in _BLOCKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass
        elif tag == "tr":
            self._in_row = False
            self._break()
        elif tag in _BLOCKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(re.sub(r"[\r\n\t]+", " " if self._in_row else "", data))

    def _leave_unclosed(self, tag: str) -> None:
        """A body or a block ends what its author forgot to close; the title belongs to the head."""
        if tag == "body" or (tag in _BLOCKS and tag != "title"):
            while self._silent and self._silent[-1] in self._unclosed:
                self._silent.pop()

    def _break(self) -> None:
        """A new line; inside a row of a table the blocks of a cell stay on its line."""
        if not self._in_row and self.parts and self.parts[-1] != "\n":
            self.parts.append("\n")


def _unclosed(page: str) -> frozenset[str]:
    """Silent tags that are opened more often than closed; a head ends at the body anyway."""
    lower = page.lower()
    missing = {
        tag
        for tag in _SILENT - _TEXT_ONLY
        if len(re.findall(rf"<{tag}\b", lower)) > len(re.findall(rf"</{tag}\b", lower))
    }
    return frozenset(missing | {"head"})


def html_text(page: str) -> str:
    """The text of a web page.

    Parameters
    ----------
    page : str
        Its source; broken markup is read as far as it goes.

    Examples
    --------
    >>> html_text("<p>新增 &lt;10&gt; 家</p><script>1</script><table><tr><td>a</td><td>b</td></tr></table>")
    '新增 <10> 家\\na\\tb\\n'
    """
    parser = _PageText(_unclosed(page))
    parser.feed(page)
    parser.close()
    return "".join(parser.parts)
