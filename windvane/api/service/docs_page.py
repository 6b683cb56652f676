"""The Swagger page, from the files that powertools ships; it loads nothing from other servers.

powertools' own page generator is not used: importing it needs pydantic, which is not packaged.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files

from windvane.api.static_response import StaticContent, build_etag

SWAGGER_FILES = "event_handler/openapi/swagger_ui"

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Windvane API</title>
<link rel="icon" href="data:,">
<style>{css}</style>
</head>
<body>
<div id="swagger-ui"></div>
<script>{javascript}</script>
<script>{start}</script>
</body>
</html>
"""

START = """
const contract = {contract};
const page = window.location.href.replace(/[/]*([?#].*)?$/, "");
contract.servers = [{{ url: new URL(".", page).href }}];
SwaggerUIBundle({{
  dom_id: "#swagger-ui",
  deepLinking: true,
  spec: contract,
}});
"""

POLICY = (
    "default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Only the page's two scripts run, by their hashes; Swagger sets styles of elements."""


@cache
def get_docs_page(contract: str) -> StaticContent:
    """Build the page, once.

    The document is part of the page: ``/openapi.json`` may need a key, which a page cannot send.

    Args:
        contract: The OpenAPI document, as JSON.
    """
    folder = files("aws_lambda_powertools").joinpath(SWAGGER_FILES)
    javascript = folder.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8")
    start = START.format(contract=contract.replace("</", "<\\/"))  # no text in it ends the script
    body = PAGE.format(
        css=folder.joinpath("swagger-ui.min.css").read_text(encoding="utf-8"),
        javascript=javascript,
        start=start,
    )
    return StaticContent(
        content_type="text/html; charset=utf-8",
        body=body,
        etag=build_etag(body),
        policy=POLICY.format(hashes=" ".join(map(_to_source, (javascript, start)))),
    )


def _to_source(script: str) -> str:
    """Name an inline script by its hash (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
