"""Tools that use the network: nc, wget, curl, nslookup, ping, httpd."""

from __future__ import annotations

import errno
import re
from collections.abc import Generator, Sequence
from typing import Any

from podlab.runtime.program import Proc
from podlab.runtime.sh import options
from podlab.runtime.sh.applets import EXEC, ToolError, tool
from podlab.runtime.sockets import Connection

Steps = Generator[Any, Any, int]

ECHO_PORT = 7
TIMEOUT = 900.0
"""Seconds wget waits for an answer, unless told."""


def _connect(proc: Proc, host: str, port: int | str, timeout: float) -> Generator[Any, Any, Connection]:
    """A connection. Errors: `OSError` (ETIMEDOUT after `timeout` seconds)."""
    which, connection = yield proc.any_of(proc.connect(host, port), proc.sleep(timeout))
    if which == 1:
        raise OSError(errno.ETIMEDOUT, "Connection timed out")
    assert isinstance(connection, Connection)
    return connection


# ---- nc


@tool("nc", "netcat", style=EXEC)
def _nc(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "lkp:w:i:nvuze:q:U:Ns:", first_word_ends=False)
    unix = opts.get("U", "")
    words = opts.words
    if not unix and words and words[0].startswith("local:"):
        unix = words[0].removeprefix("local:")
    if "l" in opts:
        return (yield from _serve(proc, opts, unix))
    if not unix and len(words) < 2:
        raise ToolError("usage: nc [-wN] [-l] [-p PORT] [-z] [IPADDR PORT]")
    host, port = (unix, 0) if unix else (words[0], _port(words[1]))
    timeout = options.seconds(opts["w"]) if "w" in opts else 127.0
    try:
        connection = yield from _connect(proc, host, port, timeout)
    except OSError as problem:
        raise ToolError(_refused(host, problem, "z" in opts and "v" not in opts)) from None
    if "v" in opts:
        proc.err(f"{host} ({proc.resolve(host)}:{port}) open" if not unix else f"{host} open")
    if "z" in opts:
        return 0
    return (yield from _talk(proc, connection, timeout if "w" in opts else 0))


def _port(word: str) -> int:
    if not word.isdecimal() or not 0 < int(word) < 65536:
        raise ToolError(f"invalid port '{word}'")
    return int(word)


def _refused(host: str, problem: OSError, quiet: bool) -> str:
    if problem.errno == errno.ENOENT and not host.startswith("/"):
        return f"bad address '{host}'"
    if problem.errno == errno.ETIMEDOUT:
        return "timed out"
    return f"can't connect to remote host{'' if host.startswith('/') else f' ({host})'}: {problem.strerror}"


def _serve(proc: Proc, opts: options.Options, unix: str) -> Steps:
    number = opts.get("p") or (opts.words[-1] if opts.words else "")
    if not unix and not number:
        raise ToolError("usage: nc -l -p PORT")
    try:
        listener = proc.listen(unix or _port(number), opts.get("s", "0.0.0.0"))
    except OSError as problem:
        raise ToolError(f"bind: {problem.strerror}") from None
    while True:
        connection = yield proc.accept(listener)
        if "k" not in opts:
            proc.close(listener)
        if "e" in opts:
            yield from _hand_over(proc, connection, [opts["e"], *opts.words])
        else:
            yield from _talk(proc, connection, 0)
        if "k" not in opts:
            return 0


def _hand_over(proc: Proc, connection: Connection, command: list[str]) -> Generator[Any, Any, None]:
    words = ["sh", "-c", command[0]] if " " in command[0] else command
    child = proc.spawn(words, stdin=connection, stdout=connection, stderr=connection)
    proc.close(connection)
    yield proc.wait(child)


def _talk(proc: Proc, connection: Connection, timeout: float) -> Steps:
    """Stdin goes to the other side, what comes back to stdout, until the other side hangs up."""
    stdin_ended = False
    while True:
        waits = [connection.read()] if stdin_ended else [proc.read(), connection.read()]
        if timeout:
            waits.append(proc.sleep(timeout))
        which, text = yield proc.any_of(*waits)
        which += stdin_ended
        if which == 0 and text:
            try:
                connection.write(text)
            except BrokenPipeError:
                break
        elif which == 0:
            stdin_ended = True
            connection.shutdown()
        elif which == 1 and text:
            proc.write(text)
        else:
            break
    proc.close(connection)
    return 0


# ---- http


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
    connection = yield from _connect(proc, host, port, timeout)
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
        raise ToolError("missing URL; usage: wget [-q] [-O FILE] [-T SEC] URL")
    timeout = options.seconds(opts["T"]) if "T" in opts else TIMEOUT
    for text in opts.words:
        host, port, path, shown = _url(text)
        address = _address(proc, host)
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


def _address(proc: Proc, host: str) -> str:
    try:
        return proc.resolve(host)
    except OSError:
        raise ToolError(f"bad address '{host}'") from None


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


# ---- names


@tool("nslookup", style=EXEC)
def _nslookup(proc: Proc, argv: Sequence[str]) -> int:
    words = [word for word in argv[1:] if not word.startswith("-")]
    if not words:
        raise ToolError("usage: nslookup HOST [DNS_SERVER]")
    server = words[1] if len(words) > 1 else _name_server(proc)
    proc.print(f"Server:\t\t{server}\nAddress:\t{server}:53\n")
    try:
        address = proc.resolve(words[0])
    except OSError:
        proc.print(f"** server can't find {words[0]}: NXDOMAIN\n")
        return 1
    proc.print(f"Name:\t{words[0]}\nAddress: {address}\n")
    return 0


def _name_server(proc: Proc) -> str:
    try:
        match = re.search(r"(?m)^nameserver\s+(\S+)", proc.read_file("/etc/resolv.conf"))
    except OSError:
        match = None
    return match[1] if match else "10.96.0.10"


@tool("ping", style=EXEC)
def _ping(proc: Proc, argv: Sequence[str]) -> Steps:
    opts = options.parse(argv, "c:w:W:i:qs:46")
    if not opts.words:
        raise ToolError("usage: ping [-c COUNT] HOST")
    host = opts.words[0]
    address = _address(proc, host)
    proc.print(f"PING {host} ({address}): 56 data bytes")
    alive = yield from _alive(proc, address, options.seconds(opts.get("W", "10")))
    count = opts.number("c", 0)
    limit = options.seconds(opts["w"]) if "w" in opts else 1e11
    sent = 0
    while (not count or sent < count) and sent < limit:
        if sent:
            yield proc.sleep(options.seconds(opts.get("i", "1")))
        if alive:
            proc.print(f"64 bytes from {address}: seq={sent} ttl=64 time=0.100 ms")
        sent += 1
    got = sent if alive else 0
    proc.print(
        f"\n--- {host} ping statistics ---\n{sent} packets transmitted, {got} packets received, "
        f"{0 if alive else 100}% packet loss"
    )
    return 0 if alive else 1


def _alive(proc: Proc, address: str, timeout: float) -> Generator[Any, Any, bool]:
    """Whether a host answers, be it with a refusal."""
    try:
        yield from _connect(proc, address, ECHO_PORT, timeout)
    except OSError as problem:
        return problem.errno == errno.ECONNREFUSED
    return True


# ---- a web server


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
        proc.listen(_port(number), host or "0.0.0.0", serve=page)
    except OSError as problem:
        raise ToolError(f"bind: {problem.strerror}") from None
    if "f" in opts:
        yield proc.pause()
    proc.spawn(server, argv=argv)
    return 0
