"""The kinds of objects a Kubernetes 1.36 API server serves, their names and short names, and ``api-resources``.

podlab simulates some of them; of the others there are simply no objects.
"""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass

import msgspec

from podlab.kubectl.tables import table

# plural, short names, version, namespaced, kind; by group in the order of the plural names
_SERVED = """
bindings                          -        v1  yes Binding
componentstatuses                 cs       v1  no  ComponentStatus
configmaps                        cm       v1  yes ConfigMap
endpoints                         ep       v1  yes Endpoints
events                            ev       v1  yes Event
limitranges                       limits   v1  yes LimitRange
namespaces                        ns       v1  no  Namespace
nodes                             no       v1  no  Node
persistentvolumeclaims            pvc      v1  yes PersistentVolumeClaim
persistentvolumes                 pv       v1  no  PersistentVolume
pods                              po       v1  yes Pod
podtemplates                      -        v1  yes PodTemplate
replicationcontrollers            rc       v1  yes ReplicationController
resourcequotas                    quota    v1  yes ResourceQuota
secrets                           -        v1  yes Secret
serviceaccounts                   sa       v1  yes ServiceAccount
services                          svc      v1  yes Service
mutatingadmissionpolicies         -        admissionregistration.k8s.io/v1 no  MutatingAdmissionPolicy
mutatingadmissionpolicybindings   -        admissionregistration.k8s.io/v1 no  MutatingAdmissionPolicyBinding
mutatingwebhookconfigurations     -        admissionregistration.k8s.io/v1 no  MutatingWebhookConfiguration
validatingadmissionpolicies       -        admissionregistration.k8s.io/v1 no  ValidatingAdmissionPolicy
validatingadmissionpolicybindings -        admissionregistration.k8s.io/v1 no  ValidatingAdmissionPolicyBinding
validatingwebhookconfigurations   -        admissionregistration.k8s.io/v1 no  ValidatingWebhookConfiguration
customresourcedefinitions         crd,crds apiextensions.k8s.io/v1 no  CustomResourceDefinition
apiservices                       -        apiregistration.k8s.io/v1 no  APIService
controllerrevisions               -        apps/v1 yes ControllerRevision
daemonsets                        ds       apps/v1 yes DaemonSet
deployments                       deploy   apps/v1 yes Deployment
replicasets                       rs       apps/v1 yes ReplicaSet
statefulsets                      sts      apps/v1 yes StatefulSet
selfsubjectreviews                -        authentication.k8s.io/v1 no  SelfSubjectReview
tokenreviews                      -        authentication.k8s.io/v1 no  TokenReview
localsubjectaccessreviews         -        authorization.k8s.io/v1 yes LocalSubjectAccessReview
selfsubjectaccessreviews          -        authorization.k8s.io/v1 no  SelfSubjectAccessReview
selfsubjectrulesreviews           -        authorization.k8s.io/v1 no  SelfSubjectRulesReview
subjectaccessreviews              -        authorization.k8s.io/v1 no  SubjectAccessReview
horizontalpodautoscalers          hpa      autoscaling/v2 yes HorizontalPodAutoscaler
cronjobs                          cj       batch/v1 yes CronJob
jobs                              -        batch/v1 yes Job
certificatesigningrequests        csr      certificates.k8s.io/v1 no  CertificateSigningRequest
leases                            -        coordination.k8s.io/v1 yes Lease
endpointslices                    -        discovery.k8s.io/v1 yes EndpointSlice
events                            ev       events.k8s.io/v1 yes Event
flowschemas                       -        flowcontrol.apiserver.k8s.io/v1 no  FlowSchema
prioritylevelconfigurations       -        flowcontrol.apiserver.k8s.io/v1 no  PriorityLevelConfiguration
ingressclasses                    -        networking.k8s.io/v1 no  IngressClass
ingresses                         ing      networking.k8s.io/v1 yes Ingress
ipaddresses                       ip       networking.k8s.io/v1 no  IPAddress
networkpolicies                   netpol   networking.k8s.io/v1 yes NetworkPolicy
servicecidrs                      -        networking.k8s.io/v1 no  ServiceCIDR
runtimeclasses                    -        node.k8s.io/v1 no  RuntimeClass
poddisruptionbudgets              pdb      policy/v1 yes PodDisruptionBudget
clusterrolebindings               -        rbac.authorization.k8s.io/v1 no  ClusterRoleBinding
clusterroles                      -        rbac.authorization.k8s.io/v1 no  ClusterRole
rolebindings                      -        rbac.authorization.k8s.io/v1 yes RoleBinding
roles                             -        rbac.authorization.k8s.io/v1 yes Role
deviceclasses                     -        resource.k8s.io/v1 no  DeviceClass
resourceclaims                    -        resource.k8s.io/v1 yes ResourceClaim
resourceclaimtemplates            -        resource.k8s.io/v1 yes ResourceClaimTemplate
resourceslices                    -        resource.k8s.io/v1 no  ResourceSlice
priorityclasses                   pc       scheduling.k8s.io/v1 no  PriorityClass
csidrivers                        -        storage.k8s.io/v1 no  CSIDriver
csinodes                          -        storage.k8s.io/v1 no  CSINode
csistoragecapacities              -        storage.k8s.io/v1 yes CSIStorageCapacity
storageclasses                    sc       storage.k8s.io/v1 no  StorageClass
volumeattachments                 -        storage.k8s.io/v1 no  VolumeAttachment
volumeattributesclasses           vac      storage.k8s.io/v1 no  VolumeAttributesClass
"""

_ALL = (
    "pods",
    "replicationcontrollers",
    "services",
    "daemonsets",
    "deployments",
    "replicasets",
    "statefulsets",
    "horizontalpodautoscalers",
    "cronjobs",
    "jobs",
)
"""What ``kubectl get all`` means."""


@dataclass(frozen=True)
class Resource:
    """A kind of objects: its names, where it is served, and whether its objects live in a namespace."""

    plural: str
    short_names: tuple[str, ...]
    api_version: str
    namespaced: bool
    kind: str

    @property
    def group(self) -> str:
        """The API group, empty for the core group."""
        return self.api_version.rpartition("/")[0]

    @property
    def version(self) -> str:
        """The version within the group."""
        return self.api_version.rpartition("/")[2]

    @property
    def singular(self) -> str:
        """The name of one, as in ``pod/web``."""
        return self.kind.lower()

    @property
    def qualified(self) -> str:
        """The plural with its group, as error messages give it: ``replicasets.apps``."""
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def prefix(self) -> str:
        """What stands before the slash in ``replicaset.apps/web``."""
        return f"{self.singular}.{self.group}" if self.group else self.singular

    @property
    def gvr(self) -> str:
        """Group, version and resource as client-go's messages give them."""
        return f"{self.group}/{self.version}, Resource={self.plural}"

    def model(self) -> type[msgspec.Struct] | None:
        """The lightkube class of its objects, if there is one."""
        group = self.group.partition(".")[0] or "core"
        try:
            module = importlib.import_module(f"lightkube.models.{group}_{self.version}")
        except ModuleNotFoundError:
            return None
        found: type[msgspec.Struct] | None = getattr(module, self.kind, None)
        return found


def _read(line: str) -> Resource:
    plural, short, api_version, namespaced, kind = line.split()
    shorts = () if short == "-" else tuple(short.split(","))
    return Resource(plural, shorts, api_version, namespaced == "yes", kind)


RESOURCES = tuple(_read(line) for line in _SERVED.strip().splitlines())


@functools.cache
def _by_name() -> dict[str, Resource]:
    names: dict[str, Resource] = {}
    for resource in RESOURCES:
        own = (resource.plural, resource.singular, *resource.short_names)
        qualified = [
            f"{name}{version}.{resource.group}" for name in own[:2] for version in ("", f".{resource.version}")
        ]
        for name in (*own, *(qualified if resource.group else ())):
            names.setdefault(name, resource)
    return names


def find_resource(name: str) -> Resource | None:
    """The resource with this plural, singular or short name, with or without its group; capitals do not count."""
    return _by_name().get(name.lower())


def resource_names() -> tuple[str, ...]:
    """All names that `find_resource` knows."""
    return tuple(_by_name())


def resource_of_kind(api_version: str, kind: str) -> Resource | None:
    """The resource of a manifest's apiVersion and kind."""
    return next((found for found in RESOURCES if (found.api_version, found.kind) == (api_version, kind)), None)


def all_resources() -> list[Resource]:
    """The resources of ``kubectl get all``."""
    return [_by_name()[name] for name in _ALL]


def api_resources_table(
    *, group: str | None = None, namespaced: bool | None = None, no_headers: bool = False, names_only: bool = False
) -> str:
    """The text of ``kubectl api-resources``; ``group`` "" is the core group."""
    rows = [
        resource
        for resource in RESOURCES
        if group in (None, resource.group) and namespaced in (None, resource.namespaced)
    ]
    if names_only:
        return "".join(f"{resource.qualified}\n" for resource in rows)
    cells = [
        [row.plural, ",".join(row.short_names), row.api_version, "true" if row.namespaced else "false", row.kind]
        for row in rows
    ]
    return table(cells, () if no_headers else ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"))
