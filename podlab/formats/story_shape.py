"""The shape of a story and of a scenario's file: what must be there, of what kind each part is.

What the parts mean is said where they are read: `story`, `story_times`, `scenario_file`.
"""

from __future__ import annotations

import math
from typing import Any

from podlab.actions.registry import actions
from podlab.formats.shape import (
    Check,
    Misshapen,
    anything,
    fields,
    list_of,
    map_of,
    moment,
    number,
    one_of,
    or_nothing,
    text,
    truth,
    whole,
)
from podlab.simulation.running import LONGEST

_EVER = number(0, math.inf)
_INT32 = whole(-(2**31), 2**31 - 1)
_SECONDS = number(0, LONGEST)
_COUNT = whole(0, 10**9)

_ACTION_FIELDS: dict[str, Check] = {
    **dict.fromkeys(("pod", "container", "node", "probe", "command", "stdin", "name", "result", "path"), text),
    **dict.fromkeys(("call", "sent", "contentType", "agent"), text),
    "signal": text,
    "grace": _COUNT,
    "last": truth,
    "replicas": _INT32,
    "files": map_of(text),
    "body": fields({}, {"status": fields({}, {"conditions": list_of(fields({"type": text}, {"status": text}))})}),
}
_STATE = fields(
    {},
    {
        "waiting": fields({}, {"reason": text, "message": text}),
        "running": fields({"startedAt": moment}),
        "terminated": fields(
            {"exitCode": _INT32},
            {"startedAt": moment, "finishedAt": moment, "reason": text, "message": text, "signal": _INT32},
        ),
    },
)
_STATUS = fields(
    {"name": text, "restartCount": _COUNT},
    {"ready": truth, "started": truth, "state": _STATE, "lastState": _STATE},
)
_SNAPSHOT = fields(
    {"t": _SECONDS},
    {
        "row": list_of(text),
        **dict.fromkeys(("phase", "reason", "message", "podIP", "nodeName"), text),
        "conditions": list_of(fields({"type": text, "status": text}, {"reason": text, "message": text})),
        **dict.fromkeys(("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"), list_of(_STATUS)),
        "deletionTimestamp": moment,
        "deletionGracePeriodSeconds": _COUNT,
        "deleted": truth,
    },
)
_EVENT = fields(
    {"t": _SECONDS, "on": text, "type": text, "reason": text, "message": text}, {"field": text, "count": _COUNT}
)


def _log_name(value: Any, place: str) -> None:
    pod, container, file = ([*str(value).rsplit("/", 2), "", ""])[:3]
    digits = file.removesuffix(".log")
    if not (pod and container and digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Misshapen(f"{place}: must be POD/CONTAINER/NUMBER.log, such as shop/web/0.log, not {value!r}")


def _action(value: Any, place: str) -> None:
    fields({"do": text})(value, place)
    known = actions().get(value["do"])
    needed = known.needs if known is not None else ()
    if value["do"] == "restartpolicy":
        fields({"pod": text, "policy": one_of("Always", "OnFailure", "Never")})(value, place)
        return
    fields({name: _ACTION_FIELDS[name] for name in needed}, {"t": _EVER, **_ACTION_FIELDS})(value, place)


_WORLD = fields({}, dict.fromkeys(("nodes", "presentImages", "missingImages"), list_of(text)))
_SCENARIO: dict[str, Check] = {
    "manifests": list_of(map_of(anything)),
    "actions": list_of(_action),
    "world": _WORLD,
    "recordedUntil": _SECONDS,
}
_RECORDING: dict[str, Check] = {
    "pods": map_of(list_of(_SNAPSHOT)),
    "events": list_of(_EVENT),
    "t0": moment,
    "start": moment,
    "endpoints": list_of(fields({"t": _SECONDS, "endpoints": list_of(anything)}, {"service": text})),
    "logs": map_of(list_of(text), _log_name),
}
_SEED = whole(-(2**63), 2**63 - 1)
_TIMING = map_of(or_nothing(number(0, math.inf)))
check_scenario = fields(_SCENARIO, {"podlab": whole(1, 1), "seed": _SEED, "timing": _TIMING})
"""What a scenario's file has, and a story too beside its recording."""
check_recording = fields({}, _RECORDING)
"""What a story has beside its scenario."""
