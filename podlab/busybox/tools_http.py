"""Tools that speak HTTP: wget, curl, httpd."""

from __future__ import annotations

import errno
import re
from collections.abc import Generator, Sequence
from typing import Any

from podlab.busybox import options
from podlab.busybox.applets import EXEC, ToolError, UsageError, tool
from podlab.busybox.tools_net import address_of, connect, port_of
from podlab.linux.process import hold
from podlab.linux.program import Proc

Steps = Generator[Any, Any, int]

TIMEOUT = 900.0
"""Seconds wget waits for an answer, unless told."""


def _url(text: str) -> tuple[str, int, str, str]:
    """Host, port, path and the host as a browser shows it. Errors: `ToolError`."""
    match = re.fullmatch(r"(?:(https?)://)?(?:[^@/]*@)?([^:/?]+)(?::(\d{1,5}))?([/?].*)?", text)
    if not match:
        raise ToolError(f"bad URL '{text}'")
    port = int(match[3] or (443 if match[1] == "https" else 80))
    path = match[4] or "/"
    return match[2], port, path if path[0] == "/" else "/" + path, match[2] + (f":{match[3]}" if match[3] else "")


def _get(proc: Proc, host: str, port: int, request: str, timeout: float) -> Generator[Any, Any, tuple[int, str, str]]:
    """Ask: the status code, its reason and the body. Errors: `OSError`; `ToolError` for no sensible answer."""
    connection = yield from connect(proc, host, port, timeout)
    connection.write(request)
    answer = ""
    while True:
        which, text = yield proc.any_of(connection.read(), proc.sleep(timeout))
        if which == 1:
            raise ToolError("download timed out")
        answer += text
        head, mark, body = answer.partition("\r\n\r\n" if "\r\n\r\n" in answer else "\n\n")
        length = re.search(r"(?im)^content-length:\s*(\d+)", head)
        if not text or (mark and length and len(body.encode("utf-8", "surrogateescape")) >= int(length[1])):
            break
    proc.close(connection)
    match = re.match(r"HTTP/\d\.\d (\d{3}) ?([^\r\n]*)", answer)
    if not match:
        raise ToolError("error getting response" + ("" if not answer else f": {answer.splitlines()[0][:80]}"))
    return int(match[1]), match[2], body


def _request(method: str, shown: str, path: str, agent: str, headers: Sequence[str], data: str) -> str:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {shown}", f"User-Agent: {agent}", "Connection: close", *headers]
    if data:
        lines.append(f"Content-Length: {len(data.encode('utf-8', 'surrogateescape'))}")
    return "\r\n".join(lines) + "\r\n\r\n" + data


@tool("wget", style=EXEC)
def _wget(proc: Proc, argv: Sequence[str]) -> Steps:
    long = {"quiet": "q", "output-document": "O", "timeout": "T", "spider": "x", "header": "H", "post-data": "D"}
    long |= {"tries": "t", "no-check-certificate": "N", "server-response": "S", "user-agent": "U"}
    opts = options.parse(argv, "cqSO:o:P:U:T:Y:xH:D:t:N", long)
    if not opts.words:
        raise UsageError
    timeout = options.seconds(opts["T"]) if "T" in opts else TIMEOUT
    for text in opts.words:
        host, port, path, shown = _url(text)
        address = address_of(proc, host)
        if "q" not in opts:
            proc.err(f"Connecting to {shown} ({address}:{port})")
        headers = [value for letter, value in opts.every if letter == "H"]
        method = "POST" if "D" in opts else "GET"
        request = _request(method, shown, path, opts.get("U", "Wget"), headers, opts.get("D", ""))
        try:
            status, reason, body = yield from _get(proc, address, port, request, timeout)
        except OSError as problem:
            if problem.errno == errno.ETIMEDOUT:
                raise ToolError("download timed out") from None
            raise ToolError(f"can't connect to remote host ({address}): {problem.strerror}") from None
        if status >= 400:
            raise ToolError(f"server returned error: HTTP/1.1 {status} {reason}")
        if "x" in opts:
            if "q" not in opts:
                proc.err("remote file exists")
            continue
        _save(proc, opts, path, body)
    return 0


def _save(proc: Proc, opts: options.Options, path: str, body: str) -> None:
    target = opts.get("O") or path.partition("?")[0].rpartition("/")[2] or "index.html"
    if target == "-":
        proc.write(body)
        if "q" not in opts:
            proc.err("writing to stdout")
        return
    if "O" not in opts and proc.exists(target):
        raise ToolError(f"can't open '{target}': File exists")
    if "q" not in opts:
        proc.err(f"saving to '{target}'")
    proc.write_file(target, body)
    if "q" not in opts:
        proc.err(f"'{target}' saved")


@tool("curl", style=EXEC)
def _curl(proc: Proc, argv: Sequence[str]) -> Steps:
    long = {"silent": "s", "show-error": "S", "fail": "f", "output": "o", "max-time": "m", "header": "H", "data": "d"}
    long |= {"connect-timeout": "c", "request": "X", "location": "L", "insecure": "k", "head": "I", "write-out": "w"}
    long |= {"verbose": "v", "include": "i", "unix-socket": "u"}
    opts = options.parse(argv, "sSfo:m:H:d:c:X:LkIw:viu:G", long)
    if not opts.words:
        raise ToolError("try 'curl --help' or 'curl --manual' for more information", 2)
    host, port, path, shown = _url(opts.words[0])
    timeout = options.seconds(opts.get("m", opts.get("c", "300")))
    headers = [value for letter, value in opts.every if letter == "H"]
    method = opts.get("X", "POST" if "d" in opts else "HEAD" if "I" in opts else "GET")
    quiet = "s" in opts and "S" not in opts
    try:
        target = opts["u"] if "u" in opts else proc.resolve(host)
    except OSError:
        return _curl_failed(proc, quiet, 6, f"Could not resolve host: {host}")
    request = _request(method, shown, path, "curl/8.5.0", ["Accept: */*", *headers], opts.get("d", ""))
    try:
        status, reason, body = yield from _get(proc, target, port, request, timeout)
    except OSError as problem:
        if problem.errno == errno.ETIMEDOUT:
            return _curl_failed(proc, quiet, 28, f"Connection timed out after {timeout * 1000:.0f} milliseconds")
        return _curl_failed(
            proc, quiet, 7, f"Failed to connect to {host} port {port} after 0 ms: Couldn't connect to server"
        )
    except ToolError as problem:
        return _curl_failed(proc, quiet, 28 if "timed out" in str(problem) else 52, "Empty reply from server")
    if "f" in opts and status >= 400:
        return _curl_failed(proc, quiet, 22, f"The requested URL returned error: {status}")
    if "I" in opts or "i" in opts:
        proc.write(f"HTTP/1.1 {status} {reason}\r\n\r\n")
    if "o" in opts:
        proc.write_file(opts["o"], body)
    elif "I" not in opts:
        proc.write(body)
    if "w" in opts:
        proc.write(opts["w"].replace("%{http_code}", f"{status:03}").replace("\\n", "\n"))
    return 0


def _curl_failed(proc: Proc, quiet: bool, code: int, text: str) -> int:
    if not quiet:
        proc.err(f"curl: ({code}) {text}")
    return code


@tool("httpd", style=EXEC)
def _httpd(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "ifvp:h:c:u:r:")
    home = opts.get("h", ".").rstrip("/")
    host, _, number = opts.get("p", "80").rpartition(":")

    def page(path: str) -> tuple[int, str]:
        name = home + path.partition("?")[0] + ("index.html" if path.endswith("/") else "")
        try:
            return 200, proc.read_file(name)
        except OSError:
            return 404, "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1></BODY></HTML>\n"

    def server(own: Proc) -> Steps:
        yield own.pause()
        return 0

    try:
        listener = proc.listen(port_of(number), host or "0.0.0.0", serve=page)
    except OSError as problem:
        raise ToolError(f"bind: {problem.strerror}") from None
    if "f" in opts:
        yield proc.pause()
    hold(proc.spawn(server, argv=argv), listener)
    return 0
