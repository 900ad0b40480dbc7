"""POSIX regular expressions: what matches, which group has what, wrong ones, and the bound on steps.

The answers were compared with glibc's regcomp and regexec. No expression here would hang another engine: the bound is
tested by making it small.
"""

from __future__ import annotations

import pytest

from podlab.busybox import regex
from podlab.busybox.applets import ToolError
from podlab.busybox.regex import RegexError, Subject, backrefs, compile_regex


@pytest.mark.parametrize(
    ("expression", "text", "groups"),
    [
        pytest.param("a|ab|abc", "xabcd", ["abc"], id="the longest alternative, not the first"),
        pytest.param("(a|ab)(c|bcd)(d*)", "abcd", ["abcd", "ab", "c", "d"], id="the left group takes the most"),
        pytest.param("(a*)(a*)", "aaa", ["aaa", "aaa", ""], id="the first takes all"),
        pytest.param("(ab|a)*", "aab", ["aab", "ab"], id="a repeated group has its last time"),
        pytest.param("x*", "aaxx", [""], id="the leftmost, even when empty"),
        pytest.param("(foo|foobar)(bar)?", "foobar", ["foobar", "foobar", ""], id="a group that took no part"),
        pytest.param("^([a-z]+-)*[a-z]+$", "a-b-c", ["a-b-c", "b-"], id="anchors"),
        pytest.param("[[:digit:]]{2,3}", "1 12345", ["123"], id="counts and classes"),
        pytest.param("[]a]+", "b]a]", ["]a]"], id="a closing bracket stands first"),
        pytest.param(r"\<is\>", "this is", ["is"], id="words"),
        pytest.param(r"(.)(.)\2\1", "xabbay", ["abba", "a", "b"], id="back-references"),
        pytest.param(r"a\.b|\$", "a.b", ["a.b"], id="escapes"),
        pytest.param("a{0}b", "ab", ["b"], id="no times"),
    ],
)
def test_extended(expression: str, text: str, groups: list[str]) -> None:
    match = regex.extended(expression).search(text)
    assert match is not None
    assert [match.group(number) for number in range(len(groups))] == groups


@pytest.mark.parametrize(
    ("expression", "text", "matched"),
    [
        pytest.param(r"\(a\|b\)\+", "xabab", "abab", id="backslashes make them special"),
        pytest.param("(a|b)+", "(a|b)+", "(a|b)+", id="without they are plain"),
        pytest.param("*a", "b*a", "*a", id="a star at the beginning"),
        pytest.param("a^b$c", "a^b$c", "a^b$c", id="anchors in the middle"),
        pytest.param(r"a\{2\}", "aaa", "aa", id="a count"),
    ],
)
def test_basic(expression: str, text: str, matched: str) -> None:
    match = regex.basic(expression).search(text)
    assert match is not None
    assert match.group() == matched


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("(a", "Unmatched ( or \\("),
        ("[a", "Unmatched [, [^, [:, [., or [="),
        ("[", "Invalid regular expression"),
        ("a{2", "Unmatched \\{"),
        ("a{2,1}", "Invalid content of \\{\\}"),
        ("*a", "Invalid preceding regular expression"),
        ("^*", "Invalid preceding regular expression"),
        ("a|+", "Invalid preceding regular expression"),
        ("\\", "Trailing backslash"),
        (r"(a)|\1", "Invalid back reference"),
        ("[[:no:]]", "Invalid character class name"),
        ("[b-a]", "Invalid range end"),
        ("(" * 100, "Regular expression too big"),
    ],
)
def test_wrong_ones_in_the_words_of_the_c_library(expression: str, problem: str) -> None:
    with pytest.raises(ToolError) as raised:
        regex.extended(expression)
    assert str(raised.value) == f"bad regex '{expression}': {problem}"


def test_grep_is_lenient() -> None:
    assert compile_regex("*a{", extended=True, lenient=True).search("a{") is not None
    assert compile_regex("a**", extended=False, lenient=True).search("aa") is not None
    with pytest.raises(RegexError):
        compile_regex("a**", extended=False)


def test_every_match() -> None:
    assert [match.span() for match in regex.extended("b*").every("abb")] == [(0, 0), (1, 3), (3, 3)]


def test_ignore_case() -> None:
    assert regex.extended("[a-c]X", ignore_case=True).test("--Bx")
    assert not regex.extended("[a-c]X").test("--Bx")


def test_steps_are_counted_not_seconds() -> None:
    expression = regex.extended("(ab|ba)*c")
    enough, few = Subject("ab" * 50 + "c"), Subject("ab" * 50 + "c", limit=20)
    assert expression.search(enough) is not None
    assert enough.steps > 20
    with pytest.raises(ToolError) as raised:
        expression.search(few)
    assert str(raised.value) == "podlab gives up on regex '(ab|ba)*c': it takes too many steps; write it simpler"


def test_steps_grow_with_the_text_not_exponentially() -> None:
    expression = regex.extended("(a|b)*c")
    steps = []
    for length in (100, 200, 400):
        subject = Subject("ab" * length + "c")
        assert expression.search(subject) is not None
        steps.append(subject.steps)
    assert steps[0] < steps[2] <= 5 * steps[0]


def test_back_references_have_the_same_bound() -> None:
    expression = compile_regex(r"(a*)(b*)\1\2", extended=True)
    with pytest.raises(regex.TooManyStepsError):
        backrefs.longest(expression.part, 0, Subject("aabbaabb", limit=10))
    assert regex.extended(r"(a*)(b*)\1\2").match("aabbaabb") is not None
