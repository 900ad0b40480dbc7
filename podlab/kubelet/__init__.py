"""What surrounds a pod worker on a node: probes, hooks, images, volumes, environment."""
