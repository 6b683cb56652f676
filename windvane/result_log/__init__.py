"""What was answered: recorded, looked up and expired."""
