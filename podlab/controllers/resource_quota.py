"""ResourceQuotas: what the pods of a namespace may use together, counted here and kept by admission.

Models plugin/pkg/admission/resourcequota and pkg/quota/v1/evaluator/core/pods.go, for pods and without scopes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from lightkube.models.core_v1 import Pod, PodSpec, ResourceQuota, ResourceQuotaStatus

from podlab.api.parts import TERMINAL_PHASES, name_of, namespace_of, spec_of, status_of
from podlab.api.quantity import format_quantity, parse_quantity
from podlab.api.refusal import ApiError
from podlab.controllers.base import Reconciler, controller
from podlab.controllers.node_state import requests

COUNTED = ("pods", "count/pods")


@controller
class ResourceQuotaController(Reconciler):
    """Keeps in every quota's status what is used of it."""

    kinds = (ResourceQuota,)
    order = 70

    def pod_changed(self, pod: Pod, _deleted: bool) -> None:
        """The quotas of the pod's namespace are reconciled."""
        for uid, obj in self.objects.items():
            if namespace_of(obj) == namespace_of(pod):
                self.enqueue(uid)

    def reconcile(self, uid: str, obj: ResourceQuota) -> None:
        """Count, and write the status."""
        hard = (obj.spec.hard if obj.spec is not None else None) or {}
        there = [p for p in self.sim.api.pods.values() if namespace_of(p) == namespace_of(obj)]
        used = usage(there)
        shown = {name: _text(used.get(name, Fraction(0)), str(limit)) for name, limit in hard.items()}
        self.set_status(self.objects[uid], ResourceQuotaStatus(hard={k: str(v) for k, v in hard.items()}, used=shown))


def usage(pods: Iterable[Pod]) -> dict[str, Fraction]:
    """What pods that have not ended use, by the names that quotas have for it."""
    total: Counter[str] = Counter()
    for pod in pods:
        if status_of(pod).phase not in TERMINAL_PHASES:
            total.update(_of(spec_of(pod)))
    return {name: Fraction(amount) for name, amount in total.items()}


def _of(spec: PodSpec) -> dict[str, Fraction]:
    out = dict.fromkeys(COUNTED, Fraction(1))
    for name, amount in requests(spec).items():
        out[f"requests.{name}"] = amount
        if name in ("cpu", "memory", "ephemeral-storage"):
            out[name] = amount
    limits: Counter[str] = Counter()
    for container in spec.containers:
        asked = (container.resources.limits if container.resources is not None else None) or {}
        limits.update({name: parse_quantity(amount).amount for name, amount in asked.items()})
    return out | {f"limits.{name}": Fraction(amount) for name, amount in limits.items()}


def check_quota(pod: Pod, quotas: Iterable[ResourceQuota], there: Iterable[Pod]) -> None:
    """ApiError (Forbidden) when a new pod would use more of its namespace than a quota allows."""
    mine = [q for q in quotas if namespace_of(q) == namespace_of(pod) and q.spec is not None and not q.spec.scopes]
    if not mine:
        return
    asked = _of(spec_of(pod))
    used = usage(p for p in there if namespace_of(p) == namespace_of(pod))
    for quota in sorted(mine, key=name_of):
        hard = {k: str(v) for k, v in ((quota.spec.hard if quota.spec is not None else None) or {}).items()}
        _refuse_unsaid(pod, quota, [name for name in sorted(hard) if name not in asked and _is_amount(name)])
        over = [
            name
            for name in sorted(hard)
            if name in asked and used.get(name, Fraction(0)) + asked[name] > parse_quantity(hard[name]).amount
        ]
        if over:
            parts = (
                ("requested", {name: _text(asked[name], hard[name]) for name in over}),
                ("used", {name: _text(used.get(name, Fraction(0)), hard[name]) for name in over}),
                ("limited", {name: hard[name] for name in over}),
            )
            listed = ", ".join(f"{word}: {','.join(f'{k}={v}' for k, v in part.items())}" for word, part in parts)
            raise _forbidden(pod, f"exceeded quota: {name_of(quota)}, {listed}")


def _is_amount(name: str) -> bool:
    return name in ("cpu", "memory") or name.startswith(("requests.cpu", "requests.memory", "limits."))


def _refuse_unsaid(pod: Pod, quota: ResourceQuota, names: list[str]) -> None:
    """Where a quota limits an amount, every pod has to say how much it wants."""
    if names:
        who = ",".join(c.name for c in spec_of(pod).containers)
        must = "; ".join(f"{name} for: {who}" for name in names)
        raise _forbidden(pod, f"failed quota: {name_of(quota)}: must specify {must}")


def _forbidden(pod: Pod, why: str) -> ApiError:
    return ApiError("Forbidden", f'pods "{name_of(pod)}" is forbidden: {why}')


def _text(amount: Fraction, like: str) -> str:
    return format_quantity(amount, parse_quantity(like).notation)
