"""What a model must get right, capability by capability (CheckList, Ribeiro et al. 2020)."""
