"""Which objects a label selector picks.

Models k8s.io/apimachinery/pkg/labels: every requirement must hold; an empty selector picks everything.
"""

from __future__ import annotations

from collections.abc import Mapping

from lightkube.models.meta_v1 import LabelSelector


def matches_labels(wanted: Mapping[str, str] | None, labels: Mapping[str, str] | None) -> bool:
    """Whether `labels` has every pair of `wanted`."""
    have = labels or {}
    return all(have.get(k) == v for k, v in (wanted or {}).items())


def matches_selector(selector: LabelSelector | None, labels: Mapping[str, str] | None) -> bool:
    """Whether `labels` fits a LabelSelector (matchLabels and matchExpressions). None picks nothing."""
    if selector is None:
        return False
    if not matches_labels(selector.matchLabels, labels):
        return False
    return all(matches_expression(e.key, e.operator, e.values, labels or {}) for e in selector.matchExpressions or ())


def matches_expression(key: str, operator: str, values: list[str] | None, labels: Mapping[str, str]) -> bool:
    """One requirement: In, NotIn, Exists, DoesNotExist, and for nodes Gt and Lt."""
    if operator == "Exists":
        return key in labels
    if operator == "DoesNotExist":
        return key not in labels
    if operator == "NotIn":
        return labels.get(key) not in (values or ())
    if key not in labels:
        return False
    if operator in ("Gt", "Lt"):
        try:
            have, than = int(labels[key]), int((values or ("",))[0])
        except ValueError:
            return False
        return have > than if operator == "Gt" else have < than
    return labels[key] in (values or ())
