"""A scenario at an instant as a short text of letters, for the part of an address after "#"; and back.

The text is a scenario's file (`scenario_text`) and the instant, without what is as always, compressed, in the letters
that an address may have. It comes from anybody, so it is bounded before and after it is unpacked, and then checked as
a file is.
"""

from __future__ import annotations

import binascii
import json
import math
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from podlab.api.mistakes import WrongType, WrongValue, a_kind
from podlab.formats.scenario_file import parse_scenario, scenario_text
from podlab.simulation.scenario import Scenario

LONGEST = 20_000
"""Letters of a link's text: browsers and chats take this many, and it holds some hundred kB of manifests."""
UNPACKED = 500_000
"""Bytes that a text may unpack to."""
_BAD = 'link: not a link of the lab; copy it whole, from "#" on, or press "Copy link" again'


def link_text(scenario: Scenario, until: float = 120.0, t: float = 0.0) -> str:
    """The text of a scenario, the length of its run and an instant. WrongValue for one that is too large for a link."""
    data = json.loads(scenario_text(scenario, until)) | {"t": t}
    packed = zlib.compress(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    text = urlsafe_b64encode(packed).decode().rstrip("=")
    if len(text) > LONGEST:
        raise WrongValue(
            f"link: this scenario needs {len(text):,} letters, and a link may have {LONGEST:,}; save a file"
        )
    return text


def parse_link(link: str) -> tuple[Scenario, float, float]:
    """The scenario of a link or of its text, the length of its run, and the instant. WrongValue says what is wrong."""
    if not isinstance(link, str):
        raise WrongType(f"link: the text of a link, not {a_kind(link)}")
    data = _unpacked(link.strip().rpartition("#")[2])
    if not isinstance(data, dict) or "manifests" not in data:
        raise WrongValue(_BAD)
    t = data.pop("t", 0.0)
    if isinstance(t, bool) or not isinstance(t, int | float) or not 0 <= t < math.inf:
        raise WrongValue(f"link: its instant t must be a number of seconds from 0 on, not {t!r}")
    scenario, until = parse_scenario(json.dumps(data))
    return scenario, until, float(t)


def _unpacked(text: str) -> Any:
    if len(text) > LONGEST:
        raise WrongValue(f"link: it has {len(text):,} letters after #, and a link of the lab has {LONGEST:,} at most")
    if not text.isascii():
        raise WrongValue(_BAD)
    try:
        packed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        unpacker = zlib.decompressobj()
        unpacked = unpacker.decompress(packed, UNPACKED)
        if unpacker.unconsumed_tail:
            raise WrongValue(f"link: it unpacks to more than {UNPACKED:,} bytes")
        if not unpacker.eof:
            raise WrongValue(_BAD)
        return json.loads(unpacked)
    except (binascii.Error, zlib.error, UnicodeError, RecursionError, json.JSONDecodeError) as error:
        raise WrongValue(_BAD) from error
