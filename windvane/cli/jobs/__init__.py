"""``windvane jobs`` classifies files of millions of texts, on this machine or in AWS."""
