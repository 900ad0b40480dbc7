"""Many learners' reports in one table: a line for each learner, a column for each exercise.

    python -m podlab.course.collect reports/*.csv                 as a table
    python -m podlab.course.collect reports/*.csv --csv class.csv  for a spreadsheet

A report is what `pl.progress().save("ada.csv")` wrote. Several of one learner are joined; the best try counts.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from podlab.api.mistakes import WrongValue
from podlab.course.progress import FIELDS, csv_text
from podlab.formats.new_file import write_file
from podlab.views.table import Table

NOT_TRIED = ""


def collect(reports: Iterable[str | Path], kind: str = "exercise") -> Table:
    """The checks of one kind (exercise, prediction or drill) of all reports: who, how many done, and each one's best.

    WrongValue names the file and line that is not a report.
    """
    best: dict[str, dict[str, tuple[int, int]]] = {}
    for report in reports:
        for learner, found, name, held, of in _read(Path(report)):
            learned = best.setdefault(learner, {})
            if found == kind:
                learned[name] = max((held, of), learned.get(name, (0, of)))
    names = sorted({name for learned in best.values() for name in learned})
    rows = tuple(
        (
            learner,
            f"{sum(held == of for held, of in learned.values())} of {len(names)}",
            *(f"{learned[name][0]}/{learned[name][1]}" if name in learned else NOT_TRIED for name in names),
        )
        for learner, learned in sorted(best.items())
    )
    return Table(f"{len(rows)} learners, {len(names)} {kind}s", ("learner", "done", *names), rows)


def _read(path: Path) -> Iterable[tuple[str, str, str, int, int]]:
    try:
        # utf-8-sig: a spreadsheet that saved the file again may have put a mark before its first letter
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file)
            if not set(FIELDS) <= set(lines.fieldnames or ()):
                raise WrongValue(f"{path}: no report of pl.progress(): its first line should be {','.join(FIELDS)}")
            for line in lines:
                try:
                    held, of = int(line["right"]), int(line["of"])
                except (TypeError, ValueError):
                    raise WrongValue(f"{path}, line {lines.line_num}: right and of: whole numbers") from None
                yield line["learner"] or path.stem, line["kind"], line["name"], held, of
    except OSError as error:
        raise WrongValue(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise WrongValue(f"{path}: no text in UTF-8") from error


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code: 0, or 1 with one clear message on stderr."""
    parser = argparse.ArgumentParser(prog="python -m podlab.course.collect", description="Join learners' reports.")
    parser.add_argument("reports", nargs="+", metavar="REPORT.csv", help='what pl.progress().save("ada.csv") wrote')
    parser.add_argument("--kind", choices=("exercise", "prediction", "drill"), default="exercise")
    parser.add_argument("--csv", metavar="FILE", help="write a CSV file for a spreadsheet instead of printing a table")
    parser.add_argument("--force", action="store_true", help="let --csv write over a file that is there")
    args = parser.parse_args(argv)
    try:
        table = collect(args.reports, args.kind)
        if args.csv is None:
            print(table.text)
        else:
            write_file(args.csv, csv_text(table.header, table.rows), what="--csv", overwrite=args.force)
    except (ValueError, OSError) as error:
        print(f"podlab: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
