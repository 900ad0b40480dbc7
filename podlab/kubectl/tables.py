"""The table of ``kubectl get``: headers, rows, and the columns that flags add.

Models k8s.io/cli-runtime/pkg/printers tableprinter.go.
"""

from collections.abc import Iterable, Mapping, Sequence

from podlab.kubectl.tabwriter import align

NONE = "<none>"


def table(rows: Iterable[Sequence[str]], headers: Sequence[str] = (), *, remembered: list[int] | None = None) -> str:
    """Lay out rows of cells under headers. Without rows there is nothing to print, not even the headers.

    ``remembered`` carries column widths from one call to the next, see `podlab.kubectl.tabwriter.align`.
    """
    lines = ["\t".join(map(_cell, row)) for row in rows]
    if not lines:
        return ""
    if headers:
        lines.insert(0, "\t".join(headers))
    return align(lines, minwidth=6, padding=3, remembered=remembered)


def _cell(text: str) -> str:
    """A cell ends at its first line break; a control sequence for the terminal is made visible."""
    for mark in "\f\n\r":
        cut = text.find(mark)
        if cut >= 0:
            text = text[:cut] + "..."
    return text.replace("\x1b", "^[")


def format_labels(labels: Mapping[str, str] | None) -> str:
    """``a=1,b=2`` in the order of the keys, or ``<none>``."""
    return ",".join(f"{key}={labels[key]}" for key in sorted(labels)) if labels else NONE


def label_header(key: str) -> str:
    """The header of a ``-L`` column: the key in capitals without its prefix, ``example.com/tier`` → ``TIER``."""
    return key.rpartition("/")[2].upper()
