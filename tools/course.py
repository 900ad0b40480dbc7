"""Bring all that is around the lessons up to date: their links, the list of them, the glossary's page, the times.

    python tools/course.py               write what has changed
    python tools/course.py --check       write nothing; name what is not up to date (tests do the same)
    python tools/course.py --measure 08  run lesson 08, and write down how long that took here; without numbers: all

After a new lesson has been put into `notebooks/`, run it once. In each lesson it writes these lines and nothing else:
`[All lessons](…) · [Glossary](…)` under the title, with the note that the page shows answers, and
`Next: … Before: …` at the very end. Outputs are not touched.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from podlab.course.glossary import Term, all_terms
from podlab.course.release import NAVIGATION

PROJECT = Path(__file__).parents[1]
NOTEBOOKS = PROJECT / "notebooks"
DOCS = PROJECT / "docs"

# How a learner's time is estimated, in minutes: see docs/instructors.md.
WORDS_A_MINUTE = 150
A_CELL, A_PREDICTION, AN_EXERCISE = 0.5, 1, 5
PLAY = {"00_start": 5}
"""Time that is neither read nor run: in the first notebook, five things to do in the lab's panel."""
SHOWN = (
    "> This page shows its answers. To learn, open a copy of your own that does not: `make lab`, or the course's site."
)
"""Under the links of a lesson with outputs; podlab/course/workbook.py leaves it out of a working copy."""
CLOSE_ENOUGH = 5


@dataclass(frozen=True)
class Lesson:
    """A lesson's file without its ending, its title, and what it is about in a line."""

    name: str
    title: str
    about: str

    @property
    def path(self) -> Path:
        """Where its notebook is, or will be."""
        return NOTEBOOKS / f"{self.name}.ipynb"

    @property
    def number(self) -> str:
        """Its two digits."""
        return self.name[:2]

    @property
    def heading(self) -> str:
        """How the lesson is called in a link and (but for the first) in its own heading."""
        return f"{self.number} · {self.title}"


LESSONS = (
    Lesson("00_start", "Start here", "what a pod is; run one, break it, read the picture"),
    Lesson("01_a_logical_host", "A logical host", "what the containers of a pod share, and what each has for itself"),
    Lesson(
        "02_why_not_one_container_why_not_two",
        "Why not one container, why not two?",
        "what goes wrong without pods, and how to tell which containers belong together",
    ),
    Lesson("03_why_not_the_scheduler", "Why not the scheduler?", "why a pod is placed as a whole"),
    Lesson("04_the_pause_container", "The pause container", "who holds the address while your containers come and go"),
    Lesson("05_helpers", "Helpers", "loaders, shippers, watchers, proxies: programs beside the main one"),
    Lesson("06_a_machine_seen_as_a_pod", "A machine seen as a pod", "from a server set up by hand to a pod"),
    Lesson("07_the_pods_file", "The pod's file", "what is in a manifest, and how to read what refuses it"),
    Lesson(
        "08_states_phase_ready_status",
        "States, phase, READY, STATUS",
        "four words for how a pod is doing, and where the rules of thumb break",
    ),
    Lesson("09_restart_policy_and_backoff", "restartPolicy and back-off", "what is started again, and when"),
    Lesson("10_probes", "Probes", "how the kubelet asks whether a program works; who kills and who hides"),
    Lesson("11_saying_goodbye", "Saying goodbye", "every second between `kubectl delete` and the end"),
    Lesson("12_nodes_die", "Nodes die", "what becomes of the pods of a lost machine"),
    Lesson("13_the_clinic", "The clinic", "twelve sick pods: find out what they have, and heal them"),
    Lesson("14_your_own_manifest", "Your own manifest", "your pod in the lab, and from there to a real cluster"),
    Lesson(
        "15_write_the_kubelet_yourself",
        "Write the kubelet yourself",
        "its rules in a few lines each, checked against the real answers; then they drive a pod",
    ),
)


def lesson_with_links(lesson: Lesson) -> str:
    """The lesson's file with its two lines of links as they should be."""
    notebook = nbformat.read(lesson.path, as_version=4)
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    for cell in prose:
        cell.source = NAVIGATION.sub("", cell.source).strip()
    heading, _, rest = prose[0].source.partition("\n")
    prose[0].source = f"{heading}\n\n{head(lesson)}\n\n{rest.strip()}"
    if lesson == LESSONS[0]:
        contents(notebook)
        prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    prose[-1].source += f"\n\n{foot(lesson)}"
    return nbformat.writes(notebook) + "\n"


def head(lesson: Lesson) -> str:
    """The lines under the title."""
    everything = "#The-lessons" if lesson == LESSONS[0] else f"{LESSONS[0].name}.ipynb#The-lessons"
    return f"[All lessons]({everything}) · [Glossary](../docs/glossary.md)\n\n{SHOWN}"


def foot(lesson: Lesson) -> str:
    """The last line: where to go from here."""
    at = LESSONS.index(lesson)
    if at + 1 < len(LESSONS):
        line = f"Next: {link(LESSONS[at + 1])}."
    else:
        everything = f"{LESSONS[0].name}.ipynb#The-lessons"
        line = f"Next: your own pods. This was the last lesson; [here are all of them]({everything})."
    return line if at == 0 else f"{line} Before: {link(LESSONS[at - 1])}."


def link(lesson: Lesson) -> str:
    """A link from one lesson to another."""
    return f"[{lesson.heading}]({lesson.name}.ipynb)"


def contents(notebook: nbformat.NotebookNode) -> None:
    """Put the list of all lessons into the first notebook: a cell of its own, at the end."""
    text = [
        "## The lessons",
        "",
        "Take them in order, or go where your question is; each begins with the words it needs. Most take about three "
        "quarters of an hour, the clinic twice as long.",
        "",
        *(f"* {link(lesson)}: {lesson.about}." for lesson in LESSONS[1:]),
        "",
        'A word you have forgotten: `pl.glossary("phase")` in a cell, or the [glossary](../docs/glossary.md).',
    ]
    last = notebook.cells[-1]
    if not last.source.startswith(text[0]):
        last = nbformat.v4.new_markdown_cell()
        last.id = "start-lessons"
        notebook.cells.append(last)
    last.source = "\n".join(text)


def glossary_page() -> str:
    """docs/glossary.md: every term, made of podlab/course/glossary.yaml."""
    terms = all_terms()
    anchors = anchors_of([term.term for term in terms])
    lines = [
        "# Glossary",
        "",
        f"The {len(terms)} terms of the course in plain English, each with the lesson where it first appears and with "
        "Kubernetes' own name for it.",
        'In a notebook: `pl.glossary("phase")` for one, `pl.glossary()` for all, `pl.glossary(lesson="08")` for those '
        "of a lesson.",
        "",
        "This page is made by `tools/course.py` of `podlab/course/glossary.yaml`. Change that file, not this one.",
    ]
    for term in terms:
        lines += ["", f"## {term.term}", "", term.says, "", about(term, anchors)]
    return "\n".join(lines) + "\n"


def about(term: Term, anchors: dict[str, str]) -> str:
    """The line under a term's explanation: Kubernetes' name, the lesson, other terms."""
    lesson = next(each for each in LESSONS if each.number == term.lesson)
    parts = [f"In Kubernetes: {term.kubernetes}", f"lesson [{lesson.heading}](../notebooks/{lesson.name}.ipynb)"]
    if term.see:
        parts.append("see " + ", ".join(f"[{other}](#{anchors[other]})" for other in term.see))
    return " · ".join(parts)


def anchors_of(headings: list[str]) -> dict[str, str]:
    """The anchor that a code host gives to each heading of a page: READY is `ready`, and Ready after it `ready-1`."""
    given: dict[str, str] = {}
    for heading in headings:
        plain = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        before = sum(re.sub(r"-\d+$", "", other) == plain for other in given.values())
        given[heading] = f"{plain}-{before}" if before else plain
    return given


BEGIN, END = "<!-- times: made by tools/course.py -->", "<!-- end of times -->"
ROW = re.compile(r"^\| \[(\d\d) ·.*\| (\S+) \| (\S+) \|$", re.MULTILINE)


def instructors_page(measured: dict[str, float]) -> str:
    """docs/instructors.md with its table of times as it should be: a lesson's size, its run time, a learner's time."""
    text = (DOCS / "instructors.md").read_text(encoding="utf-8")
    before, table, after = re.split(f"{re.escape(BEGIN)}|{re.escape(END)}", text)
    known = {number: (run, minutes) for number, run, minutes in ROW.findall(table)}
    rows = []
    for lesson in LESSONS:
        if not lesson.path.exists():
            continue
        cells, exercises, estimate = size(lesson)
        run, minutes = known.get(lesson.number, ("?", ""))
        if lesson.number in measured:
            run = f"{measured[lesson.number]:.0f}"
        if not minutes.isdigit() or abs(int(minutes) - estimate) > CLOSE_ENOUGH:
            minutes = str(5 * round(estimate / 5))
        name = f"[{lesson.heading}](../notebooks/{lesson.name}.ipynb)"
        rows.append(f"| {name} | {cells} | {exercises} | {run} | {minutes} |")
    made = ["| lesson | code cells | exercises | Run All (s) | a learner (min) |", "|---|---|---|---|---|", *rows]
    return before + "\n".join([BEGIN, "", *made, "", END]) + after


def size(lesson: Lesson) -> tuple[int, int, float]:
    """How many code cells and exercises a lesson has, and how many minutes a learner is estimated to take."""
    notebook = nbformat.read(lesson.path, as_version=4)
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    exercises = sum("exercise" in cell.metadata.get("tags", []) for cell in code)
    predictions = len(re.findall(r"\*\*Predict", prose))
    minutes = len(prose.split()) / WORDS_A_MINUTE + A_CELL * len(code) + A_PREDICTION * predictions
    return len(code), exercises, minutes + AN_EXERCISE * exercises + PLAY.get(lesson.name, 0)


def measure(lesson: Lesson) -> float:
    """Seconds from starting a kernel to the end of the last cell."""
    notebook = nbformat.read(lesson.path, as_version=4)
    begin = time.perf_counter()
    NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
    return time.perf_counter() - begin


def papers(measured: dict[str, float] | None = None) -> dict[Path, str]:
    """Every file that is made, or made in part, and what should be in it."""
    made = {DOCS / "glossary.md": glossary_page()}
    made |= {lesson.path: lesson_with_links(lesson) for lesson in LESSONS if lesson.path.exists()}
    return made | {DOCS / "instructors.md": instructors_page(measured or {})}


def stale(made: dict[Path, str]) -> list[Path]:
    """The files that are not as they should be."""
    return [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main() -> int:
    """Run the command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--measure", nargs="*", metavar="NN")
    args = parser.parse_args()
    measured = {}
    if args.measure is not None:
        for lesson in LESSONS:
            if lesson.path.exists() and (not args.measure or lesson.number in args.measure):
                measured[lesson.number] = measure(lesson)
                print(f"{lesson.name}: {measured[lesson.number]:.1f} s")
    made = papers(measured)
    behind = stale(made)
    for path in behind:
        print(f"{'not up to date' if args.check else 'written'}: {path.relative_to(PROJECT)}")
        if not args.check:
            path.write_text(made[path], encoding="utf-8")
    return 1 if args.check and behind else 0


if __name__ == "__main__":
    sys.exit(main())
