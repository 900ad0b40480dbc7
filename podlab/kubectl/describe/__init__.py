"""``kubectl describe``: objects and their events as one text."""

from podlab.kubectl.describe.controllers import CONTROLLERS, describe_controller
from podlab.kubectl.describe.node import describe_node
from podlab.kubectl.describe.others import describe_other
from podlab.kubectl.describe.pod import describe_pod

__all__ = ["CONTROLLERS", "describe_controller", "describe_node", "describe_other", "describe_pod"]
