"""What a container is made of: sandbox and namespaces, processes and signals, volumes, images, sh."""
