"""CodeDeploy's hook: a new version must answer known texts before it gets traffic."""
