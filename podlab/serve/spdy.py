"""SPDY/3.1 frames, as far as Kubernetes' port forwarding uses them: streams with headers, data, and their end.

Models the frame layout of the SPDY/3 draft. No well-kept Python library speaks it: HTTP/2 took its place.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

SYN_STREAM, SYN_REPLY, RST_STREAM, PING, GOAWAY = 1, 2, 3, 6, 7
FIN = 0x01
_CONTROL, _VERSION = 0x8000, 3
_HEAD = struct.Struct(">HHBBH")  # of a control frame: bit and version, type, flags, length in 8 + 16 bits
LARGEST = 1 << 22
"""Bytes in a frame; more is nonsense."""

_NAMES = (
    "options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow "
    "authorization cache-control connection content-base content-encoding content-language content-length "
    "content-location content-md5 content-range content-type date etag expect expires from host if-match "
    "if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma "
    "proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade "
    "user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie "
    "keep-alive origin"
)
_TAIL = (
    "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505"
    "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized"
    "403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable"
    "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT"
    "chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,"
    "text/javascript,publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0."
)


def _dictionary() -> bytes:
    """The words that every compressed header block begins with, as the draft gives them."""
    words = [word.replace("_", " ").encode() for word in _NAMES.split()]
    return b"".join(struct.pack(">I", len(word)) + word for word in words) + _TAIL.encode()


DICTIONARY = _dictionary()


class SpdyError(ValueError):
    """Bytes that are no SPDY/3.1."""


@dataclass(frozen=True)
class Frame:
    """One frame: of which stream, of which type (0 is data), whether it is the stream's last, and what it holds."""

    stream: int
    kind: int = 0
    last: bool = False
    data: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Takes bytes apart into frames."""

    def __init__(self) -> None:
        self._held = b""
        self._headers = zlib.decompressobj(zdict=DICTIONARY)

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole now. Raises SpdyError."""
        self._held += data
        while len(self._held) >= 8:
            length = int.from_bytes(self._held[5:8], "big")
            if length > LARGEST:
                raise SpdyError(f"a frame of {length} bytes is too large")
            if len(self._held) < 8 + length:
                return
            head, body = self._held[:8], self._held[8 : 8 + length]
            self._held = self._held[8 + length :]
            frame = self._control(head, body) if head[0] & 0x80 else self._data(head, body)
            if frame is not None:
                yield frame

    def _data(self, head: bytes, body: bytes) -> Frame:
        return Frame(int.from_bytes(head[:4], "big"), 0, bool(head[4] & FIN), body)

    def _control(self, head: bytes, body: bytes) -> Frame | None:
        kind, last = int.from_bytes(head[2:4], "big"), bool(head[4] & FIN)
        if len(body) < 4:
            return None
        number = int.from_bytes(body[:4], "big") & 0x7FFFFFFF
        if kind == SYN_STREAM:
            return Frame(number, kind, last, headers=self._block(body[10:]))
        if kind == SYN_REPLY:
            return Frame(number, kind, last, headers=self._block(body[4:]))
        return Frame(number, kind, last, body) if kind in (RST_STREAM, PING, GOAWAY) else None

    def _block(self, packed: bytes) -> dict[str, str]:
        """A block of headers: a count, then names and values with their lengths."""
        try:
            plain = self._headers.decompress(packed, LARGEST)
            (count,) = struct.unpack_from(">I", plain)
            texts, at = [], 4
            for _ in range(2 * min(count, 1000)):
                (size,) = struct.unpack_from(">I", plain, at)
                texts.append(plain[at + 4 : at + 4 + size].decode("utf-8", "replace"))
                at += 4 + size
        except (zlib.error, struct.error) as error:
            raise SpdyError(f"its headers cannot be read: {error}") from None
        return dict(zip(texts[::2], texts[1::2], strict=True))


class Writer:
    """Makes frames."""

    def __init__(self) -> None:
        self._headers = zlib.compressobj(zdict=DICTIONARY)

    def reply(self, stream: int) -> bytes:
        """The stream is taken."""
        packed = self._headers.compress(struct.pack(">I", 0)) + self._headers.flush(zlib.Z_SYNC_FLUSH)
        return self._control(SYN_REPLY, struct.pack(">I", stream) + packed)

    def data(self, stream: int, data: bytes, *, last: bool = False) -> bytes:
        """Some data, or the stream's end."""
        head = struct.pack(">IB", stream, FIN if last else 0) + len(data).to_bytes(3, "big")
        return head + data

    def ping(self, number: bytes) -> bytes:
        """The answer to a ping."""
        return self._control(PING, number[:4])

    def _control(self, kind: int, body: bytes) -> bytes:
        return _HEAD.pack(_CONTROL | _VERSION, kind, 0, len(body) >> 16, len(body) & 0xFFFF) + body
