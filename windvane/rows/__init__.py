"""Texts to classify, from arguments, plain text, JSON Lines or CSV, read as they are needed."""
