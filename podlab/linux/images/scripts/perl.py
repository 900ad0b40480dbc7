"""perl -e: the documentation's pi, and one-liners that print, sleep and exit."""

from __future__ import annotations

import re

from podlab.linux.images.apache import no_interpreter
from podlab.linux.images.registry import program
from podlab.linux.program import Proc

MOST_DIGITS = 4000
"""Of pi: Python turns no longer number into text unasked."""


@program("perl")
def perl(proc: Proc) -> int:
    """perl -e PROGRAM: the documentation's `print bpi(2000)` computes pi; other programs podlab cannot run."""
    pi = re.search(r"\bbpi\((\d+)\)", proc.argv[-1])
    if pi is not None:
        proc.print(digits_of_pi(min(int(pi[1]), MOST_DIGITS)))
        return 0
    return no_interpreter(proc) if len(proc.argv) > 1 and proc.argv[1] != "-de0" else 0


def digits_of_pi(digits: int) -> str:
    """Pi with that many digits, the last one rounded (Machin's formula, in whole numbers)."""
    one = 10 ** (digits + 10)

    def arctan_of_one_over(x: int) -> int:
        total, power, divisor, sign = 0, one // x, 1, 1
        while power:
            total += sign * (power // divisor)
            power, divisor, sign = power // (x * x), divisor + 2, -sign
        return total

    scaled = 4 * (4 * arctan_of_one_over(5) - arctan_of_one_over(239))
    text = str((scaled + 5 * 10**10) // 10**11)
    return f"{text[0]}.{text[1:]}" if digits > 1 else text


@program("node")
def node(proc: Proc) -> int:
    """Not yet."""
    return no_interpreter(proc) if len(proc.argv) > 1 else 0
