"""A challenger answers a share of the texts in shadow; no caller gets what it answers."""
