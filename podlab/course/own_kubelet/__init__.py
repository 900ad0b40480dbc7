"""A kubelet of one's own: rules that a learner writes, checked against the real Kubernetes' answers, and run."""
