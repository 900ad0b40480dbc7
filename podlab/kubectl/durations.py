"""Ages as kubectl writes them: the older a thing, the coarser its age.

Models k8s.io/apimachinery/pkg/util/duration HumanDuration and ShortHumanDuration.
"""

_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_YEAR = 365 * _DAY
_LONGEST = (2**63 - 1) / 1e9
"""Go counts a duration in 64-bit nanoseconds and stops at about 292 years."""

_TIERS = (
    # below this age    this unit   and this one beside it, unless zero
    (2 * _MINUTE, 1, "s", 0, ""),
    (10 * _MINUTE, _MINUTE, "m", 1, "s"),
    (3 * _HOUR, _MINUTE, "m", 0, ""),
    (8 * _HOUR, _HOUR, "h", _MINUTE, "m"),
    (48 * _HOUR, _HOUR, "h", 0, ""),
    (8 * _DAY, _DAY, "d", _HOUR, "h"),
    (2 * _YEAR, _DAY, "d", 0, ""),
    (8 * _YEAR, _YEAR, "y", _DAY, "d"),
)
_SHORT_TIERS = ((_MINUTE, 1, "s"), (_HOUR, _MINUTE, "m"), (_DAY, _HOUR, "h"), (_YEAR, _DAY, "d"))


def human_duration(seconds: float) -> str:
    """Say an age in at most two units: ``90s``, ``3m5s``, ``119m``, ``3h30m``, ``47h``, ``5d3h``, ``2y80d``.

    Fractions of a second are dropped. Clocks differ a little, so an age up to two seconds below zero
    (not included) counts as ``0s``; anything further in the future is ``<invalid>``.
    """
    whole = _whole(seconds)
    if whole < 0:
        return _future(whole)
    for limit, unit, letter, small, small_letter in _TIERS:
        if whole < limit:
            rest = whole % unit // small if small else 0
            return f"{whole // unit}{letter}{rest}{small_letter}" if rest else f"{whole // unit}{letter}"
    return f"{whole // _YEAR}y"


def short_human_duration(seconds: float) -> str:
    """Say an age in one unit: ``59s``, ``59m``, ``23h``, ``364d``, ``1y``; the future as in `human_duration`."""
    whole = _whole(seconds)
    if whole < 0:
        return _future(whole)
    for limit, unit, letter in _SHORT_TIERS:
        if whole < limit:
            return f"{whole // unit}{letter}"
    return f"{whole // _YEAR}y"


def _whole(seconds: float) -> int:
    return int(min(max(seconds, -_LONGEST), _LONGEST))


def _future(whole: int) -> str:
    return "0s" if whole == -1 else "<invalid>"
