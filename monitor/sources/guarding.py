"""Connections to the outside: only to public addresses, checked as they are made, and within a time."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore
import httpx

from monitor.core.errors import SourceError

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Deadline:
    """What is left of the time a source may take in all.

    Parameters
    ----------
    seconds : float
        From now on.
    elapsed : callable
        A clock that only runs forward. [seconds]
    """

    def __init__(self, seconds: float, *, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._elapsed = elapsed
        self._end = elapsed() + seconds

    def left(self) -> float:
        """Seconds left, never negative."""
        return max(self._end - self._elapsed(), 0.0)

    def within(self, timeout: float | None) -> float:
        """A timeout that ends with the deadline.

        Raises
        ------
        httpcore.ReadTimeout
            If nothing is left.
        """
        left = self.left()
        if left <= 0:
            raise httpcore.ReadTimeout("the total time is used up")
        return left if timeout is None else min(timeout, left)


class GuardedTransport(httpx.HTTPTransport):
    """HTTP that connects to the very address it has checked, so that a name cannot change in between.

    No proxy is used: it would resolve names itself.

    Parameters
    ----------
    source : str
        Code of the source, for messages.
    allow_private : bool
        Whether addresses that are not public are allowed.
    deadline : Deadline
        Ends every wait.
    """

    def __init__(self, source: str, *, allow_private: bool, deadline: Deadline) -> None:
        context = ssl.create_default_context()
        super().__init__(verify=context, trust_env=False)
        # httpx has no parameter for the network backend of its pool; httpcore, which it stands on, does.
        self._pool = httpcore.ConnectionPool(
            ssl_context=context,
            network_backend=_GuardedBackend(source, allow_private=allow_private, deadline=deadline),
        )


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self, source: str, *, allow_private: bool, deadline: Deadline) -> None:
        self._source = source
        self._allow_private = allow_private
        self._deadline = deadline
        self._network = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, and connect to what was checked."""
        address = self._checked_address(host, port)
        stream = self._network.connect_tcp(
            address, port, self._deadline.within(timeout), local_address, socket_options
        )
        return _TimedStream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        """Wait between two attempts to connect."""
        self._network.sleep(seconds)

    def _checked_address(self, host: str, port: int) -> str:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise httpcore.ConnectError(f"the name {host} is not known") from error
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if self._allow_private or is_public(address):
                return address
        raise SourceError(
            self._source,
            f"{host} leads to {addresses[0]}, which is not a public address.",
            "Correct the address, or set allow_private: true if the source is inside the house.",
        )


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends with the deadline, so that a dripping server cannot hold it."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes as they come."""
        return self._stream.read(max_bytes, self._deadline.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, self._deadline.within(timeout))

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The same connection, encrypted; the certificate must be that of the name, not of the address."""
        inner = self._stream.start_tls(ssl_context, server_hostname, self._deadline.within(timeout))
        return _TimedStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What the connection tells about itself."""
        return self._stream.get_extra_info(info)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public Internet; an IPv4 address inside an IPv6 one counts.

    Examples
    --------
    >>> is_public("93.184.216.34"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    found: _Address = ipaddress.ip_address(address.partition("%")[0])
    return all(each.is_global and not each.is_multicast for each in _meant(found))


def _meant(address: _Address) -> list[_Address]:
    """The address, and the IPv4 address it carries."""
    if isinstance(address, ipaddress.IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    carried = [address.sixtofour, *(address.teredo or ())]
    if address in _NAT64:
        carried.append(ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF))
        return [each for each in carried if each is not None]
    return [address, *(each for each in carried if each is not None)]
