"""The kinds of objects that a Kubernetes 1.36 API server serves, and their names.

Models what /api and /apis list there with all feature gates at their defaults (beta APIs are off).
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass

import msgspec

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
_ALSO = "horizontalpodautoscalers hpa autoscaling/v1 yes HorizontalPodAutoscaler"
"""Served too, but in a version that is not the preferred one: `kubectl api-resources` does not list it."""


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

    @property
    def module(self) -> str:
        """The module of lightkube.models that has the class of its objects."""
        return f"{self.group.partition('.')[0] or 'core'}_{self.version}"

    def model(self) -> type[msgspec.Struct] | None:
        """The lightkube class of its objects, if there is one."""
        try:
            module = importlib.import_module(f"lightkube.models.{self.module}")
        except ModuleNotFoundError:
            return None
        found: type[msgspec.Struct] | None = getattr(module, self.kind, None)
        return found


def _read(line: str) -> Resource:
    plural, short, api_version, namespaced, kind = line.split()
    shorts = () if short == "-" else tuple(short.split(","))
    return Resource(plural, shorts, api_version, namespaced == "yes", kind)


RESOURCES = tuple(_read(line) for line in _SERVED.strip().splitlines())
"""Each kind in its preferred version, by group in the order of the plural names."""
OTHER_VERSIONS = (_read(_ALSO),)
"""Kinds in versions that are not the preferred ones."""
