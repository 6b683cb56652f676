"""The HTTP API: one set of routes for AWS Lambda and for the local server."""
