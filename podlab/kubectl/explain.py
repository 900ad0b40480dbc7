"""``kubectl explain``: what a kind or a field is, from the documentation in the API types.

Models k8s.io/kubectl/pkg/explain/v2 and its plain text template.
"""

from __future__ import annotations

from collections.abc import Iterator

from podlab.kubectl.api_resources import find_resource, resource_names
from podlab.kubectl.closest import did_you_mean
from podlab.kubectl.enums import Enum
from podlab.kubectl.errors import KubectlError
from podlab.kubectl.fielddocs import FieldDoc, Model, field_docs, model_text

_WIDTH = 76
_SHORT_ENUM = 4
_EMPTY = '""'


def explain(path: str, *, recursive: bool = False) -> str:
    """The text of ``kubectl explain pod.spec.restartPolicy``. Raises KubectlError for what does not exist."""
    name, *fields = path.rstrip(".").split(".")
    resource = find_resource(name)
    model = resource.model() if resource is not None else None
    if resource is None or model is None:
        hint = did_you_mean(name, resource_names())
        raise KubectlError(f'error: the server doesn\'t have a resource type "{name}"', hint=hint)
    head = f"GROUP:      {resource.group}\n" if resource.group else ""
    head += f"KIND:       {resource.kind}\nVERSION:    {resource.version}\n\n"
    text, field = model_text(model), None
    inside: Model | None = model
    for name in fields:
        known = field_docs(inside) if inside is not None else {}
        if name not in known:
            raise KubectlError(f'error: field "{name}" does not exist', hint=did_you_mean(name, known))
        field = known[name]
        inside = field.model
    if field is not None:
        head += f"FIELD: {field.name} <{field.type_name}>\n{_long_enum(field.enum)}\n\n"
        text = f"{field.text}\n{field.type_text}" if field.type_text else field.text
    body = f"DESCRIPTION:\n{_block(text, _WIDTH, 4)}\n    \n"
    if inside is not None:
        body += "FIELDS:\n" + "".join(_fields(inside, 1, recursive, ()))
    return head + body + "\n"


def _fields(model: Model, level: int, recursive: bool, seen: tuple[Model, ...]) -> Iterator[str]:
    for field in field_docs(model).values():
        yield _field_line(field, level)
        if not recursive:
            yield _block(field.text, 78 - 2 * level, 2 * level + 2) + "\n\n"
        elif field.model is not None and field.model not in seen:
            yield from _fields(field.model, level + 1, recursive, (*seen, field.model))


def _field_line(field: FieldDoc, level: int) -> str:
    indent = "  " * level
    line = f"{indent}{field.name}\t<{field.type_name}>{' -required-' if field.required else ''}\n"
    if field.enum:
        words = [word or _EMPTY for word in field.enum]
        more = ", ...." if len(words) > _SHORT_ENUM else ""
        line += f"{indent}enum: {', '.join(words[:_SHORT_ENUM])}{more}\n"
    return line


def _long_enum(enum: Enum) -> str:
    return "".join(["ENUM:", *(f"\n    {word or _EMPTY}" for word in enum)]) if enum else ""


def _block(text: str, width: int, indent: int) -> str:
    """Lines of at most ``width`` letters, all indented; a longer word has a line of its own."""
    return "\n".join(" " * indent + part for line in text.split("\n") for part in _wrapped(line, width))


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Break before a word that does not fit, keeping the blanks within a line."""
    out, blanks = "", ""
    for word in line.split(" "):
        if out and len(out) + len(blanks) + min(len(word), width - 1) > width:
            yield out
            out, blanks = "", ""
        if word:
            out, blanks = out + blanks + word, ""
        blanks += " "
    yield out
