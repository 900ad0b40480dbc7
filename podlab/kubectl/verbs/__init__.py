"""kubectl's commands, one a file: each a function of a `podlab.kubectl.call.Call`."""
