"""Runs an awk program: its rules, and what its statements do."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from podlab.busybox.applets import ToolError
from podlab.busybox.awk.evaluation import Evaluator
from podlab.busybox.awk.frames import Jumping
from podlab.busybox.awk.functions import formatted
from podlab.busybox.awk.tree import (
    Block,
    Delete,
    Evaluate,
    Expression,
    ForIn,
    If,
    Jump,
    Loop,
    Print,
    Statement,
)
from podlab.busybox.awk.values import AwkError, Input, Value, number, text, true

Running = Generator[Any, Any, None]
STEPS = 50
"""Rounds of loops between two looks of the CPU's clock."""
ROUND = 4
"""Millionths of a second that a round takes."""


class Interpreter(Evaluator):
    """Runs rules and statements."""

    # ---- the whole

    def run(self) -> Generator[Any, Any, int]:
        """Run the program; gives its exit status."""
        status = 0
        try:
            status = yield from self._guarded(self._main())
        except AwkError as problem:
            raise ToolError(f"{self.name}:{self.line}: {problem}") from None
        finally:
            self.flush()
        yield from self.files.close_all()
        return status

    def _guarded(self, main: Running) -> Generator[Any, Any, int]:
        """Run the rules, then those of END, even after `exit`."""
        status = 0
        for part in (main, self._ending()):
            try:
                yield from part
            except Jumping as jump:
                if jump.kind != "exit":
                    continue
                if jump.value is not None:
                    status = int(number(jump.value)) & 0xFF
                if part is not main:
                    break
        return status

    def _main(self) -> Running:
        for block in self.program.begin:
            yield from self.execute(block)
        if not self.program.rules and not self.program.end:
            return
        while (line := (yield from self.input())) is not None:
            self.record.set(line)
            try:
                yield from self._rules()
            except Jumping as jump:
                if jump.kind == "nextfile":
                    self.skip_file()
                elif jump.kind != "next":
                    raise
            yield from self._turn()

    def _ending(self) -> Running:
        for block in self.program.end:
            yield from self.execute(block)

    def _rules(self) -> Running:
        for rule in self.program.rules:
            if rule.pattern is not None and not rule.inside and not true((yield from self.evaluate(rule.pattern))):
                continue
            if rule.last is not None:
                rule.inside = not true((yield from self.evaluate(rule.last)))
            if rule.action is None:
                self.write(self.record[0] + self.text(self.get("ORS")))
            else:
                yield from self.execute(rule.action)

    def _turn(self) -> Running:
        """Let others have a turn now and then."""
        self.rounds += 1
        if self.rounds % STEPS == 0:
            yield self.proc.work(STEPS * ROUND)

    # ---- statements

    def execute(self, statement: Statement) -> Running:
        """Do what a statement says."""
        self.line = statement.line or self.line
        if isinstance(statement, Block):
            for one in statement.body:
                yield from self.execute(one)
        elif isinstance(statement, Evaluate):
            yield from self.evaluate(statement.value)
        elif isinstance(statement, Print):
            yield from self._print(statement)
        elif isinstance(statement, If):
            if true((yield from self.evaluate(statement.condition))):
                yield from self.execute(statement.yes)
            elif statement.no is not None:
                yield from self.execute(statement.no)
        elif isinstance(statement, Loop):
            yield from self._loop(statement)
        elif isinstance(statement, ForIn):
            yield from self._for_in(statement)
        elif isinstance(statement, Jump):
            value = None if statement.value is None else (yield from self.evaluate(statement.value))
            raise Jumping(statement.kind, value)
        elif isinstance(statement, Delete):
            yield from self._delete(statement)

    def _body(self, body: Statement) -> Generator[Any, Any, bool]:
        """One round of a loop; false when it was left."""
        try:
            yield from self.execute(body)
        except Jumping as jump:
            if jump.kind == "break":
                return False
            if jump.kind != "continue":
                raise
        yield from self._turn()
        return True

    def _loop(self, loop: Loop) -> Running:
        if loop.begin is not None:
            yield from self.execute(loop.begin)
        asked = not loop.first
        while True:
            if asked and loop.condition is not None and not true((yield from self.evaluate(loop.condition))):
                return
            asked = True
            if not (yield from self._body(loop.body)):
                return
            if loop.step is not None:
                yield from self.execute(loop.step)

    def _for_in(self, loop: ForIn) -> Running:
        for key in self.variable(loop.array).as_array().walk():
            self.set(loop.target, Input(key))
            if not (yield from self._body(loop.body)):
                return

    def _delete(self, statement: Delete) -> Running:
        array = self.variable(statement.array).as_array()
        if statement.subscripts is None:
            array.clear()
        else:
            array.pop((yield from self._key(statement.subscripts)), None)

    def _plain(self, args: list[Expression], write: Callable[[str], object]) -> Running:
        """`print`: each value is written as soon as it is known."""
        form, joint = text(self.get("OFMT")), self.text(self.get("OFS"))
        if not args:
            write(self.record[0])
        for index, arg in enumerate(args):
            value = yield from self.evaluate(arg)
            write((joint if index else "") + text(value, form))
        write(self.text(self.get("ORS")))

    def _print(self, statement: Print) -> Running:
        stream = None
        if statement.target is not None:
            self.flush()
            name = self.text((yield from self.evaluate(statement.target)))
            stream = self.files.target(statement.how, name)
        write = self.write if stream is None else stream.write
        if statement.formatted:
            args: list[Value] = []
            for arg in statement.args:
                args.append((yield from self.evaluate(arg)))
            write(formatted(args, self.text(self.get("CONVFMT"))))
        else:
            yield from self._plain(statement.args, write)
        if stream is not None:
            yield stream.room()
