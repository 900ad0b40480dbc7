"""What the expressions of an awk program are worth, and the variables they use.

Every evaluation is a generator, since any expression may hold a `getline`, a `system` or a call of a function that
waits.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from podlab.busybox import regex
from podlab.busybox.awk import calls
from podlab.busybox.awk.fields import Record
from podlab.busybox.awk.files import Files, Records
from podlab.busybox.awk.frames import Variable
from podlab.busybox.awk.functions import Random, power
from podlab.busybox.awk.tree import (
    Assign,
    Binary,
    Call,
    Choose,
    Expression,
    Field,
    GetLine,
    Group,
    Increase,
    Item,
    Member,
    Name,
    Number,
    Program,
    Regex,
    Statement,
    Target,
    Text,
    Unary,
)
from podlab.busybox.awk.values import Array, AwkError, Input, Value, is_number, number, text, true
from podlab.linux.program import Proc

Evaluation = Generator[Any, Any, Value]
Running = Generator[Any, Any, None]
BATCH = 8192
"""Characters of output that are collected before they are written."""


class Evaluator:
    """The state of a running program: variables, record, files, and the value of expressions."""

    def __init__(self, proc: Proc, program: Program, name: str = "cmd. line") -> None:
        self.proc, self.program, self.name = proc, program, name
        self.line = 1
        self.record = Record()
        self.files = Files(proc)
        self.random = Random()
        self.variables: dict[str, Variable] = {}
        self.frames: list[dict[str, Variable]] = []
        self.input: Callable[[], Generator[Any, Any, str | None]]
        self.skip_file: Callable[[], None]
        self._out: list[str] = []
        self._size = self.rounds = 0
        defaults = {"FS": " ", "OFS": " ", "RS": "\n", "ORS": "\n", "SUBSEP": "\x1c", "CONVFMT": "%.6g", "OFMT": "%.6g"}
        for name, value in defaults.items():
            self.variables[name] = Variable(value)
        for name in ("NR", "FNR", "RSTART", "RLENGTH"):
            self.variables[name] = Variable(0.0)
        self.variables["FILENAME"] = Variable("")
        environment = Array((name, Input(value)) for name, value in proc.env.items())
        self.variables["ENVIRON"] = Variable(array=environment)

    # ---- variables

    def variable(self, name: str) -> Variable:
        """The variable of a name, made when missing."""
        if self.frames and name in self.frames[-1]:
            return self.frames[-1][name]
        found = self.variables.get(name)
        if found is None:
            found = self.variables[name] = Variable()
        return found

    def get(self, name: str) -> Value:
        """A variable's value."""
        if name == "NF":
            return float(self.record.count)
        return self.variable(name).value

    def set(self, name: str, value: Value) -> None:
        """Give a variable a value; some of them mean something."""
        if name == "NF":
            self.record.count = int(number(value))
            return
        self.variable(name).value = value
        if name == "FS":
            self.record.separator = self.text(value)
        elif name == "OFS":
            self.record.joint = self.text(value)
        elif name == "RS":
            self.record.newlines = self.text(value) == ""
        elif name == "IGNORECASE":
            self.record.ignore_case = true(value)

    def text(self, value: Value) -> str:
        """A value as text, numbers as CONVFMT says."""
        return text(value, text(self.variables["CONVFMT"].value)) if isinstance(value, float) else value or ""

    def count(self, name: str) -> None:
        """One more: NR, FNR."""
        self.set(name, number(self.get(name)) + 1)

    def expression(self, value: Value) -> regex.Expression:
        """A text as a regular expression; one that is wrong as an extended one may be a basic one."""
        source, ignore_case = self.text(value), true(self.get("IGNORECASE"))
        try:
            return regex.compile_regex(source, extended=True, ignore_case=ignore_case)
        except regex.RegexError:
            return regex.basic(source, ignore_case)

    # ---- output

    def write(self, what: str) -> None:
        """Print to stdout, collected a little."""
        self._out.append(what)
        self._size += len(what)
        if self._size > BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what was collected."""
        if self._out:
            self.proc.write("".join(self._out))
            self._out.clear()
            self._size = 0

    def execute(self, statement: Statement) -> Running:
        """Do what a statement says: the interpreter knows."""
        raise NotImplementedError

    # ---- expressions

    def evaluate(self, node: Expression) -> Evaluation:
        """The value of an expression."""
        if isinstance(node, Number | Text):
            return node.value
        if isinstance(node, Name):
            return self.get(node.name)
        if isinstance(node, Field):
            return self.record[int(number((yield from self.evaluate(node.number))))]
        if isinstance(node, Binary):
            return (yield from self._binary(node))
        if isinstance(node, Item):
            key = yield from self._key(node.subscripts)
            return self.variable(node.array).as_array().setdefault(key, None)
        if isinstance(node, Assign):
            return (yield from self._assign(node))
        if isinstance(node, Increase):
            before = number((yield from self.evaluate(node.target)))
            yield from self.store(node.target, before + node.by)
            return before + node.by if node.before else before
        if isinstance(node, Call):
            return (yield from calls.call(self, node))
        if isinstance(node, Group):
            return (yield from self._group(node))
        return (yield from self._rarer(node))

    def _group(self, node: Group) -> Evaluation:
        """The value in parentheses; several are joined."""
        if len(node.values) == 1:
            return (yield from self.evaluate(node.values[0]))
        joined = ""
        for one in node.values:
            joined += self.text((yield from self.evaluate(one)))
        return joined

    def _rarer(self, node: Expression) -> Evaluation:
        if isinstance(node, Unary):
            value = yield from self.evaluate(node.value)
            if node.operator == "!":
                return float(not true(value))
            return -number(value) if node.operator == "-" else number(value)
        if isinstance(node, Regex):
            return float(self.expression(node.source).test(self.record[0]))
        if isinstance(node, Choose):
            chosen = node.yes if true((yield from self.evaluate(node.condition))) else node.no
            return (yield from self.evaluate(chosen))
        if isinstance(node, Member):
            key = yield from self._key(node.subscripts)
            return float(key in self.variable(node.array).as_array())
        assert isinstance(node, GetLine)
        return (yield from self._get_line(node))

    def pattern(self, node: Expression) -> Generator[Any, Any, regex.Expression]:
        """An expression as a regular expression: `/…/` itself, the text of anything else."""
        if isinstance(node, Regex):
            return self.expression(node.source)
        return self.expression((yield from self.evaluate(node)))

    def _key(self, subscripts: list[Expression]) -> Generator[Any, Any, str]:
        keys = []
        for one in subscripts:
            keys.append(self.text((yield from self.evaluate(one))))
        return self.text(self.get("SUBSEP")).join(keys) if len(keys) > 1 else keys[0]

    def store(self, target: Target, value: Value) -> Running:
        """Give a variable, field or item of an array a value."""
        if isinstance(target, Name):
            self.set(target.name, value)
        elif isinstance(target, Item):
            key = yield from self._key(target.subscripts)
            self.variable(target.array).as_array()[key] = value
        else:
            self.record[int(number((yield from self.evaluate(target.number))))] = self.text(value)

    def _assign(self, node: Assign) -> Evaluation:
        value = yield from self.evaluate(node.value)
        if node.operator:
            before = yield from self.evaluate(node.target)
            value = _computed(node.operator, number(before), number(value))
        yield from self.store(node.target, value)
        return value

    def _binary(self, node: Binary) -> Evaluation:
        operator = node.operator
        if operator in ("&&", "||"):
            left = true((yield from self.evaluate(node.left)))
            if left == (operator == "||"):
                return float(left)
            return float(true((yield from self.evaluate(node.right))))
        if operator in ("~", "!~"):
            subject = self.text((yield from self.evaluate(node.left)))
            pattern = yield from self.pattern(node.right)
            return float(pattern.test(subject) == (operator == "~"))
        first = yield from self.evaluate(node.left)
        second = yield from self.evaluate(node.right)
        if operator == " ":
            return self.text(first) + self.text(second)
        if operator in _COMPARED:
            return float(self._compared(operator, first, second))
        return _computed(operator, number(first), number(second))

    def _compared(self, operator: str, first: Value, second: Value) -> bool:
        if is_number(first) and is_number(second):
            return _COMPARED[operator](number(first), number(second))
        left, right = self.text(first), self.text(second)
        if true(self.get("IGNORECASE")):
            left, right = left.lower(), right.lower()
        return _COMPARED[operator](left, right)

    def _get_line(self, node: GetLine) -> Evaluation:
        """1, 0 at the end, -1 when it cannot be read."""
        self.flush()
        if node.how:
            assert node.source is not None
            name = self.text((yield from self.evaluate(node.source)))
            records: Records | None = self.files.source(node.how, name)
            if records is None:
                return -1.0
            line = yield from records.next(self.text(self.get("RS")))
        else:
            line = yield from self.input()
        if line is None:
            return 0.0
        if node.how == "|":
            self.count("NR")
        if node.target is None:
            self.record.set(line)
        else:
            yield from self.store(node.target, Input(line))
        return 1.0


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _computed(operator: str, left: float, right: float) -> float:
    if operator == "+":
        return left + right
    if operator == "-":
        return left - right
    if operator == "*":
        return left * right
    if operator == "^":
        return power(left, right)
    if right == 0:
        raise AwkError("Division by zero")
    if operator == "/":
        return left / right
    quotient = left / right
    return left - float(int(quotient)) * right if abs(quotient) < 2**63 else 0.0
