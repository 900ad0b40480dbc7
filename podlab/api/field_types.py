"""What lightkube's annotations do not say about a field: its width, what its map holds, whether 1.36 knows it."""

INT64_FIELDS = frozenset(
    {
        "Condition.observedGeneration",
        "ContainerImage.sizeBytes",
        "DeploymentStatus.observedGeneration",
        "JobSpec.activeDeadlineSeconds",
        "LinuxContainerUser.gid",
        "LinuxContainerUser.supplementalGroups",
        "LinuxContainerUser.uid",
        "NodeSwapStatus.capacity",
        "ObjectMeta.deletionGracePeriodSeconds",
        "ObjectMeta.generation",
        "PodCondition.observedGeneration",
        "PodSecurityContext.fsGroup",
        "PodSecurityContext.runAsGroup",
        "PodSecurityContext.runAsUser",
        "PodSecurityContext.supplementalGroups",
        "PodSpec.activeDeadlineSeconds",
        "PodSpec.terminationGracePeriodSeconds",
        "PodStatus.observedGeneration",
        "Probe.terminationGracePeriodSeconds",
        "ReplicaSetStatus.observedGeneration",
        "ReplicationControllerStatus.observedGeneration",
        "SecurityContext.runAsGroup",
        "SecurityContext.runAsUser",
        "ServiceAccountTokenProjection.expirationSeconds",
        "SleepAction.seconds",
        "Toleration.tolerationSeconds",
    }
)
"""Whole numbers of 64 bits; all others have 32."""

MAP_VALUES = {
    "ConfigMap.binaryData": "base64",
    "ContainerStatus.allocatedResources": "quantity",
    "ManagedFieldsEntry.fieldsV1": "anything",
    "NodeStatus.allocatable": "quantity",
    "NodeStatus.capacity": "quantity",
    "PodSpec.overhead": "quantity",
    "PodStatus.allocatedResources": "quantity",
    "ResourceRequirements.limits": "quantity",
    "ResourceRequirements.requests": "quantity",
    "Secret.data": "base64",
    "VolumeResourceRequirements.limits": "quantity",
    "VolumeResourceRequirements.requests": "quantity",
}
"""What a map holds; all others hold texts."""

LATER_FIELDS = frozenset(
    {
        "ClusterTrustBundleProjection.user",
        "ConfigMapVolumeSource.defaultUser",
        "DownwardAPIVolumeFile.user",
        "DownwardAPIVolumeSource.defaultUser",
        "EmptyDirVolumeSource.mode",
        "GRPCAction.mode",
        "HTTPGetAction.protocol",
        "JobSpec.scheduling",
        "KeyToPath.user",
        "NodeSpec.podPreemptionPolicy",
        "NodeSystemInfo.runningInUserNamespace",
        "PodCertificateProjection.user",
        "PodSpec.evictionResponders",
        "PodStatus.volumeHealth",
        "ProjectedVolumeSource.defaultUser",
        "SecretVolumeSource.defaultUser",
        "ServiceAccountTokenProjection.user",
        "VolumeMount.bindMountOptions",
    }
)
"""Fields that came after Kubernetes 1.36, which podlab models; a newer lightkube-models has them."""
