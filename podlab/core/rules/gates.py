"""The feature gates that change a rule of this room.

Models the defaults of Kubernetes 1.36: both gates are on. `GATES_BEFORE_1_35` gives the older answer, to compare.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Gates:
    """Which of the newer restart rules hold.

    `container_restart_rules`: a container may have its own restartPolicy and restartPolicyRules
    (ContainerRestartRules).
    `restart_all_containers`: a rule may restart the whole pod (RestartAllContainersOnContainerExits).
    """

    container_restart_rules: bool = True
    restart_all_containers: bool = True


DEFAULT_GATES = Gates()
GATES_BEFORE_1_35 = Gates(container_restart_rules=False, restart_all_containers=False)
