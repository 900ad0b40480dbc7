"""The glossary: every term of the lessons is in it, found by any of its names, and where it says it is."""

from __future__ import annotations

import re

import pytest
from course_papers import WRITTEN, prose, sources

import podlab as pl
from podlab.course.glossary import Term, all_terms, key

TERMS = all_terms()
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)

# What is bold in the lessons and no term: the ways of the house, in every lesson …
HOUSE = {"predict", "in a real cluster", "on a real cluster", "read more", "recorded", "recorded on a real cluster"}
# … and in one lesson only, each with the reason.
LOCAL = {
    "Shift+Enter": "a key",
    "Kill writer": "a button",
    "Kill pause": "a button",
    "Reset": "a button",
    "at once": "stress",
    "end": "stress",
    "ten minutes": "stress",
    "one": "stress",
    "three": "stress",
    "grid": "the probe's questions, explained at periodSeconds",
    "one container": "one of the two ways that lesson 02 compares",
    "a pod of its own": "one of the two ways that lesson 02 compares",
    "files": "one of the four marks, explained at super-intimate",
    "all the time": "one of the four marks, explained at super-intimate",
    "redis": "a program of an example",
    "Mixed exits under Never": "a case of a table",
    "one after another": "stress",
    "all at once": "stress",
    "blocks": "stress",
    "no ssh": "stress",
    "replaced": "stress",
    "Tomcat": "a program of an example",
    "The first": "one of three faults in a manifest",
    "The second": "one of three faults in a manifest",
    "The third": "one of three faults in a manifest",
    "ward": "the pods of lesson 13 all together",
    "diagnosis": "what is chosen in lesson 13",
    "repair": "what is made in lesson 13",
    "yielded": "Python's word",
    "outside": "stress",
    "Your own": "a page of the panel",
    "policy: Never": "a button",
    "Read its file": "what the course has taught",
    "Foresee": "what the course has taught",
    "Find out why": "what the course has taught",
}


def terms_in(text: str) -> list[str]:
    """The bold words that may be terms: not a whole sentence or its beginning, not a phrase, not a number."""
    found = [" ".join(words.split()) for words in BOLD.findall(text)]
    return [words for words in found if not (words.endswith((".", ":", "?", "!")) or len(words.split()) > 4)]


def names(term: Term) -> set[str]:
    return {key(name) for name in (term.term, *term.also)}


KNOWN = {name for term in TERMS for name in names(term)}


@pytest.mark.parametrize("lesson", WRITTEN, ids=lambda lesson: lesson.name)
def test_every_bold_term_is_in_the_glossary_or_known_to_be_none(lesson: object) -> None:
    """A new term goes into podlab/course/glossary.yaml (then run tools/course.py); what is no term, into LOCAL."""
    no_terms = {key(words) for words in (*HOUSE, *LOCAL)}
    bold = terms_in("\n".join(prose(lesson.path)))
    unknown = [words for words in bold if key(words) not in KNOWN | no_terms and not words.isdigit()]
    assert list(dict.fromkeys(unknown)) == []


def test_what_is_called_local_is_no_term() -> None:
    assert [words for words in LOCAL if key(words) in KNOWN] == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_term_is_in_the_lesson_it_names_and_in_no_earlier_one_in_bold(term: Term) -> None:
    spelled = "|".join(re.escape(name) for name in (_plain(term.term), *term.also))
    others = {other.term for other in TERMS} - {term.term}
    for lesson in WRITTEN:
        if lesson.number == term.lesson:
            assert re.search(rf"(?<![\w-])(?:{spelled})", sources(lesson.path), re.IGNORECASE), lesson.name
        elif lesson.number < term.lesson:
            # READY in bold is the term READY, and not also the term Ready.
            bold = set(terms_in("\n".join(prose(lesson.path)))) - others
            assert not names(term) & {key(words) for words in bold}, lesson.name


def _plain(term: str) -> str:
    return re.sub(r" \(.*\)| (hook|namespace|pod)$", "", term)


def test_no_two_terms_are_the_same_and_every_reference_is_one() -> None:
    known = [term.term for term in TERMS]
    assert len(set(known)) == len(known)
    assert {other for term in TERMS for other in term.see} <= set(known)
    assert [term.term for term in TERMS if term.term in term.see] == []


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_a_term_is_found_by_each_of_its_names(term: Term) -> None:
    plural = term.term + ("" if term.term.lower().endswith("s") else "s")
    for name in (term.term, *term.also, term.term.upper(), term.term.replace("-", " "), plural):
        assert term in pl.glossary(name).terms


def test_what_differs_in_capitals_only_is_given_together() -> None:
    assert [term.term for term in pl.glossary("ready")] == ["READY", "Ready"]
    assert [term.term for term in pl.glossary("running")] == ["Running (container)", "Running (phase)"]


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_an_explanation_is_short_plain_and_whole(term: Term) -> None:
    assert 5 <= len(term.says.split()) <= 60
    assert term.says.endswith(".")
    assert "\n" not in term.says
    assert term.kubernetes
    assert not term.kubernetes.endswith(".")


def test_text_and_html_say_the_same() -> None:
    shown = pl.glossary("Init:Error")
    assert "`Init:1/2`" in shown.text
    assert "<code>Init:1/2</code>" in shown.html
    assert "In Kubernetes: column STATUS" in shown.text
    everything = pl.glossary()
    assert everything.html.count("<tr>") == len(TERMS) + 1
    assert all(f"\n{term.term} (lesson {term.lesson})" in everything.text for term in TERMS)
    assert max(map(len, everything.text.splitlines())) <= 100


def test_the_terms_of_a_lesson() -> None:
    assert {term.lesson for term in pl.glossary(lesson="08")} == {"08"}
    assert "phase" in [term.term for term in pl.glossary(lesson="00")]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        pytest.param({"term": "crashlop"}, "'crashlop' in the glossary; did you mean CrashLoopBackOff", id="a slip"),
        pytest.param({"term": "liveness prob"}, "did you mean liveness probe", id="a half word"),
        pytest.param({"term": "quark"}, r"glossary\(\) shows all terms", id="nothing close"),
        pytest.param({"term": 137}, "term: a word in quotes", id="a number"),
        pytest.param({"lesson": 8}, "lesson: one of 00, 01, .*, in quotes, not 8", id="a lesson as a number"),
        pytest.param({"term": "pod", "lesson": "08"}, "either a term or a lesson", id="both"),
    ],
)
def test_a_bad_question_is_answered_in_a_sentence(asked: dict[str, object], error: str) -> None:
    with pytest.raises((KeyError, ValueError, TypeError), match=error):
        pl.glossary(**asked)
