"""The app with a stand-in for the function's package, for the CDK's command line to run."""

import sys
from pathlib import Path

from aws_cdk import App

from infra.app import build_app

app = App()
build_app(app, lambda _: Path(sys.argv[1]))
app.synth()
