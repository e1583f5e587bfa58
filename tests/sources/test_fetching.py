"""One document from the web: what is retried, what is refused, and what is bounded."""

from __future__ import annotations

import datetime as dt
import gzip
import socket
import ssl
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import trustme

from monitor.config.figure_sources import AddressEntry
from monitor.core.errors import SourceError
from monitor.core.sources import Validators
from monitor.sources.fetching import Fetched, Fetcher
from monitor.sources.guarding import is_public
from tests.sources.servers import Answer, Server, running_server

NOW = dt.datetime(2026, 3, 20, 1, 0, tzinfo=dt.UTC)
REAL_NAMES = socket.getaddrinfo
JSON = {"Content-Type": "application/json; charset=utf-8"}


class Pauses(list[float]):
    """Remembers how long it was asked to wait, and does not wait."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def entry(url: str, **options: Any) -> AddressEntry:
    inside = {"allow_http": True, "allow_private": True}
    return AddressEntry.model_validate({"url": url, **inside, **options})


def fetch(
    server: Server | str,
    *,
    validators: Validators | None = None,
    token: str | None = None,
    pauses: Pauses | None = None,
    **options: Any,
) -> Fetched | None:
    url = server if isinstance(server, str) else f"{server.url}/figures"
    waited = Pauses() if pauses is None else pauses
    fetcher = Fetcher("office", entry(url, **options), token=token, now=NOW, pause=waited)
    return fetcher.fetch(validators)


def content(server: Server | str, **options: Any) -> bytes:
    found = fetch(server, **options)
    assert found is not None
    return found.content


def test_what_has_not_changed_is_not_sent_again() -> None:
    stamps = {"ETag": '"a1"', "Last-Modified": "Thu, 05 Mar 2026 00:00:00 GMT"}
    with running_server(Answer(b"[]", headers=JSON | stamps), Answer(status=304)) as server:
        first = fetch(server)
        assert first is not None
        assert (first.content, first.content_type) == (b"[]", "application/json")
        assert fetch(server, validators=first.validators) is None
    headers = server.asked[1][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == tuple(stamps.values())


def test_stamps_of_another_address_are_not_sent() -> None:
    with running_server(Answer(b"[]")) as server:
        fetch(server, validators=Validators("https://elsewhere.example/figures", '"a1"', None))
    assert "If-None-Match" not in server.asked[0][1]


def test_a_busy_server_is_asked_again_when_it_says() -> None:
    pauses = Pauses()
    later = "Fri, 20 Mar 2026 01:00:09 GMT"
    answers = (
        Answer(status=429, headers={"Retry-After": "7"}),
        Answer(status=503, headers={"Retry-After": later}),
        Answer(status=502),
        Answer(b"ok"),
    )
    with running_server(*answers) as server:
        assert content(server, pauses=pauses) == b"ok"
    assert pauses == [7.0, 9.0, 4.0]


def test_a_server_that_stays_busy_is_given_up() -> None:
    pauses = Pauses()
    with (
        running_server(Answer(status=500)) as server,
        pytest.raises(SourceError, match=r"office: The server answered 500 \(asked 4 times\)"),
    ):
        fetch(server, pauses=pauses)
    assert pauses == [1.0, 2.0, 4.0]


def test_a_wait_longer_than_the_time_left_is_not_waited() -> None:
    pauses = Pauses()
    busy = Answer(status=429, headers={"Retry-After": "3600"})
    with running_server(busy) as server, pytest.raises(SourceError, match=r"429 \(asked once\)"):
        fetch(server, pauses=pauses)
    assert pauses == []


@pytest.mark.parametrize(("status", "told"), [(404, "answered 404"), (401, "Check the token"), (410, "410")])
def test_what_will_not_pass_is_not_retried(status: int, told: str) -> None:
    with running_server(Answer(status=status)) as server, pytest.raises(SourceError, match=told):
        fetch(server)
    assert len(server.asked) == 1


def test_a_closed_port_is_told_in_one_sentence() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SourceError, match=r"cannot be reached .* \(asked 4 times\)"):
        fetch(f"http://127.0.0.1:{port}/")


def _hangs(server: Server) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: server.ended.wait(20) and None


def _drips(server: Server) -> Callable[[BaseHTTPRequestHandler], None]:
    """Sends a byte of an endless header at a time, each well within the read timeout."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not server.ended.wait(0.05):
            handler.wfile.write(b"a")

    return drip


@pytest.mark.parametrize("behaviour", [_hangs, _drips])
def test_a_server_cannot_hold_a_run_longer_than_its_time(
    behaviour: Callable[[Server], Callable[[BaseHTTPRequestHandler], None]],
) -> None:
    with running_server(Answer()) as server:
        server.answers = [behaviour(server)]
        started = time.monotonic()
        with pytest.raises(SourceError, match="did not answer in time"):
            fetch(server, total_seconds=1, read_seconds=30)
    assert time.monotonic() - started < 5


def test_an_answer_larger_than_allowed_is_cut_off() -> None:
    def endless(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n")
        while True:
            handler.wfile.write(b"x" * 10_000)

    with running_server(endless) as server, pytest.raises(SourceError, match="larger than 100,000 bytes"):
        fetch(server, max_bytes=100_000)


def test_a_packed_answer_is_bounded_as_it_unpacks() -> None:
    packed = gzip.compress(b"0" * 30_000_000)
    assert len(packed) < 50_000
    bomb = Answer(packed, headers={"Content-Encoding": "gzip"})
    with running_server(bomb) as server, pytest.raises(SourceError, match="larger than 1,000,000 bytes"):
        fetch(server, max_bytes=1_000_000)


def test_a_packed_answer_is_unpacked() -> None:
    answer = Answer(gzip.compress(b"figures"), headers={"Content-Encoding": "gzip"})
    with running_server(answer) as server:
        assert content(server) == b"figures"


def test_a_packed_answer_that_breaks_off_is_asked_again() -> None:
    whole = gzip.compress(b"figures" * 100)
    packed = {"Content-Encoding": "gzip"}
    with running_server(Answer(whole[:-12], headers=packed), Answer(whole, headers=packed)) as server:
        assert content(server) == b"figures" * 100


def _leads_to(place: str) -> Answer:
    return Answer(status=302, headers={"Location": place})


def test_a_redirect_is_refused_unless_it_is_allowed() -> None:
    with running_server(_leads_to("/new"), Answer(b"moved")) as server:
        with pytest.raises(SourceError, match=r"redirected to http://127\.0\.0\.1"):
            fetch(server)
        server.answers = [_leads_to("/new"), Answer(b"moved")]
        assert content(server, follow_redirects=True) == b"moved"


def test_redirects_end_after_three() -> None:
    with running_server(_leads_to("/again")) as server, pytest.raises(SourceError, match="more than 3 times"):
        fetch(server, follow_redirects=True)
    assert len(server.asked) == 4


@pytest.mark.parametrize("place", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/"])
def test_a_redirect_to_another_kind_of_address_is_refused(place: str) -> None:
    with running_server(_leads_to(place)) as server, pytest.raises(SourceError, match="not https"):
        fetch(server, follow_redirects=True)


def test_the_token_goes_to_its_own_host_only() -> None:
    with running_server(Answer(b"there")) as other, running_server(_leads_to(f"{other.url}/x")) as server:
        fetch(server, token="t0ken", follow_redirects=True)
    assert server.asked[0][1]["Authorization"] == "Bearer t0ken"
    assert "Authorization" not in other.asked[0][1]


def test_a_token_may_stand_under_another_header() -> None:
    with running_server(Answer(b"x")) as server:
        fetch(server, token="t0ken", token_header="X-Api-Key")
    assert server.asked[0][1]["X-Api-Key"] == "t0ken"


@pytest.mark.parametrize("token", ["two\nlines", "口令"])
def test_a_token_that_cannot_be_sent_is_not_told(token: str) -> None:
    with running_server(Answer(b"x")) as server, pytest.raises(SourceError, match="cannot be sent") as caught:
        fetch(server, token=token)
    assert token not in str(caught.value)
    assert not server.asked


def test_an_address_that_is_none_is_one_sentence() -> None:
    with pytest.raises(SourceError, match="is no address"):
        fetch("https://example.org/\x01")


def test_a_stamp_that_cannot_be_sent_is_left_out() -> None:
    with running_server(Answer(b"x")) as server:
        fetch(server, validators=Validators(f"{server.url}/figures", '"é"', None))
    assert "If-None-Match" not in server.asked[0][1]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "169.254.169.254", "[::1]", "[::ffff:10.0.0.1]"])
def test_addresses_that_are_not_public_are_refused(host: str) -> None:
    with pytest.raises(SourceError, match="not a public address"):
        fetch(f"http://{host}:9/", allow_private=False)


@pytest.mark.parametrize(
    "address",
    ["10.1.2.3", "192.168.0.1", "172.16.0.1", "100.100.100.200", "0.0.0.0", "224.0.0.1", "fe80::1%eth0",
     "fd00::1", "64:ff9b::7f00:1", "2002:7f00:1::", "::"],
)  # fmt: skip
def test_no_such_address_is_public(address: str) -> None:
    assert not is_public(address)


def test_public_addresses_are_public() -> None:
    assert all(map(is_public, ("1.1.1.1", "2606:4700::1111", "64:ff9b::101:101")))


def _resolves_to(*answers: str) -> Callable[..., list[Any]]:
    """A name service that gives the next answer for each name asked, the last one again and again."""
    left = list(answers)

    def resolve(host: str, port: int, *others: Any, **options: Any) -> list[Any]:
        if not host.endswith(".example"):
            return REAL_NAMES(host, port, *others, **options)
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return resolve


def test_the_checked_address_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads elsewhere when asked again cannot slip in between check and connection."""
    with running_server(Answer(b"inside")) as server:
        monkeypatch.setattr("monitor.sources.guarding.socket.getaddrinfo", _resolves_to("127.0.0.1"))
        assert content(f"http://figures.example:{server.port}/") == b"inside"
        assert server.asked[0][1]["Host"] == f"figures.example:{server.port}"
        rebinding = _resolves_to("10.255.255.1", "127.0.0.1")
        monkeypatch.setattr("monitor.sources.guarding.socket.getaddrinfo", rebinding)
        with pytest.raises(SourceError, match=r"leads to 10\.255\.255\.1"):
            fetch(f"http://figures.example:{server.port}/", allow_private=False)
    assert len(server.asked) == 1


def test_the_certificate_must_be_that_of_the_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("figures.example").configure_cert(context)
    monkeypatch.setattr("monitor.sources.guarding.socket.getaddrinfo", _resolves_to("127.0.0.1"))
    with running_server(Answer(b"sealed"), tls=context) as server:
        address = f"https://figures.example:{server.port}/"
        with pytest.raises(SourceError, match="certificate of the server is not valid"):
            fetch(address)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
        assert content(address) == b"sealed"
        with pytest.raises(SourceError, match="certificate of the server is not valid"):
            fetch(f"https://other.example:{server.port}/")
