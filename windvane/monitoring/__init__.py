"""Monitoring: compares recorded results with the reference profile of a bundle."""
