"""The work behind ``windvane evaluate``: models asked, figures shown."""
