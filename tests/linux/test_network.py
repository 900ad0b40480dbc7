"""Ports, connections, Unix sockets and names."""

from __future__ import annotations

import errno

import pytest


def echo(proc):
    listener = proc.listen(8080)
    while True:
        conn = yield proc.accept(listener)
        while line := (yield conn.readline()):
            conn.write(line.upper())
        conn.close()


def test_two_containers_of_a_pod_talk_over_localhost(bench):
    group = bench.group("server")

    def client(proc):
        yield proc.sleep(1)
        conn = yield proc.connect("127.0.0.1", 8080)
        conn.write("hello\n")
        conn.shutdown()
        proc.write((yield conn.readall()))

    bench.run(echo, group=group)
    bench.run(client, group=bench.group("client", net=group.net))
    bench.loop.run_until(5)
    assert bench.text == "HELLO\n"


def test_a_pod_reaches_another_by_its_ip_but_not_by_localhost(bench):
    server = bench.group("server")
    bench.run(echo, group=server)

    def client(proc):
        conn = yield proc.connect(server.net.ip, 8080)
        conn.write("hi\n")
        proc.write((yield conn.readline()))
        with pytest.raises(ConnectionRefusedError):
            yield proc.connect("127.0.0.1", 8080)

    bench.run(client, group=bench.group("client"))
    bench.loop.run_until(5)
    assert bench.text == "HI\n"


def first_ends(proc):
    proc.listen(80)
    return 0


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        pytest.param("0.0.0.0", "0.0.0.0", errno.EADDRINUSE, id="all and all"),
        pytest.param("127.0.0.1", "127.0.0.1", errno.EADDRINUSE, id="localhost twice"),
        pytest.param("0.0.0.0", "127.0.0.1", errno.EADDRINUSE, id="all and localhost"),
        pytest.param("127.0.0.1", "0.0.0.0", errno.EADDRINUSE, id="localhost and all"),
        pytest.param("127.0.0.1", "127.0.0.2", None, id="two addresses of the loopback"),
        pytest.param("0.0.0.0", "9.9.9.9", errno.EADDRNOTAVAIL, id="an address of somebody else"),
    ],
)
def test_who_can_have_a_port(bench, first, second, code):
    group = bench.group()

    def hold(proc):
        proc.listen(80, first)
        yield proc.pause()

    def second_one(proc):
        yield proc.sleep(1)
        try:
            proc.listen(80, second)
        except OSError as problem:
            return problem.errno
        return 0

    bench.run(hold, group=group)
    other = bench.run(second_one, group=bench.group("other", net=group.net))
    bench.loop.run_until(2)
    assert other.exit_status == (code or 0)


def test_a_port_is_free_again_when_its_owner_has_ended(bench):
    group = bench.group()
    bench.run(first_ends, group=group)
    bench.loop.run_until(1)
    assert bench.play(first_ends, group=bench.group("next", net=group.net))[0] == 0


@pytest.mark.parametrize(
    ("host", "port", "code", "after"),
    [
        pytest.param("127.0.0.1", 81, errno.ECONNREFUSED, 0, id="nobody listens"),
        pytest.param("10.99.99.99", 80, errno.EHOSTUNREACH, 3, id="nobody has the IP"),
        pytest.param("db.example", 80, errno.ENOENT, 0, id="nobody knows the name"),
        pytest.param("/tmp/no.sock", 0, errno.ENOENT, 0, id="no such socket"),
        pytest.param("/tmp/dead.sock", 0, errno.ECONNREFUSED, 0, id="a socket nobody listens at"),
    ],
)
def test_calls_that_fail(bench, host, port, code, after):
    def main(proc):
        yield proc.wait(proc.spawn(lambda proc: proc.listen("/tmp/dead.sock") and 0))
        try:
            yield proc.connect(host, port)
        except OSError as problem:
            return problem.errno

    assert bench.play(main)[:2] == (code, after)


def test_hanging_up(bench):
    def server(proc):
        listener = proc.listen(1)
        conn = yield proc.accept(listener)
        conn.write("last words")

    def main(proc):
        proc.spawn(server)
        yield proc.sleep(1)
        conn = yield proc.connect("127.0.0.1", 1)
        proc.print((yield conn.readall()))
        with pytest.raises(BrokenPipeError):
            conn.write("too late")

    assert bench.play(main)[2] == "last words\n"


def test_a_unix_socket_in_a_shared_directory(bench):
    def server(proc):
        listener = proc.listen("/tmp/s.sock")
        proc.print(proc.stat("/tmp/s.sock").kind)
        conn = yield proc.accept(listener)
        conn.write("from the socket\n")
        yield proc.pause()

    def main(proc):
        proc.spawn(server)
        yield proc.sleep(1)
        conn = yield proc.connect("/tmp/s.sock")
        proc.write((yield conn.readline()))
        with pytest.raises(OSError, match="Address already in use"):
            proc.listen("/tmp/s.sock")

    assert bench.play(main)[2] == "s\nfrom the socket\n"


def test_names_come_from_etc_hosts_and_then_from_the_cluster(bench):
    bench.network.names = {"web": "10.1.1.1"}.get

    def main(proc):
        proc.mkdir("/etc")
        proc.write_file("/etc/hosts", "127.0.0.1\tlocalhost\n10.1.2.3\tdb.local db # a comment\n")
        proc.print(*(proc.resolve(name) for name in ("localhost", "db", "web", "10.0.0.1")))

    assert bench.play(main)[2] == "127.0.0.1 10.1.2.3 10.1.1.1 10.0.0.1\n"


def test_a_service_leads_to_a_pod(bench):
    server = bench.group("server")
    bench.run(echo, group=server)
    bench.network.service = lambda ip, port: (server.net.ip, 8080) if (ip, port) == ("10.96.0.9", 80) else None

    def main(proc):
        conn = yield proc.connect("10.96.0.9", 80)
        conn.write("x\n")
        proc.write((yield conn.readline()))

    bench.run(main, group=bench.group("client"))
    bench.loop.run_until(1)
    assert bench.text == "X\n"


def test_a_program_can_say_how_it_answers_http(bench):
    def server(proc):
        proc.listen(80, serve=lambda path: (200, f"you asked for {path}"))
        yield proc.pause()

    def main(proc):
        proc.spawn(server)
        yield proc.sleep(1)
        conn = yield proc.connect("127.0.0.1", 80)
        conn.write("GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        proc.write((yield conn.readall()))

    text = bench.play(main)[2]
    assert text.startswith("HTTP/1.1 200 OK\r\n")
    assert text.endswith("\r\n\r\nyou asked for /x")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        pytest.param({"port": "http"}, "a port is a number from 1 to 65535", id="a port by its name"),
        pytest.param({"port": 80, "host": 7}, "host is an address", id="a host that is a number"),
        pytest.param({"port": 80, "serve": "hello"}, "serve is a function", id="an answer that is a text"),
    ],
)
def test_a_listener_of_another_type_is_refused_in_a_sentence(bench, given, message):
    def server(proc):
        with pytest.raises((TypeError, ValueError), match=message):
            proc.listen(**given)
        yield proc.sleep(1)
        proc.write("asked")

    bench.run(server)
    bench.loop.run_until(2)
    assert bench.text == "asked"
