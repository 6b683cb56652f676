"""What is packaged for AWS Lambda, and nothing else."""
