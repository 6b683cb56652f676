"""What ministack lacks of AWS and Windvane's stack uses; runs in the emulator's own Python.

Each module adds one thing from outside, before the emulator starts: `__main__` names them all.
"""
