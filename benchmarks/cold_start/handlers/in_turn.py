"""Windvane with one step after the other: imports, fetching the bundle, opening the model."""

import os

from functions.classify_api.lambda_app import LambdaApp
from functions.classify_api.start_up import StartUp
from windvane.inference.classifier import Classifier

_start_up = StartUp(os.environ)
_start_up.open_classifier(Classifier)
_app = LambdaApp(_start_up, os.environ)
handler = _app.resolve
