"""Sentiment of a text: a transformer that you own and run without servers."""
