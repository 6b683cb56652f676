from aws_lambda_powertools.event_handler import Response

from windvane.api.route import Lazy, Route, load
from windvane.api.routes import ROUTES
from windvane.facts import FIRST_SEGMENTS


def _list_lazy() -> list[Lazy]:
    fields = [getattr(route, field) for route in ROUTES for field in Route.__struct_fields__]
    listed = [item for field in fields for item in (field if isinstance(field, tuple) else [field])]
    return [item for item in listed if isinstance(item, Lazy)]


def test_every_lazy_reference_of_the_routes_can_be_imported() -> None:
    references = _list_lazy()

    assert len(references) > 20
    for lazy in references:
        assert load(lazy) is not None


def test_every_route_has_handlers_that_can_be_called() -> None:
    assert ROUTES
    for route in ROUTES:
        assert callable(load(route.handler))
        assert callable(load(route.to_error))


def test_lazy_calls_the_function_it_names() -> None:
    respond = Lazy("windvane.api.routing:to_json_response")

    response = respond(["good"], status=201)

    assert isinstance(response, Response)
    assert (response.status_code, response.body) == (201, '["good"]')


def test_first_segments_are_those_of_the_routes() -> None:
    assert {route.path.split("/")[1] for route in ROUTES} == {*FIRST_SEGMENTS}
