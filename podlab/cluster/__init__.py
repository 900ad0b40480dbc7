"""What decides above the node, pure: the scheduler, replica controllers, node lifecycle and endpoints.

Each is a function from objects to a decision; the engine carries it out.
"""

from podlab.cluster.endpoints import endpoints
from podlab.cluster.node_lifecycle import eviction_delay, not_ready_at
from podlab.cluster.replicas import ReplicaPlan, plan_replicas
from podlab.cluster.scheduler import NodeState, Placement, schedule

__all__ = [
    "NodeState",
    "Placement",
    "ReplicaPlan",
    "endpoints",
    "eviction_delay",
    "not_ready_at",
    "plan_replicas",
    "schedule",
]
