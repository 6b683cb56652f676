"""HTTP servers that Windvane's is measured beside."""
