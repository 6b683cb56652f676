"""``windvane results``: what was answered, listed, exported, summed up and corrected."""
