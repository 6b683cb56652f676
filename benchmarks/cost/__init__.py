"""What a million texts cost, from measured durations and dated prices."""
