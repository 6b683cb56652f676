"""The contract, built when it is first asked for."""
