"""The course's terms in plain English: `glossary("phase")`, or all of them. The list is `glossary.yaml`.

The page docs/glossary.md is made of the same list, and a test holds the two equal.
"""

from __future__ import annotations

import difflib
import functools
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any

import yaml

from podlab.api.mistakes import NotFound, WrongType, WrongValue, a_kind

_WIDTH = 100
_CODE = re.compile(r"`([^`]*)`")
_CLOSE = 5


@dataclass(frozen=True, slots=True)
class Term:
    """One term: what it `says` in plain English, Kubernetes' own name for it, and the lesson where it first appears.

    `also` are other spellings to find it by, `see` other terms of the glossary. Words of code are in backticks.
    """

    term: str
    says: str
    kubernetes: str
    lesson: str
    also: tuple[str, ...] = ()
    see: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False)
class Glossary:
    """Some terms, in alphabetical order, as a table; `terms` are the terms themselves."""

    title: str
    terms: tuple[Term, ...]

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    @property
    def text(self) -> str:
        """The terms in plain text, one paragraph each."""
        return "\n".join([self.title, *(_paragraph(term) for term in self.terms)])

    @property
    def html(self) -> str:
        """The terms as an HTML table."""
        head = "".join(f"<th>{name}</th>" for name in ("term", "in plain English", "in Kubernetes", "lesson"))
        rows = "".join(
            f"<tr><td><b>{escape(term.term)}</b></td><td>{_marked(term.says)}{_see(term)}</td>"
            f"<td>{_marked(term.kubernetes)}</td><td>{escape(term.lesson)}</td></tr>"
            for term in self.terms
        )
        left = ' style="text-align: left"'
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        table = table.replace("<th>", f"<th{left}>").replace("<td>", f"<td{left}>")
        return f'<section class="podlab-course"><p><b>{escape(self.title)}</b></p>{table}</section>'

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


def glossary(term: str | None = None, *, lesson: str | None = None) -> Glossary:
    """What a term means: `glossary("phase")`. Without a term: all of them, or those first met in a `lesson`, "08".

    Capitals, hyphens and the plural do not count; where two terms differ in nothing else (READY, Ready) both are given.
    NotFound (a KeyError) suggests terms that come close.
    """
    known = all_terms()
    if term is not None:
        if lesson is not None:
            raise WrongValue('lesson: either a term or a lesson, as in glossary("phase") or glossary(lesson="08")')
        return Glossary("Glossary", _found(term, known))
    if lesson is None:
        return Glossary(f"Glossary: {len(known)} terms", known)
    lessons = sorted({each.lesson for each in known})
    if lesson not in lessons:
        raise WrongValue(f"lesson: one of {', '.join(lessons)}, in quotes, not {lesson!r}")
    there = tuple(each for each in known if each.lesson == lesson)
    return Glossary(f"Glossary of lesson {lesson}: {len(there)} terms", there)


@functools.cache
def all_terms() -> tuple[Term, ...]:
    """Every term of the course, in alphabetical order."""
    entries = yaml.safe_load((files("podlab.course") / "glossary.yaml").read_text(encoding="utf-8"))
    terms = (
        Term(
            entry["term"],
            entry["says"],
            entry["kubernetes"],
            entry["lesson"],
            tuple(entry.get("also", ())),
            tuple(entry.get("see", ())),
        )
        for entry in entries
    )
    return tuple(sorted(terms, key=lambda each: (key(each.term), each.term)))


def key(word: str) -> str:
    """A word without what does not count when it is looked up: capitals, hyphens, spaces, a plural's s."""
    plain = re.sub(r"[^a-z0-9:/()]", "", word.lower())
    return plain[:-1] if len(plain) > 3 and plain.endswith("s") and not plain.endswith("ss") else plain


def _found(word: str, known: tuple[Term, ...]) -> tuple[Term, ...]:
    if not isinstance(word, str):
        raise WrongType(f'term: a word in quotes, as in glossary("phase"), not {a_kind(word)}')
    named = tuple(each for each in known if key(each.term) == key(word))
    also = tuple(each for each in known if key(word) in map(key, each.also))
    if found := tuple(dict.fromkeys([*named, *also])):
        return found
    close = _close(word, known)
    hint = f"did you mean {' or '.join(close)}?" if close else "glossary() shows all terms"
    raise NotFound(f"there is no term {word!r} in the glossary; {hint}")


def _close(word: str, known: tuple[Term, ...]) -> list[str]:
    """The terms that look like the word or contain it, the likeliest first."""
    by_key = {key(name): each.term for each in reversed(known) for name in (*each.also, each.term)}
    wanted = key(word)
    alike = difflib.get_close_matches(wanted, by_key, n=_CLOSE, cutoff=0.7)
    inside = [name for name in by_key if min(len(wanted), len(name)) > 2 and (wanted in name or name in wanted)]
    return list(dict.fromkeys(by_key[name] for name in [*alike, *sorted(inside)]))[:_CLOSE]


def _paragraph(term: Term) -> str:
    see = f" See {', '.join(term.see)}." if term.see else ""
    words = f"{term.term} (lesson {term.lesson}): {term.says} In Kubernetes: {term.kubernetes}.{see}"
    return textwrap.fill(words, _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)


def _see(term: Term) -> str:
    return f" <i>See</i> {escape(', '.join(term.see))}." if term.see else ""


def _marked(words: str) -> str:
    """Words as HTML: what is in backticks becomes code."""
    return _CODE.sub(r"<code>\1</code>", escape(words))
