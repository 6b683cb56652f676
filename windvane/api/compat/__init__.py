"""The APIs of other services, one in a module, for their existing clients."""
