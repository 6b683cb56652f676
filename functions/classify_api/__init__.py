"""The function behind API Gateway."""
