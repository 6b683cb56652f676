"""The release gate: a challenger beside the champion, and the rules that it must keep."""
