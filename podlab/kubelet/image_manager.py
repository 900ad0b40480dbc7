"""Getting a container's image onto the node: present, pulled, missing, never, or no image name at all.

Models pkg/kubelet/images/image_manager.go EnsureImageExists.
"""

from __future__ import annotations

from typing import Any, Protocol

from lightkube.models.core_v1 import Container as ContainerSpec

from podlab.api.image_behavior import ImageBehavior
from podlab.core.engine import task
from podlab.core.engine.ports import PodView, PullError
from podlab.core.engine.task import Steps
from podlab.core.rules.backoff import image_key, pull_message


class Images(Protocol):
    """The images there are in the world. `podlab.linux.Images` keeps to it."""

    def is_present(self, image: str) -> bool:
        """Whether every node has it from the beginning."""

    def missing_message(self, image: str) -> str | None:
        """Why it cannot be pulled, or None."""

    def name_fault(self, image: str) -> str | None:
        """What is wrong with a name that names no image, or None."""

    def behavior(self, image: str) -> ImageBehavior:
        """What the scenario says of it."""

    def size(self, image: str) -> int:
        """Its size in bytes."""

    def find(self, image: str) -> Any:
        """The image, for those who ask it something."""


class ImageManager:
    """The images of one node."""

    def __init__(self, images: Images) -> None:
        self.images = images
        self._pulled: set[str] = set()

    def has_image(self, image: str) -> bool:
        """Whether the image is on this node."""
        return self.images.is_present(image) or image in self._pulled

    def ensure_image(self, worker: PodView, spec: ContainerSpec) -> Steps:
        """Make sure that the image is there. Returns None, or a PullError; the events tell what was done."""
        image = spec.image or ""
        policy = spec.imagePullPolicy or "IfNotPresent"

        def failed(reason: str, message: str) -> PullError:
            worker.event("Warning", "Failed", f"Error: {reason}", spec)
            return PullError(reason, message)

        fault = self.images.name_fault(image)
        if fault is not None:
            worker.event("Warning", "InspectFailed", fault, spec)
            return failed("InvalidImageName", fault)
        if policy == "Never" and not self.has_image(image):
            text = f'Container image "{image}" is not present with pull policy of Never'
            worker.event("Warning", "ErrImageNeverPull", text, spec)
            return failed("ErrImageNeverPull", text)
        if policy != "Always" and self.has_image(image):
            text = f'Container image "{image}" already present on machine and can be accessed by the pod'
            worker.event("Normal", "Pulled", text, spec)
            return None
        key, now = image_key(worker.pod, image), worker.loop.now
        if worker.pull_backoff.is_in_back_off_since_update(key, now):
            worker.event("Normal", "BackOff", pull_message(image), spec)
            return failed("ImagePullBackOff", pull_message(image, worker.pull_errors.get(image, "")))
        worker.event("Normal", "Pulling", f'Pulling image "{image}"', spec)
        missing = self.images.missing_message(image)
        if missing is None:
            said = self.images.behavior(image).pull
            took = worker.node.timing.pull if said is None else said
            if took > 0:
                yield from task.within(worker.loop, worker.stop_requested, took)
            self._pulled.add(image)
            size = self.images.size(image)
            times = f"{took:g}s ({took:g}s including waiting)"
            text = f'Successfully pulled image "{image}" in {times}. Image size: {size} bytes.'
            worker.event("Normal", "Pulled", text, spec)
            worker.pull_errors.pop(image, None)
            return None
        worker.event("Warning", "Failed", f'Failed to pull image "{image}": {missing}', spec)
        worker.pull_backoff.next(key, worker.loop.now, worker.loop.now)
        worker.pull_errors[image] = missing
        return failed("ErrImagePull", missing)
