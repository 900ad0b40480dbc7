"""Getting a container's image onto the node: present, pulled, missing, never, or no image name at all.

Models pkg/kubelet/images/image_manager.go EnsureImageExists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from lightkube.models.core_v1 import Container as ContainerSpec

from podlab.core.engine import task
from podlab.core.engine.task import Steps
from podlab.core.rules.backoff import image_key, pull_message

if TYPE_CHECKING:
    from podlab.core.engine.pod_worker import PodWorker


class PullError(NamedTuple):
    """Why there is no image: the reason and message a waiting container shows."""

    reason: str
    message: str


def ensure_image(worker: PodWorker, spec: ContainerSpec) -> Steps:
    """Make sure that the image is there. Returns None, or a PullError; the events tell what was done."""
    node, image = worker.node, spec.image or ""
    policy = spec.imagePullPolicy or "IfNotPresent"

    def failed(reason: str, message: str) -> PullError:
        worker.event("Warning", "Failed", f"Error: {reason}", spec)
        return PullError(reason, message)

    fault = node.images.name_fault(image)
    if fault is not None:
        worker.event("Warning", "InspectFailed", fault, spec)
        return failed("InvalidImageName", fault)
    if policy == "Never" and not node.has_image(image):
        text = f'Container image "{image}" is not present with pull policy of Never'
        worker.event("Warning", "ErrImageNeverPull", text, spec)
        return failed("ErrImageNeverPull", text)
    if policy != "Always" and node.has_image(image):
        text = f'Container image "{image}" already present on machine and can be accessed by the pod'
        worker.event("Normal", "Pulled", text, spec)
        return None
    key, now = image_key(worker.pod, image), worker.loop.now
    if worker.pull_backoff.is_in_back_off_since_update(key, now):
        worker.event("Normal", "BackOff", pull_message(image), spec)
        return failed("ImagePullBackOff", pull_message(image, worker.pull_errors.get(image, "")))
    worker.event("Normal", "Pulling", f'Pulling image "{image}"', spec)
    missing = node.images.missing_message(image)
    if missing is None:
        said = node.images.behavior(image).pull
        took = node.timing.pull if said is None else said
        if took > 0:
            yield from task.within(worker.loop, worker.stop_requested, took)
        node.pulled(image)
        size = node.images.size(image)
        text = (
            f'Successfully pulled image "{image}" in {took:g}s ({took:g}s including waiting). Image size: {size} bytes.'
        )
        worker.event("Normal", "Pulled", text, spec)
        worker.pull_errors.pop(image, None)
        return None
    worker.event("Warning", "Failed", f'Failed to pull image "{image}": {missing}', spec)
    worker.pull_backoff.next(key, worker.loop.now, worker.loop.now)
    worker.pull_errors[image] = missing
    return failed("ErrImagePull", missing)
