"""Pipes, open files, and what reading gives."""

from __future__ import annotations

import pytest


def test_a_pipe_ends_when_its_last_writer_has_ended(bench):
    def writer(proc):
        proc.print("one")
        yield proc.sleep(1)
        proc.print("two")

    def main(proc):
        reader, writing = proc.pipe()
        for _ in range(2):
            proc.spawn(writer, stdout=writing)
        proc.close(writing)
        text = yield reader.readall()
        proc.print(repr(text), f"{proc.now:g}")

    assert bench.play(main)[2] == "'one\\none\\ntwo\\ntwo\\n' 1\n"


def test_a_writer_whose_reader_has_gone_dies_of_sigpipe(bench):
    def yes(proc):
        while True:
            proc.print("y")
            yield proc.step()

    def main(proc):
        reader, writing = proc.pipe()
        child = proc.spawn(yes, stdout=writing)
        proc.close(writing)
        line = yield reader.readline()
        proc.close(reader)
        proc.print(repr(line), (yield proc.wait(child)))

    assert bench.play(main)[2] == "'y\\n' 141\n"


def test_flush_waits_for_room_in_the_pipe(bench):
    def writer(proc):
        for _ in range(4):
            proc.write("x" * 40_000)
            yield proc.flush()
        proc.err(f"done at {proc.now:g}")

    def main(proc):
        reader, writing = proc.pipe()
        proc.spawn(writer, stdout=writing)
        proc.close(writing)
        yield proc.sleep(5)
        text = yield reader.readall()
        proc.print(len(text))

    assert bench.play(main)[2] == "done at 5\n160000\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param("a\nb\n", ["a\n", "b\n", ""], id="two lines"),
        pytest.param("a\nb", ["a\n", "b", ""], id="the last one without a newline"),
        pytest.param("", ["", ""], id="nothing"),
        pytest.param("\n\n", ["\n", "\n", ""], id="empty lines"),
    ],
)
@pytest.mark.parametrize("source", ["file", "pipe", "pipe in pieces"])
def test_reading_line_by_line(bench, source, text, lines):
    def main(proc):
        if source == "file":
            proc.write_file("/tmp/f", text)
            stream = proc.open("/tmp/f")
        else:
            stream, writing = proc.pipe()
            for piece in [text] if source == "pipe" else text:
                writing.write(piece)
            proc.close(writing)
        got = []
        for _ in lines:
            got.append((yield stream.readline()))
        proc.print(got)

    assert bench.play(main)[2] == f"{lines}\n"


def test_a_read_cut_short_by_a_signal_takes_nothing(bench):
    def main(proc):
        proc.trap("USR1", lambda: None)
        reader, writing = proc.pipe()
        first = yield reader.read()
        writing.write("text")
        second = yield reader.read()
        proc.print(first, second)

    process = bench.run(main)
    bench.loop.run_until(1)
    bench.kernel.deliver(process, 10)
    bench.loop.run_until(2)
    assert bench.text == "Interrupted(10) text\n"


def test_the_first_of_several_waits_wins_and_the_others_are_forgotten(bench):
    def main(proc):
        reader, writing = proc.pipe()
        got = yield proc.any_of(reader.read(), proc.sleep(3))
        proc.print(got, f"{proc.now:g}")
        writing.write("late")
        got = yield proc.any_of(proc.sleep(3), reader.read())
        proc.print(got, f"{proc.now:g}")

    assert bench.play(main) == (0, 3, "(1, None) 3\n(1, 'late') 3\n")


def test_an_open_file_keeps_its_place_and_outlives_its_name(bench):
    def main(proc):
        out = proc.open("/tmp/f", "w")
        out.write("abc")
        proc.remove("/tmp/f")
        out.write("def")
        proc.print(proc.exists("/tmp/f"))
        proc.write_file("/tmp/g", "0123456789")
        both = proc.open("/tmp/g", "r+")
        both.write("ab")
        proc.print(proc.read_file("/tmp/g"), (yield both.read()))

    assert bench.play(main)[2] == "False\nab23456789 23456789\n"


def test_standard_output_can_be_opened_by_name(bench):
    def main(proc):
        proc.write("a")
        proc.open("/dev/stdout", "w").write("b")
        proc.open("/proc/1/fd/1", "a").write("c")
        with pytest.raises(FileNotFoundError):
            proc.open("/dev/fd/9")

    assert bench.play(main)[2] == "abc"


@pytest.mark.parametrize("fd", [3, 7])
def test_writing_to_what_is_not_open(bench, fd):
    def main(proc):
        with pytest.raises(OSError, match="Bad file descriptor"):
            proc.write("x", fd)

    assert bench.play(main)[0] == 0
