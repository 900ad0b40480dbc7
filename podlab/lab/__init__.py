"""Panels: `Lab` is a scenario under one's hands; `LabModel` is the same without widgets."""

from podlab.lab.lab import Lab
from podlab.lab.model import LabModel, Made, Message

__all__ = ["Lab", "LabModel", "Made", "Message"]
