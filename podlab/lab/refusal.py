"""What a real cluster answers to a change that podlab makes by playing the story again."""

from __future__ import annotations

import msgspec
from lightkube.models.core_v1 import Pod

from podlab.api.parts import name_of, spec_of
from podlab.api.update import validate_pod_update


def refusal(pod: Pod, policy: str) -> str:
    """What kubectl prints when somebody gives this pod, as it is, another restartPolicy; "" if that is none."""
    changed = msgspec.structs.replace(pod, spec=msgspec.structs.replace(spec_of(pod), restartPolicy=policy))
    errors = "\n".join(error.error for error in validate_pod_update(changed, pod))
    return f'The Pod "{name_of(pod)}" is invalid: {errors}' if errors else ""
