"""What is a script and what is not, in ash's words; no text makes the parser do anything else than answer."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podlab.busybox import parse
from podlab.busybox.ast import AndOr, Background, If, Lit, Loop, Not, Param, Pipeline, Script, Sequence, Simple
from podlab.busybox.lexer import MAX_NESTING
from podlab.busybox.words import KEYWORDS

ERRORS = [
    ("while true; do :; done; done", 'unexpected "done"'),
    ("if", 'unexpected end of file (expecting "then")'),
    ('echo "a', "unterminated quoted string"),
    ("echo 'x", "unterminated quoted string"),
    ("echo $(ls", 'unexpected end of file (expecting ")")'),
    ("for x in; do", 'unexpected end of file (expecting "done")'),
    ("case", "unexpected end of file (expecting word)"),
    ("echo ${x", "missing '}'"),
    ("echo ${x:}", "missing '}'"),
    ("a | | b", 'unexpected "|"'),
    ("&& b", 'unexpected "&&"'),
    ("echo )", 'unexpected ")"'),
    ("f() {", 'unexpected end of file (expecting "}")'),
    ("echo `ls", "EOF in backquote substitution"),
    ("echo ${x!y}", "bad substitution"),
    ("echo ${}", "bad substitution"),
    ("echo ${#x:-3}", "bad substitution"),
    ("for 1 in a; do :; done", "bad for loop variable"),
    ("a;;b", 'unexpected ";;"'),
    ("<", "unexpected end of file"),
    ("echo hi >", "unexpected end of file"),
    ("cat <<< hi", "unexpected redirection"),
    ("if true; then fi", 'unexpected "fi"'),
    ("while; do :; done", 'unexpected ";"'),
    (";", 'unexpected ";"'),
    ("!", "unexpected end of file"),
    ("()", 'unexpected ")"'),
    ("case x in a) echo;; ", 'unexpected end of file (expecting ")")'),
    ("case x of", 'unexpected word (expecting "in")'),
    ("for x in a b", "unexpected end of file"),
    ("for x in a b; echo", 'unexpected word (expecting "do")'),
    ("echo a(b)", 'unexpected "("'),
    ("break() { :; }", "bad function name"),
    ("1x() { :; }", "bad function name"),
    ("echo $((1+1", "missing '))'"),
    ("echo $(done)", 'unexpected "done" (expecting ")")'),
    ("{ echo a }", 'unexpected end of file (expecting "}")'),
    ("echo |& cat", 'unexpected "&"'),
    ("x=(a b)", 'unexpected "("'),
]


@pytest.mark.parametrize(("text", "error"), [pytest.param(*case, id=case[0]) for case in ERRORS])
def test_syntax_errors_read_as_ash_words_them(text: str, error: str) -> None:
    assert parse(text).error == "syntax error: " + error


def test_lines_before_an_error_are_kept() -> None:
    script = parse("echo a; echo b\necho c; done; echo d")
    assert len(script.commands) == 1
    assert script.error == 'syntax error: unexpected "done"'


def _only(text: str) -> object:
    script = parse(text)
    assert script.error is None
    (command,) = script.commands
    return command


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("a b", Simple, id="simple command"),
        pytest.param("a | b", Pipeline, id="pipeline"),
        pytest.param("! a | b", Not, id="negated pipeline"),
        pytest.param("a && b || c", AndOr, id="and-or list"),
        pytest.param("a && b &", Background, id="and-or list in the background"),
        pytest.param("a; b", Sequence, id="list"),
        pytest.param("if a; then b; fi", If, id="if"),
        pytest.param("until a\ndo b\ndone", Loop, id="until over lines"),
        pytest.param("a # b; c", Simple, id="a comment ends the line"),
        pytest.param("a \\\n b", Simple, id="a backslash joins lines"),
    ],
)
def test_what_a_text_is(text: str, kind: type) -> None:
    assert type(_only(text)) is kind


def test_keywords_are_keywords_only_where_a_command_begins() -> None:
    command = _only("echo if then done { }")
    assert isinstance(command, Simple)
    assert [word.literal for word in command.words] == ["echo", "if", "then", "done", "{", "}"]
    quoted = _only('"if" a')
    assert isinstance(quoted, Simple)


def test_quotes_are_told_apart_from_what_they_quote() -> None:
    command = _only("""echo a'b c'"$x"$y\\ z""")
    assert isinstance(command, Simple)
    assert command.words[1].parts == (
        *(Lit("a"), Lit("b c", True), Param("x", True)),
        *(Param("y", False), Lit(" ", True), Lit("z")),
    )


def test_the_same_text_is_parsed_once() -> None:
    assert parse("echo once") is parse("echo once")


@pytest.mark.parametrize(
    ("opening", "closing"),
    [("( ", " )"), ("$(", ")"), ("{ ", "; }"), ("if a; then ", "; fi"), ("${x:-", "}"), ('"$(', ')"'), ("f() ", "")],
    ids=["subshells", "command substitutions", "groups", "ifs", "parameters", "quoted substitutions", "functions"],
)
def test_deep_nesting_is_an_error_and_not_a_crash(opening: str, closing: str) -> None:
    deep = parse("echo " * opening.startswith(("$", '"')) + opening * 500 + "a" + closing * 500)
    assert deep.error == f"syntax error: nested more than {MAX_NESTING} levels deep"
    level = MAX_NESTING // 2 - 1
    fine = parse("echo " * opening.startswith(("$", '"')) + opening * level + "a" + closing * level)
    assert fine.error is None


CHARACTERS = [*" \n\t;&|<>(){}[]$`'\"\\#!*?~=:-+%/@0aifx", "do ", "done", "case ", "esac", "<<E\n", "\nE\n", "$(("]
WORDS = [*sorted(KEYWORDS), *("(", ")", "$(", ";;", ";", "&", "|", "&&", "<<", "E", "x", "f()", "'")]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(CHARACTERS)).map("".join))
def test_any_text_gets_an_answer(text: str) -> None:
    assert isinstance(parse(text), Script)


@settings(max_examples=100)
@given(st.text())
def test_any_characters_get_an_answer(text: str) -> None:
    assert isinstance(parse(text), Script)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(WORDS)))
def test_any_row_of_keywords_gets_an_answer(words: list[str]) -> None:
    script = parse(" ".join(words))
    assert script.error is None or script.error.startswith("syntax error: ")


def test_a_row_of_redirections_is_an_error_and_not_a_crash() -> None:
    assert parse("> " * 5000).error == "syntax error: unexpected redirection"


def test_long_scripts_take_linear_time() -> None:
    def seconds(lines: int) -> float:
        text = "\n".join(f'echo "line $x" {lines} > /dev/null && true' for _ in range(lines))
        begun = time.process_time()
        assert parse.__wrapped__(text).error is None
        return time.process_time() - begun

    assert min(seconds(4000) for _ in range(3)) < 50 * min(seconds(400) for _ in range(3))
