"""Paths inside volumes: relative, and never upwards."""

from __future__ import annotations

from podlab.api.validation.errors import ErrorList


def check_no_backsteps(path: str, field: str, errors: ErrorList) -> None:
    """No part of the path is `..`."""
    if ".." in path.split("/"):
        errors.invalid(field, path, "must not contain '..'")


def check_descending(path: str, field: str, errors: ErrorList) -> None:
    """A relative path that does not lead upwards."""
    if path.startswith("/"):
        errors.invalid(field, path, "must be a relative path")
    check_no_backsteps(path, field, errors)


def check_file(path: str, field: str, errors: ErrorList) -> None:
    """A relative path whose first name does not begin with `..`, which the kubelet keeps for itself."""
    check_descending(path, field, errors)
    if path.startswith("..") and not path.startswith("../"):
        errors.invalid(field, path, "must not start with '..'")


def check_mode(mode: int | None, field: str, errors: ErrorList) -> None:
    """File mode bits, 0 to 0777 octal."""
    if mode is not None and not 0 <= mode <= 0o777:
        errors.invalid(field, mode, "must be a number between 0 and 0777 (octal), both inclusive")
