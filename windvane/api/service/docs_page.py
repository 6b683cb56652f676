"""The Swagger page, from the files that powertools ships; it loads nothing from other servers.

powertools' own page generator is not used: importing it needs pydantic, which is not packaged.
"""

from functools import cache
from importlib.resources import files

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
<script>
const contract = {contract};
const page = window.location.href.replace(/[/]*([?#].*)?$/, "");
contract.servers = [{{ url: new URL(".", page).href }}];
SwaggerUIBundle({{
  dom_id: "#swagger-ui",
  deepLinking: true,
  spec: contract,
}});
</script>
</body>
</html>
"""


@cache
def get_docs_page(contract: str) -> str:
    """Build the page, once.

    The document is part of the page: ``/openapi.json`` may need a key, which a page cannot send.

    Args:
        contract: The OpenAPI document, as JSON.
    """
    folder = files("aws_lambda_powertools").joinpath(SWAGGER_FILES)
    return PAGE.format(
        contract=contract.replace("</", "<\\/"),  # no text in it can end the script
        css=folder.joinpath("swagger-ui.min.css").read_text(encoding="utf-8"),
        javascript=folder.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
    )
