"""How a model comes to be: fine-tuning, distilling, and the baseline beside it."""
