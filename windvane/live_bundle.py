"""Which bundle answers requests now, with the boto3 of Lambda's runtime."""

from windvane.facts import LIVE_ALIAS


def find_live_bundle(function_name: str) -> str:
    """Ask Lambda for the bundle of a function's live version.

    The stack's newest bundle is not live while a canary runs, nor after a rollback.
    """
    import boto3

    functions = boto3.client("lambda")
    live = functions.get_function_configuration(FunctionName=function_name, Qualifier=LIVE_ALIAS)
    bundle_uri: str = live["Environment"]["Variables"]["WINDVANE_BUNDLE_URI"]
    return bundle_uri
