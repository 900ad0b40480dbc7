"""Files of the learner's own: a new one is made, one that is there stays unless it is said that it may go."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from podlab.api.mistakes import WrongType, WrongValue, a_kind

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def write_file(path: str | Path, content: str | bytes, *, what: str, overwrite: bool = False) -> Path:
    """Write one file; gives its path. WrongValue, beginning with `what`, where it is there or cannot be written."""
    return write_files({as_path(path, what): content}, what=what, overwrite=overwrite)[0]


def write_files(files: Mapping[Path, str | bytes], *, what: str, overwrite: bool = False) -> list[Path]:
    """Write all of the files, or none: where one is there already, nothing is written. Errors: as of `write_file`."""
    there = [path for path in files if path.is_symlink() or (path.exists() and not path.is_dir())]
    if there and not overwrite:
        how = "--force" if what.startswith("--") else "overwrite=True"
        raise WrongValue(f"{what}: there is a file {str(there[0])!r} already; choose another name, or add {how}")
    for path, content in files.items():
        try:
            with path.open("wb" if overwrite else "xb") as file:  # x: even if somebody makes it at this very moment
                file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise WrongValue(f"{what}: {str(path)!r} cannot be written: {reason}") from None
    return list(files)


def as_path(path: str | Path, what: str) -> Path:
    """The path. WrongType for what is no name of a file."""
    if not isinstance(path, str | Path):
        raise WrongType(f"{what}: the name of a file, not {a_kind(path)}")
    return Path(path)


def plain_file_name(name: str) -> str:
    """A name that is of one file in the folder where it is written, whatever it was: no folders, not hidden."""
    return _UNSAFE.sub("-", name).lstrip(".-") or "unnamed"
