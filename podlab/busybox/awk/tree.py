"""What an awk program consists of."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Number:
    """`5`, `0.5`, `0x10`."""

    value: float


@dataclass(slots=True)
class Text:
    """`"text"`, escapes replaced."""

    value: str


@dataclass(slots=True)
class Regex:
    """`/expression/`: by itself it asks whether the record matches."""

    source: str


@dataclass(slots=True)
class Name:
    """A variable, or an array when it is passed to a function."""

    name: str


@dataclass(slots=True)
class Field:
    """`$n`"""

    number: Expression


@dataclass(slots=True)
class Item:
    """`array[a, b]`"""

    array: str
    subscripts: list[Expression]


Target = Name | Field | Item


@dataclass(slots=True)
class Assign:
    """`target = value`, `target += value` …; `operator` is "" or the operator before the `=`."""

    operator: str
    target: Target
    value: Expression


@dataclass(slots=True)
class Increase:
    """`++x`, `x--` …; `by` is 1 or -1, `before`: the new value counts."""

    target: Target
    by: int
    before: bool


@dataclass(slots=True)
class Unary:
    """`!x`, `-x`, `+x`"""

    operator: str
    value: Expression


@dataclass(slots=True)
class Binary:
    """Arithmetic, comparisons, `~`, `!~`, `&&`, `||`; the operator " " joins texts."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True)
class Choose:
    """`condition ? yes : no`"""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(slots=True)
class Member:
    """`(a, b) in array`"""

    subscripts: list[Expression]
    array: str


@dataclass(slots=True)
class Call:
    """A function call, built in or the program's own."""

    name: str
    args: list[Expression]


@dataclass(slots=True)
class GetLine:
    """`getline target`, `getline target < source`, `source | getline target`; `how` is "", "<" or "|"."""

    how: str
    source: Expression | None
    target: Target | None


@dataclass(slots=True)
class Group:
    """`(a)`, or `(a, b)` before `in` and behind `print`."""

    values: list[Expression]


Expression = (
    Number
    | Text
    | Regex
    | Name
    | Field
    | Item
    | Assign
    | Increase
    | Unary
    | Binary
    | Choose
    | Member
    | Call
    | GetLine
    | Group
)


@dataclass(slots=True)
class Print:
    """`print` and `printf`; `how` is "", ">", ">>" or "|"."""

    formatted: bool
    args: list[Expression]
    how: str
    target: Expression | None
    line: int = 0


@dataclass(slots=True)
class Evaluate:
    """An expression for what it does."""

    value: Expression
    line: int = 0


@dataclass(slots=True)
class Block:
    """`{ … }`"""

    body: list[Statement]
    line: int = 0


@dataclass(slots=True)
class If:
    """`if (condition) yes else no`"""

    condition: Expression
    yes: Statement
    no: Statement | None
    line: int = 0


@dataclass(slots=True)
class Loop:
    """`while`, `do … while` (`first`: the body runs before the condition is asked), `for (begin; condition; step)`."""

    condition: Expression | None
    body: Statement
    begin: Statement | None = None
    step: Statement | None = None
    first: bool = False
    line: int = 0


@dataclass(slots=True)
class ForIn:
    """`for (name in array)`"""

    target: str
    array: str
    body: Statement
    line: int = 0


@dataclass(slots=True)
class Jump:
    """`next`, `nextfile`, `break`, `continue`, `exit value`, `return value`."""

    kind: str
    value: Expression | None = None
    line: int = 0


@dataclass(slots=True)
class Delete:
    """`delete array` and `delete array[x]`."""

    array: str
    subscripts: list[Expression] | None
    line: int = 0


Statement = Print | Evaluate | Block | If | Loop | ForIn | Jump | Delete


@dataclass(slots=True)
class Rule:
    """`pattern { action }`; with `last` it is a range, `inside` says whether it has begun. No action: print."""

    pattern: Expression | None
    last: Expression | None
    action: Block | None
    inside: bool = False


@dataclass(slots=True)
class Function:
    """A function of the program."""

    params: list[str]
    body: Block


@dataclass(slots=True)
class Program:
    """A whole program."""

    begin: list[Block] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    end: list[Block] = field(default_factory=list)
    functions: dict[str, Function] = field(default_factory=dict)
