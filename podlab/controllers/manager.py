"""The controller manager makes every controller, and passes on to them what changes.

Models cmd/kube-controller-manager.
"""

from __future__ import annotations

from typing import Any, TypeVar

from lightkube.models.core_v1 import Pod

from podlab.controllers.base import Reconciler, registered
from podlab.core.engine.ports import Cluster

C = TypeVar("C", bound=Reconciler)


class ControllerManager:
    """All registered controllers of one cluster, in the order in which they are told of a change."""

    def __init__(self, cluster: Cluster) -> None:
        self.controllers = [kind(cluster) for kind in registered()]
        # A controller that keeps objects and has no rule of its own for pods need not hear of them while it has none.
        self._always = {each for each in self.controllers if type(each).pod_changed is not Reconciler.pod_changed}

    def get(self, kind: type[C]) -> C:
        """The controller of a class, for those who ask it something."""
        return next(each for each in self.controllers if isinstance(each, kind))

    def pod_changed(self, pod: Pod, deleted: bool) -> None:
        """A pod is new, changed or gone."""
        for each in self.controllers:
            if each.objects or each in self._always:
                each.pod_changed(pod, deleted)

    def object_changed(self, obj: Any) -> None:
        """An object that is not a pod is new or was changed: the controllers that follow its kind are told."""
        for each in self.controllers:
            if isinstance(obj, each.kinds):
                each.add(obj)
            if isinstance(obj, each.watches):
                each.object_changed(obj, False)

    def object_removed(self, obj: Any) -> None:
        """An object that is not a pod was deleted: the controllers that follow its kind are told."""
        for each in self.controllers:
            if isinstance(obj, each.kinds):
                each.remove(obj)
            if isinstance(obj, each.watches):
                each.object_changed(obj, True)

    def node_changed(self, name: str) -> None:
        """A node is not what it was."""
        for each in self.controllers:
            each.node_changed(name)

    def node_down(self, name: str) -> None:
        """The kubelet of a node has stopped."""
        for each in self.controllers:
            each.node_down(name)

    def node_deleted(self, name: str) -> None:
        """The object of a node is deleted."""
        for each in self.controllers:
            each.node_deleted(name)
