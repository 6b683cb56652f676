"""The few AWS calls of a running function, without botocore.

Importing botocore and building its clients takes longer than importing onnxruntime (see
DECISIONS.md); these modules use what Python has already loaded. Code off the request path uses
boto3.
"""
