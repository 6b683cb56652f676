"""A folder per Lambda function: its handler and start-up, which nothing else imports."""
