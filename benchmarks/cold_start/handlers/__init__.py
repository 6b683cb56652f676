"""Handlers that the emulator calls; their folder is on the function's import path."""
