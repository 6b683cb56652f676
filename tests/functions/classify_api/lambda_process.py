"""The function started in this process, which it leaves as it was."""

import gc
import sys
from collections.abc import Mapping

from functions.classify_api.lambda_app import LambdaApp
from functions.classify_api.start_up import StartUp
from windvane.inference.classifier import Classifier


def start_lambda_app(environ: Mapping[str, str]) -> LambdaApp:
    """Do what the handler's module does when it is imported."""
    usual_switch_seconds = sys.getswitchinterval() + 0.5e-6  # Python cuts to microseconds
    try:
        start_up = StartUp(environ)
        start_up.open_classifier(Classifier)
        return LambdaApp(start_up, environ)
    finally:
        gc.unfreeze()
        gc.enable()
        sys.setswitchinterval(usual_switch_seconds)
