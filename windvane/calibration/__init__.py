"""Fits a bundle's label offsets and temperature to labelled texts of its user."""
