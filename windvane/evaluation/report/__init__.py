"""The report of an evaluation: one page of HTML that needs no other file."""
