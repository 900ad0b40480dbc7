"""What decides above the node, pure: the scheduler, replica controllers, node lifecycle and endpoints.

Each is a function from objects to a decision; the engine carries it out.
"""

from podlab.controllers.endpoints import endpoints
from podlab.controllers.node_lifecycle import eviction_delay, not_ready_at
from podlab.controllers.replica_set import ReplicaPlan, plan_replicas
from podlab.controllers.scheduler import NodeState, Placement, schedule

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
