"""Made-up weekly messages with two pictures each; nothing in them is a real figure or person."""

from __future__ import annotations

import random
import struct
import zlib

from monitor.core.outbox import MessageKind, NewMessage, Picture


def weekly_messages(*, week: int, recipients: int, picture_bytes: int = 12_000) -> list[NewMessage]:
    """One simulated digest for each recipient.

    Parameters
    ----------
    week : int
        Number of the week, 1 to 52.
    recipients : int
        How many people.
    picture_bytes : int
        Rough size of each picture.
    """
    pictures = tuple(Picture(f"picture{number}", _noise(number, picture_bytes)) for number in (1, 2))
    rows = "".join(f"<tr><td>模拟目标 {number}</td><td>{number} %</td></tr>" for number in range(40))
    html = f"<p>模拟数据</p><table>{rows}</table><img src='cid:picture1'><img src='cid:picture2'>"
    text = "模拟数据\n" + "\n".join(f"模拟目标 {number}：{number} %" for number in range(40))
    period = f"2026-W{week:02d}"
    return [
        NewMessage(
            key=f"digest/{period}/person_{number}/email",
            kind=MessageKind.DIGEST,
            period=period,
            recipient=f"person_{number}",
            channel="email",
            address=f"person_{number}@example.org",
            language="zh",
            subject=f"【模拟数据】第 {week} 周：2 项预警，1 项转绿",
            html=html,
            text=text,
            pictures=pictures,
            headers={"List-Unsubscribe": f"<https://example.org/leave?person={number}>"},
        )
        for number in range(recipients)
    ]


def _noise(seed: int, size: int) -> bytes:
    """A grey PNG of noise, which does not compress: as big as a real chart."""
    width, height = 120, max(1, size // 120)
    generator = random.Random(seed)
    rows = b"".join(b"\0" + generator.randbytes(width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
