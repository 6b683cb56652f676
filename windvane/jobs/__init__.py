"""Bulk jobs: files of millions of texts, cut into parts that are classified each by itself."""
