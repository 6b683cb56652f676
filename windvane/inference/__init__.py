"""The inference core: a bundle in, predictions out. Knows nothing of HTTP or AWS."""
