"""Your own cluster: a real pod is read, explained by podlab's own rules, and told forward in virtual time."""
