"""HTTP as far as podlab needs it: one GET and its answer; and the kubelet's own calls into pods.

The texts of errors are those of Go's net and net/http packages.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol

from podlab.linux.waits import Failure, Sink, Wait

_STATUS_LINE = re.compile(r"HTTP/\d\.\d (\d{3})")

GO_WORDS = {
    errno.ECONNREFUSED: "connect: connection refused",
    errno.EHOSTUNREACH: "connect: no route to host",
    errno.ETIMEDOUT: "connect: connection timed out",
}

Serve = Callable[[str], tuple[int, str]]
"""How a web server answers: from the path of the URL to (status, body)."""


class Connection(Protocol):
    """One end of a connection; `podlab.linux.sockets.Connection` keeps to it."""

    @property
    def remote(self) -> str:
        """Who is at the other end."""

    def read(self) -> Wait:
        """Wait for text from the other side."""

    def write(self, text: str) -> None:
        """Send text now. Errors: `BrokenPipeError` when it has been closed at either end."""

    def close(self) -> None:
        """Hang up."""


class Request(str):
    """The path that is asked for, with what else a server may want to know: who asks, how, and with which headers."""

    __slots__ = ("client", "head")

    client: str
    head: str

    @classmethod
    def of(cls, path: str, client: str = "", head: str = "") -> Request:
        """The request of a path; `head` is its text as it came, without the body."""
        made = cls(path)
        made.client, made.head = client, head
        return made

    @property
    def method(self) -> str:
        """GET, POST ..."""
        return self.head.partition(" ")[0] or "GET"

    @property
    def headers(self) -> dict[str, str]:
        """The headers by their names, as they were written."""
        return dict(_headers_of(self.head))

    def header(self, name: str) -> str:
        """A header, whatever the case of its name; "" without it."""
        return next((value for key, value in _headers_of(self.head).items() if key.lower() == name.lower()), "")


@lru_cache(maxsize=256)
def _headers_of(head: str) -> dict[str, str]:
    """The headers of a request's text. A probe sends the same again and again."""
    lines = [line.partition(":") for line in head.replace("\r", "").split("\n")[1:]]
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def request_of(path: str | Request) -> Request:
    """The same path as a request, when it is none yet."""
    return path if isinstance(path, Request) else Request.of(path)


def request(host: str, path: str, agent: str = "kube-probe/1.36") -> str:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {agent}\r\nAccept: */*\r\nConnection: close\r\n\r\n"


def response(status: int, body: str) -> str:
    """An answer. The length is in bytes."""
    try:
        words = HTTPStatus(status).phrase
    except ValueError:
        words = "status"
    length = len(body.encode("utf-8", "surrogateescape"))
    return f"HTTP/1.1 {status} {words}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"


def path_of(text: str) -> str | None:
    """The path a complete request asks for; None while it is not complete."""
    if "\r\n\r\n" not in text and "\n\n" not in text:
        return None
    words = text.split("\n", 1)[0].split()
    return words[1] if len(words) > 1 else "/"


def parse(text: str, ended: bool) -> tuple[int, str] | None:
    """Status and body of an answer, or (0, what is wrong with it); None while more may come."""
    head, mark, body = text.partition("\r\n\r\n")
    if not mark:
        head, mark, body = text.partition("\n\n")
    if not mark and not ended and (text.startswith("HTTP/"[: len(text)]) or not text):
        return None
    match = _STATUS_LINE.match(head)
    if match is None:
        first = text.partition("\n")[0].rstrip("\r")
        problem = f'net/http: HTTP/1.x transport connection broken: malformed HTTP response "{first}"'
        return 0, problem if text else "EOF"
    length = re.search(r"(?im)^content-length:\s*(\d+)", head)
    if not ended and (length is None or len(body.encode("utf-8", "surrogateescape")) < int(length[1])):
        return None
    return int(match[1]), body


class Responder:
    """The serving end of a connection to a program that only said how it answers."""

    def __init__(self, connection: Connection, serve: Serve) -> None:
        self._connection = connection
        self._serve = serve
        self._text = ""
        self._read()

    def _read(self) -> None:
        wait = self._connection.read()
        if wait.begin(self):
            self.finished(wait, wait.value)

    def finished(self, wait: Wait, value: Any) -> None:
        """Text came from the caller."""
        self._text += value
        path = path_of(self._text)
        if path is None and value:
            self._read()
            return
        if path is not None:
            asked = Request.of(path, self._connection.remote, self._text.replace("\r", "").partition("\n\n")[0])
            try:
                self._connection.write(response(*self._serve(asked)))
            except BrokenPipeError:
                return
        self._connection.close()


class Call(Sink):
    """The kubelet calls a port of a pod. `cancel` hangs up."""

    def __init__(self, address: str, done: Callable[[int, str], None]) -> None:
        self._address = address
        self._done: Callable[[int, str], None] | None = done
        self._wait: Wait | None = None
        self._connection: Connection | None = None
        self._request = ""
        self._text = ""

    def begin(self, dial: Wait, request: str = "") -> None:
        """Dial; once connected send the request (without one, being connected is all that is asked)."""
        self._request = request
        self._await(dial)

    def cancel(self) -> None:
        """Nobody wants to know any more."""
        self._done = None
        if self._wait is not None:
            self._wait.abandon()
        if self._connection is not None:
            self._connection.close()

    def finished(self, wait: Wait, value: Any) -> None:
        """Connected, or text came, or it failed."""
        self._wait = None
        if isinstance(value, Failure):
            error = value.take()
            words = GO_WORDS.get(error.errno or 0, str(error))
            self._tell(0, f"dial tcp {self._address}: {words}")
            return
        if self._connection is None:
            self._connection = value
            if not self._request:
                self._tell(200, "")
                return
            value.write(self._request)
        else:
            self._text += value
            answer = parse(self._text, not value)
            if answer is not None:
                self._tell(*answer)
                return
        self._await(self._connection.read())

    def _await(self, wait: Wait) -> None:
        self._wait = wait
        if wait.begin(self):
            self.finished(wait, wait.value)

    def _tell(self, status: int, text: str) -> None:
        done, self._done = self._done, None
        if self._connection is not None:
            self._connection.close()
        if done is not None:
            done(status, text)
