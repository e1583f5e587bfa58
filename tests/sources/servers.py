"""A web server on this machine that answers what a test tells it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One answer."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Reply = Answer | Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """Answers in order, the last one again and again; remembers what it was asked."""

    url: str = ""
    answers: list[Reply] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def running_server(*answers: Reply, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server on a free port of 127.0.0.1."""
    server = Server(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append((self.path, dict(self.headers)))
            reply = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
            with suppress(ConnectionError):
                _send(self, reply) if isinstance(reply, Answer) else reply(self)

        def log_message(self, *_arguments: object) -> None:
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_arguments: object) -> None:
            pass  # a client that hangs up is part of the tests

    listening = Quiet(("127.0.0.1", 0), Handler)
    if tls is not None:
        listening.socket = tls.wrap_socket(listening.socket, server_side=True)
    server.url = f"{'https' if tls else 'http'}://127.0.0.1:{listening.server_address[1]}"
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        listening.shutdown()
        thread.join()
        listening.server_close()


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    handler.send_response(answer.status)
    for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(answer.body)
