"""From a Hugging Face checkpoint to a verified bundle; the only place that needs torch."""
