"""Handlers that the emulator starts; each lies on the function's path by itself."""
