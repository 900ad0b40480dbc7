"""What the API answers to manifests against the answers of the real validator."""

import re

from podlab.api import create_pod

GO_FIELD = re.compile(r"Go struct field \w+\.(\S+) of type")


def test_answers(reference_cases):
    wrong = []
    for case in reference_cases("validation"):
        got, wanted = answer(case["in"]["manifest"]), case["out"]
        if "decodeError" in wanted:
            same = named_field(wanted["decodeError"]) in got.get("decode_fields", [])
        else:
            same = got == {name: value for name, value in wanted.items() if value not in (None, [], "")}
        if not same:
            wrong.append(f"{case['in']['name']}: {got} instead of {wanted}")
    assert not wrong, f"{len(wrong)} differ, the first: {wrong[0]}"


def answer(manifest):
    """All that `out` has, without what is empty; for what cannot be decoded, the fields that are named."""
    result = create_pod(manifest)
    if result.decode_errors:
        return {"decode_fields": [plain(fault.path, fault.message) for fault in result.decode_errors]}
    errors = [{"field": e.field, "type": e.type, "detail": e.detail, "error": e.error} for e in result.errors]
    said = {
        "strictDecodingErrors": list(result.strict_decoding_errors),
        "errors": errors,
        "apiError": result.api_error,
        "apiReason": result.api_reason,
        "apiCode": result.api_code,
        "warnings": list(result.warnings),
        "qosClass": result.qos_class,
    }
    return {"valid": result.valid} | {name: value for name, value in said.items() if value}


def plain(path, message):
    """The field without indices, as Go names it; Go does not say which field held a bad quantity or time."""
    for unnamed in ("is not a quantity", "is not an RFC 3339 time", "is not base64"):
        if message.endswith(unnamed):
            return unnamed
    return "kind" if path in ("kind", "apiVersion") else re.sub(r"\[[^]]*\]", "", path)


def named_field(error):
    """The field that Go's decoding error names, without the types embedded on the way."""
    if found := GO_FIELD.search(error):
        return ".".join(part for part in found[1].split(".") if part[0].islower())
    for start, what in (
        ("quantities must match", "is not a quantity"),
        ("unable to parse quantity", "is not a quantity"),
        ("parsing time", "is not an RFC 3339 time"),
        ("illegal base64", "is not base64"),
    ):
        if start in error:
            return what
    return "kind"


def test_every_error_says_what_would_be_right(reference_cases):
    hints = set()
    for case in reference_cases("validation"):
        for error in create_pod(case["in"]["manifest"]).errors:
            assert re.fullmatch(r"[A-Z].+[.?]", error.hint), f"{error.error}: {error.hint!r}"
            assert error.hint != error.detail
            hints.add(error.hint)
    assert len(hints) > 10
