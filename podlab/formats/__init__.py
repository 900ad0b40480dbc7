"""Files: recorded stories, scenario files, exports for a real cluster and their runbooks."""
