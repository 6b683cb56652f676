"""Fine-tuning and distillation of a classifier, and a Naive Bayes baseline."""
