"""The numbers of the API's fields in Kubernetes' binary form, read from a kubectl: `wire_fields.py PATH/TO/kubectl`.

Clients made of Go send some requests in protocol buffers, whose fields have numbers, not names. Every Go program
carries the tags of its types, and with them name and number of each field. This writes
podlab/apiserver/rest/wire_fields.txt, a line for each type: `core/v1 PodSpec volumes=1 containers=2 …`. A question mark
says that the field is a pointer, whose zero means something.
"""

from __future__ import annotations

import re
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

TO = Path(__file__).parent.parent / "podlab" / "apiserver" / "rest" / "wire_fields.txt"
_TAG = re.compile(rb'json:"(\w*)[^"]*".*?protobuf:"[a-z0-9]+,(\d+),')
_SERVED = re.compile(r"(?!extensions|apidiscovery|apiserverinternal|imagepolicy|storagemigration|admission/)\w+/v[12]$")
_PACKAGES = re.compile(r"k8s\.io/(?:api|apimachinery/pkg/apis)/(\w+)/(v\d\w*)$|k8s\.io/apimachinery/pkg/(runtime)$")
_FIELD, _TYPE_NAME, _FIELDS, _PACKAGE = 24, 40, 56, 80
"""Bytes: the size of a field's entry; where in a struct's type its name, its fields and its package are."""


class Program:
    """An ELF file of Go, read as memory."""

    def __init__(self, path: Path) -> None:
        self.data = path.read_bytes()
        (shoff,) = struct.unpack_from("<Q", self.data, 0x28)
        entry, number, names = struct.unpack_from("<HHH", self.data, 0x3A)
        rows = [struct.unpack_from("<IIQQQQ", self.data, shoff + n * entry) for n in range(number)]
        base = rows[names][4]
        self.sections = {}
        for name, kind, _, address, offset, size in rows:
            text = self.data[base + name : self.data.index(b"\0", base + name)].decode()
            if kind != 8 and address:
                self.sections[text] = (address, offset, size)

    def at(self, address: int) -> int | None:
        """Where in the file an address is."""
        for start, offset, size in self.sections.values():
            if start <= address < start + size:
                return offset + address - start
        return None

    def word(self, address: int) -> int:
        """The eight bytes at an address."""
        place = self.at(address)
        return int.from_bytes(self.data[place : place + 8], "little") if place is not None else 0

    def name(self, address: int) -> tuple[str, bytes]:
        """A name of Go's reflection, and its tag."""
        place = self.at(address)
        if place is None:
            return "", b""
        flags = self.data[place]
        size, place = self._number(place + 1)
        text = self.data[place : place + size]
        tag = b""
        if flags & 2:
            length, begin = self._number(place + size)
            tag = self.data[begin : begin + length]
        return text.decode("utf-8", "replace"), tag

    def _number(self, place: int) -> tuple[int, int]:
        value = shift = 0
        while True:
            byte = self.data[place]
            value |= (byte & 0x7F) << shift
            place, shift = place + 1, shift + 7
            if byte < 0x80:
                return value, place


def structs(program: Program) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Every type of Kubernetes' API with numbered fields: its package, its name, the fields."""
    start, offset, size = program.sections[".rodata"]
    words = program.data[offset : offset + size]
    for at in range(0, len(words) - _PACKAGE - 4, 8):
        fields_at, count, capacity = struct.unpack_from("<QQQ", words, at + _FIELDS)
        if not 0 < count < 200 or count != capacity or words[at + 23] & 0x1F != 25 or not words[at + 20] & 1:
            continue  # no struct with a name and methods, which 25 and 1 say
        (package_at,) = struct.unpack_from("<i", words, at + _PACKAGE)
        package = program.name(start + package_at)[0] if 0 < package_at < size else ""
        if not _PACKAGES.match(package):
            continue
        (name_at,) = struct.unpack_from("<i", words, at + _TYPE_NAME)
        name = short(program.name(start + name_at)[0])
        fields = {}
        for n in range(count):
            entry = fields_at + n * _FIELD
            match = _TAG.search(program.name(program.word(entry))[1])
            if match and match[1]:
                pointer = program.data[(program.at(program.word(entry + 8)) or 0) + 23] & 0x1F == 22
                fields[match[1].decode() + ("?" if pointer else "")] = int(match[2])
            elif match:  # its fields are its holder's in JSON, but not in the binary form
                fields["~" + type_name(program, program.word(entry + 8), start)] = int(match[2])
        if name and fields:
            yield package, name, fields


def type_name(program: Program, address: int, start: int) -> str:
    """The name of a type."""
    place = program.at(address)
    assert place is not None, "a field has a type"
    (name_at,) = struct.unpack_from("<i", program.data, place + _TYPE_NAME)
    return short(program.name(start + name_at)[0])


def short(name: str) -> str:
    """A type's name without its package."""
    return name.lstrip("*").rpartition(".")[2]


def main() -> int:
    """Write the table."""
    lines = set()
    for package, name, fields in structs(Program(Path(sys.argv[1]))):
        match = _PACKAGES.match(package)
        assert match is not None, "the package was chosen"
        group = f"{match[1]}/{match[2]}" if match[1] else match[3]
        listed = " ".join(f"{field}={number}" for field, number in sorted(fields.items(), key=lambda item: item[1]))
        if not _SERVED.match(group):
            continue
        lines.add(f"{group} {name} {listed}")
    TO.write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    print(f"{len(lines)} types in {TO}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
