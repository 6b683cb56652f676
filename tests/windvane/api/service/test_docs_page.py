import json
import re

from tests.windvane.api.clients import Client


def test_docs_page_loads_nothing_from_outside(client: Client) -> None:
    page = client.send("GET", "/docs")

    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "SwaggerUIBundle({" in page.body
    assert re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=[\"']?http", page.body) == []


def test_docs_page_holds_the_contract(client: Client) -> None:
    page = client.send("GET", "/docs")
    contract = client.send("GET", "/openapi.json")

    (held,) = re.findall(r"^const contract = (\{.*\});$", page.body, re.MULTILINE)
    assert json.loads(held.replace("<\\/", "</")) == contract.json
