"""What a container is made of: sandbox and namespaces, processes and signals, volumes, images, sh.

The engine uses `Runtime` and what it gives; a learner's own program is a function of a `Proc`.
"""

from podlab.runtime.container import Container
from podlab.runtime.execs import Exec
from podlab.runtime.images import Image, Images
from podlab.runtime.namespaces import HOST_PROCESS, sharing
from podlab.runtime.network import Network
from podlab.runtime.process import Process, Program
from podlab.runtime.program import Proc
from podlab.runtime.runtime import Runtime, StartError
from podlab.runtime.sandbox import Sandbox
from podlab.runtime.volumes import PodVolumes
from podlab.runtime.waits import Interrupted

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
