"""bash's arrays: `a=(x y)`, `a[1]=z`, `a+=(w)`, `declare -A m`, `${a[@]}`, `${#a[@]}`, `${!m[@]}`.

An array's element 0 is also the variable of its name, so that `$a` needs no rule of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NamedTuple

from podlab.busybox.ast import Assign, Lit, Param, Word

if TYPE_CHECKING:
    from podlab.busybox.interp import Shell

Steps = Generator[Any, Any, Any]


class Expander(NamedTuple):
    """The expansions of `expand.py`, which itself asks for the values of arrays: so they are handed in."""

    text: Callable[[Shell, Any], Generator[Any, Any, str]]
    fields: Callable[[Shell, Any], Generator[Any, Any, list[str]]]
    arithmetic: Callable[[Shell, str], int]


def put(shell: Shell, name: str, values: dict[str, str], *, keyed: bool = False) -> None:
    """Let a name be this array; keys of an indexed one are whole numbers, written out."""
    if keyed:
        shell.keyed.add(name)
    elif name not in shell.keyed:
        values = dict(sorted(values.items(), key=lambda one: int(one[0])))
    shell.arrays[name] = values
    if "0" in values:
        shell.set(name, values["0"])
    else:
        shell.vars.pop(name, None)
    shell.changes += 1


def assign(shell: Shell, node: Assign, expand: Expander) -> Steps:
    """Carry out an assignment of bash's kinds."""
    name = node.name
    if node.items is not None:
        values = dict(_array(shell, name)) if node.append else {}
        for item in node.items:
            key, words = _keyed_item(item)
            if key is not None:
                values[(yield from _key(shell, name, key, expand))] = yield from expand.text(shell, words[0])
                continue
            for value in (yield from expand.fields(shell, words)):
                values[str(max((int(one) for one in values), default=-1) + 1)] = value
        put(shell, name, values)
        return
    value = yield from expand.text(shell, node.value)
    if node.index is None:
        shell.set(name, (shell.get(name) or "") + value)
        return
    place = yield from _key(shell, name, node.index, expand)
    values = dict(_array(shell, name))
    values[place] = values.get(place, "") + value if node.append else value
    put(shell, name, values)


def _array(shell: Shell, name: str) -> dict[str, str]:
    known = shell.arrays.get(name)
    if known is not None:
        return known
    value = shell.vars.get(name)
    return {} if value is None else {"0": value}


def _keyed_item(item: Word) -> tuple[Word | None, list[Word]]:
    """`[key]=value` inside `=( … )`."""
    first = item.parts[0] if item.parts else None
    if type(first) is not Lit or first.quoted or not first.text.startswith("["):
        return None, [item]
    for at, part in enumerate(item.parts):
        if type(part) is Lit and "]=" in part.text:
            before, _, after = part.text.partition("]=")
            key = [*item.parts[:at], Lit(before, part.quoted)]
            key[0] = Lit(key[0].text[1:], key[0].quoted) if type(key[0]) is Lit else key[0]
            return Word(tuple(key)), [Word((Lit(after, True), *item.parts[at + 1 :]))]
    return None, [item]


def _key(shell: Shell, name: str, index: Word, expand: Expander) -> Generator[Any, Any, str]:
    text = yield from expand.text(shell, index)
    if name in shell.keyed:
        return str(text)
    number = expand.arithmetic(shell, text)
    if number < 0:
        number += max((int(one) for one in _array(shell, name)), default=-1) + 1
    return str(number)


def values_of(shell: Shell, part: Param, expand: Expander) -> Generator[Any, Any, list[str]]:
    """What `${name[index]}` means: all values for `@` and `*`, else one or none."""
    array = _array(shell, part.name)
    assert part.index is not None
    if part.index.literal in ("@", "*"):
        return list(array) if part.op == "keys" else list(array.values())
    key = yield from _key(shell, part.name, part.index, expand)
    return [array[key]] if key in array else []
