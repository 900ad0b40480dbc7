"""``kubectl describe`` of pods and nodes: the objects and their events as one text."""

from podlab.kubectl.describe.node import describe_node
from podlab.kubectl.describe.pod import describe_pod

__all__ = ["describe_node", "describe_pod"]
