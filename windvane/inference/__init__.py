"""The inference core: loads a bundle and classifies texts, independent of HTTP and AWS."""
