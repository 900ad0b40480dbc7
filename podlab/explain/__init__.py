"""Why a pod is as it is: decisions, causes and reasons, in one set of words."""

from podlab.explain.decision import explain
from podlab.explain.explanation import Explanation, Step

__all__ = ["Explanation", "Step", "explain"]
