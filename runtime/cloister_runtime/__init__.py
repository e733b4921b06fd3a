"""The runtime of ops: the feeder, which opens data, and the host, which runs ops apart from it."""
