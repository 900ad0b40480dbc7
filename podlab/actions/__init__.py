"""What a learner can do to a running scenario: one action a file, with all that is known of it.

An action is a class: what it does, how a story's file and the command line say it, and what does the same to a real
cluster. A new one is a new file; its function is offered by `podlab/__init__.py`.
"""

from podlab.actions.delete import Delete, delete
from podlab.actions.delete_node import DeleteNode, delete_node
from podlab.actions.drain import Drain, drain
from podlab.actions.evict import Evict, evict
from podlab.actions.fail_probe import FailProbe, fail_probe
from podlab.actions.fill_memory import FillMemory, fill_memory
from podlab.actions.kill import Kill, kill, signal_name
from podlab.actions.kill_sandbox import KillSandbox, kill_sandbox
from podlab.actions.node_down import NodeDown, node_down
from podlab.actions.node_up import NodeUp, node_up
from podlab.actions.probe import PROBES
from podlab.actions.recover_probe import RecoverProbe, recover_probe
from podlab.actions.requested import Requested, requested
from podlab.actions.scale import Scale, scale
from podlab.actions.set_condition import SetCondition, set_condition
from podlab.actions.typed import Typed, typed
from podlab.core.engine.action import POLICIES, Action, RestartPolicy, restart_policy

__all__ = [
    "POLICIES",
    "PROBES",
    "Action",
    "Delete",
    "DeleteNode",
    "Drain",
    "Evict",
    "FailProbe",
    "FillMemory",
    "Kill",
    "KillSandbox",
    "NodeDown",
    "NodeUp",
    "RecoverProbe",
    "Requested",
    "RestartPolicy",
    "Scale",
    "SetCondition",
    "Typed",
    "delete",
    "delete_node",
    "drain",
    "evict",
    "fail_probe",
    "fill_memory",
    "kill",
    "kill_sandbox",
    "node_down",
    "node_up",
    "recover_probe",
    "requested",
    "restart_policy",
    "scale",
    "set_condition",
    "signal_name",
    "typed",
]
