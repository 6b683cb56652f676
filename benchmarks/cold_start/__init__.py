"""Cold starts under AWS's runtime emulator: Windvane, a bare floor, and Windvane less one trick."""
