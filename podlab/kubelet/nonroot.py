"""runAsNonRoot: the kubelet starts no container as root that was promised not to be.

Models pkg/kubelet/kuberuntime/security_context.go verifyRunAsNonRoot. An image that podlab knows says which user it
is for; one with a name rather than a number cannot be checked. Of an image it does not know podlab says nothing.
"""

from __future__ import annotations

from typing import Any

from lightkube.models.core_v1 import Container as ContainerSpec

from podlab.api.parts import meta_of, spec_of
from podlab.core.engine.ports import ConfigError, PodView
from podlab.kubelet.image_manager import Images


def verify_run_as_non_root(images: Images, worker: PodView, spec: ContainerSpec) -> None:
    """ConfigError when the container must not run as root and would."""
    if not _effective(worker, spec, "runAsNonRoot"):
        return
    user = _effective(worker, spec, "runAsUser")
    meta = meta_of(worker.pod)
    where = f'(pod: "{meta.name}_{meta.namespace}({meta.uid})", container: {spec.name})'
    if user == 0:
        raise ConfigError(f"container's runAsUser breaks non-root policy {where}")
    image = images.find(spec.image or "")
    if user is None and image.user and not image.user.isdecimal():
        raise ConfigError(
            f"container has runAsNonRoot and image has non-numeric user ({image.user}), cannot verify user is non-root "
            f"{where}"
        )
    if user is None and not image.user and not image.stand_in and image.main is None:
        raise ConfigError(f"container has runAsNonRoot and image will run as root {where}")


def _effective(worker: PodView, spec: ContainerSpec, name: str) -> Any:
    """A setting of the container's security context, or else of the pod's."""
    own = getattr(spec.securityContext, name, None)
    return own if own is not None else getattr(spec_of(worker.pod).securityContext, name, None)
