"""The Swagger page, from the files that powertools carries; it asks no outside address.

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
SwaggerUIBundle({{
  dom_id: "#swagger-ui",
  deepLinking: true,
  url: new URL("openapi.json", window.location.href.replace(/[/]*([?#].*)?$/, "")).href,
}});
</script>
</body>
</html>
"""


@cache
def get_docs_page() -> str:
    """Build the page, once."""
    folder = files("aws_lambda_powertools").joinpath(SWAGGER_FILES)
    return PAGE.format(
        css=folder.joinpath("swagger-ui.min.css").read_text(encoding="utf-8"),
        javascript=folder.joinpath("swagger-ui-bundle.min.js").read_text(encoding="utf-8"),
    )
