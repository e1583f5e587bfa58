"""Addresses beside the screens. A GET changes nothing; a POST carries the signed token again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.web.answering import Form, answer_page, unsubscribe_page
from monitor.web.page import Page

LARGEST_FORM = 20_000
"""Bytes; a measure has at most two thousand characters."""

_OWN_PAGES = ("/acknowledge", "/unsubscribe")

_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
}

Handler = Callable[[str, Form | None], Page]


def routes() -> list[Route]:
    """Every address that is not a screen."""
    return [
        Route("/acknowledge", _confirmed(answer_page), methods=["GET", "POST"]),
        Route("/unsubscribe", _confirmed(unsubscribe_page), methods=["GET", "POST"]),
        Route("/healthz", _healthz),
        Route("/overview", _overview),
    ]


async def _healthz(request: Request) -> JSONResponse:  # noqa: ARG001
    """Whether the process answers; `zhibiao doctor` looks further."""
    return JSONResponse({"ok": True})


async def _overview(request: Request) -> RedirectResponse:
    """The first page by its name: it lives at the root, and only there."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./")


def _confirmed(handler: Handler) -> Callable[[Request], Any]:
    """An endpoint that shows a page, or acts on the form sent from it."""

    async def endpoint(request: Request) -> Response:
        form: Form | None = None
        if request.method == "POST":
            form = await _form(request)
            if form is None:
                return HTMLResponse("The form is too large.", status_code=413, headers=_HEADERS)
        token = request.query_params.get("token") or (form or {}).get("token", "")
        page = await run_in_threadpool(handler, token, form)
        return HTMLResponse(page.html, status_code=page.status, headers=_HEADERS)

    return endpoint


async def _form(request: Request) -> Form | None:
    """Fields of a form; None if it is larger than ours can be."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            return None
    fields: Mapping[str, list[str]] = parse_qs(body.decode("utf-8", errors="replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}


class SecurityHeaders:
    """Middleware: nothing is guessed from content, framed, or sent on to other hosts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to every answer over HTTP."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(message, own_page=scope["path"] in _OWN_PAGES)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


def _add_headers(message: MutableMapping[str, Any], *, own_page: bool) -> None:
    headers = message.setdefault("headers", [])
    headers.append((b"x-content-type-options", b"nosniff"))
    if not own_page:
        headers.append((b"content-security-policy", _SCREENS.encode()))
        headers.append((b"referrer-policy", b"same-origin"))


_SCREENS = (
    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "connect-src 'self' ws: wss: data: blob:; worker-src 'self' blob:; frame-ancestors 'self'"
)
"""What the screens need, and no other host."""
