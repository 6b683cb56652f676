"""Texts of our own making that teach what the data lacks, and what must not matter."""
