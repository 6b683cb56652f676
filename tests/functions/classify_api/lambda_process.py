"""The function started in this process, which it leaves as it was."""

from collections.abc import Mapping

from functions.classify_api.lambda_app import LambdaApp
from functions.classify_api.start_up import StartUp
from tests.restored_process import restored_process
from windvane.inference.classifier import Classifier


def start_lambda_app(environ: Mapping[str, str]) -> LambdaApp:
    """Do what the handler's module does when it is imported."""
    with restored_process():
        start_up = StartUp(environ)
        start_up.open_classifier(Classifier)
        return LambdaApp(start_up, environ)
