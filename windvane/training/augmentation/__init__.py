"""Generated texts: for what the data lacks, and against bias."""
