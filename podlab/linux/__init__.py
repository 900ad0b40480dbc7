"""What a container is made of: sandbox and namespaces, processes and signals, volumes, images, sh.

The engine uses `Runtime` and what it gives; a learner's own program is a function of a `Proc`.
"""

from podlab.core.engine.runtime import StartError
from podlab.core.rules.namespaces import HOST_PROCESS, sharing
from podlab.linux.container import Container
from podlab.linux.execs import Exec
from podlab.linux.image import Image
from podlab.linux.images.store import Images
from podlab.linux.network import Network
from podlab.linux.process import Process, Program
from podlab.linux.program import Proc
from podlab.linux.runtime import Runtime
from podlab.linux.sandbox import Sandbox
from podlab.linux.volumes import PodVolumes
from podlab.linux.waits import Interrupted

__all__ = [
    "HOST_PROCESS",
    "Container",
    "Exec",
    "Image",
    "Images",
    "Interrupted",
    "Network",
    "PodVolumes",
    "Proc",
    "Process",
    "Program",
    "Runtime",
    "Sandbox",
    "StartError",
    "sharing",
]
