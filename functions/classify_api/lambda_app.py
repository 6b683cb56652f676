"""The routes behind API Gateway: settings and environment in, a resolver out."""

from collections.abc import Mapping

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from functions.bundle_store import open_bundle
from functions.classify_api.routes import ClassifyApi, build_routes
from functions.inference.classifier import Classifier
from functions.observability import logger
from functions.settings import load_settings


def build_lambda_app(environ: Mapping[str, str]) -> APIGatewayRestResolver:
    """Load the model and build the resolver for API Gateway's REST events.

    Raises:
        SettingsError: A variable's value is not allowed.
        BundleError: The bundle cannot be used.
    """
    settings = load_settings(environ)
    bundle = open_bundle(settings.bundle_uri)
    classifier = Classifier(bundle, threads=settings.threads)
    logger.info(
        "model loaded",
        model=bundle.manifest.name,
        version=bundle.manifest.version,
        threads=settings.threads,
    )
    # debug would print whole events, texts included, where POWERTOOLS_DEV is set.
    app = APIGatewayRestResolver(debug=False)
    app.include_router(build_routes(ClassifyApi(lambda: classifier, settings)))
    return app
