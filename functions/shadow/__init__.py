"""The challenger's function: it answers what the API has answered, and nobody waits for it."""
