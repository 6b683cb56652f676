"""``windvane releases``: what is deployed in an AWS account, moved back and tidied up.

``boto3`` takes a while to import, so only commands that run import it.
"""
