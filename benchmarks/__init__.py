"""Windvane measured side by side with its peers: one command, one run, one table."""
