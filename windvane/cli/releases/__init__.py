"""``windvane releases`` lists, rolls back and retires what is deployed in an AWS account.

``boto3`` takes a while to import, so only commands that run import it.
"""
