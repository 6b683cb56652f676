"""The drift monitor's function: it compares a day's results with the bundle's profile."""
