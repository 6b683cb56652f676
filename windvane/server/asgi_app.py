"""The ASGI application: limits and checks requests before their routes serve them."""

import asyncio
import contextvars
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler.http_resolver import HttpProxyEvent

from windvane.api.caller import Caller, set_caller
from windvane.api.correlation import SENT_IN, choose_correlation_id
from windvane.api.problems import (
    OverloadedError,
    ProblemError,
    ServerStoppingError,
    to_unexpected_response,
)
from windvane.api.request_trace import RequestTrace, begin_trace
from windvane.api.response_headers import DEFAULT_HEADERS
from windvane.api.route import Route
from windvane.api.routing import RouteTable, respond, respond_unrouted
from windvane.observability import logger
from windvane.server.access_guard import AccessGuard
from windvane.server.asgi import (
    AsgiResponse,
    Headers,
    Receive,
    Scope,
    Send,
    encode_headers,
    send_response,
    to_asgi_response,
)
from windvane.server.body_budget import BodyShare
from windvane.server.compression import Compressor
from windvane.server.request_reading import BodyReader, ClientGoneError, check_scope, close_after

if TYPE_CHECKING:
    from windvane.server.server_metrics import ServerMetrics


DEFAULT_HEADER_BYTES = encode_headers(DEFAULT_HEADERS)
CORRELATION_HEADERS = frozenset(name.encode() for name in SENT_IN)


class LocalApp:
    """The ASGI application: reads requests, queues the slow ones, and counts all."""

    def __init__(
        self,
        routes: Sequence[Route],
        pool: Executor,
        metrics: "ServerMetrics",
        reader: BodyReader | None = None,
        guard: AccessGuard | None = None,
    ) -> None:
        """Build the application.

        Args:
            routes: Routes of the API.
            pool: Runs slow routes, with a thread for each place of the admission.
            metrics: Counts every response, and has the admission of slow requests.
            reader: Reads the bodies.
            guard: Checks who may send requests; None lets everybody.
        """
        self._table = RouteTable(routes)
        self._pool = pool
        self._admission = metrics.admission
        self._metrics = metrics
        self._reader = reader or BodyReader()
        self._guard = guard
        self._compressor = Compressor()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to one request, unless its client disconnects first."""
        trace = begin_trace(_choose_correlation_id(scope))
        share = BodyShare.of(scope)
        route = self._table.match(scope["method"], scope["path"])
        try:
            response = await self._respond(route, scope, receive)
            if not response.is_shared and not share.take_response(len(response.body)):
                response = self._to_error_response(scope, OverloadedError())
            more_headers = _list_common_headers(trace, response)
            if self._guard:
                more_headers += encode_headers(self._guard.list_cors_headers(scope))
            await send_response(send, response, more_headers)
        except (ClientGoneError, asyncio.CancelledError):
            return
        finally:
            share.drop()
        path_route = route or next(iter(self._table.find(scope["path"])), None)
        self._metrics.count_request(path_route, scope["method"], response.status, trace.seconds)

    async def _respond(self, route: Route | None, scope: Scope, receive: Receive) -> AsgiResponse:
        try:
            return await self._compressor.compress(scope, await self._run(route, scope, receive))
        except ProblemError as error:
            return self._to_error_response(scope, error)
        except asyncio.CancelledError:  # the server stops
            return self._to_error_response(scope, close_after(ServerStoppingError()))

    def _to_error_response(self, scope: Scope, error: ProblemError) -> AsgiResponse:
        return to_asgi_response(self._table.to_error_response(scope["path"], error))

    async def _run(self, route: Route | None, scope: Scope, receive: Receive) -> AsgiResponse:
        check_scope(scope)
        set_caller(self._guard.check(scope) if self._guard else Caller())
        if route and route.is_slow:
            return await self._respond_in_turn(route, scope, receive)
        return self._serve(route, scope, await self._reader.read(scope, receive))

    async def _respond_in_turn(self, route: Route, scope: Scope, receive: Receive) -> AsgiResponse:
        """Run a slow request in a thread when one is free; refuse it unread if too many wait.

        The thread is free again before the response is sent: a slow reader does not hold it.
        """
        if self._admission.is_full:
            refusal = self._admission.refuse()
            raise await self._reader.refuse(scope, receive, refusal)
        body = await self._reader.read(scope, receive)
        # The caller, the trace and the keys of log lines are context variables.
        serve = partial(contextvars.copy_context().run, self._serve, route, scope, body)
        return await self._admission.run(self._pool, serve, receive)

    def _serve(self, route: Route | None, scope: Scope, body: bytes) -> AsgiResponse:
        """Serve a request whose body has been read; one without a route is an error."""
        event = HttpProxyEvent.from_asgi(scope, body)
        try:
            if route is None:
                response = respond_unrouted(event, self._table)
            else:
                response = respond(route, event, self._table.read_parameters(route, scope["path"]))
        except Exception as error:  # noqa: BLE001 - any fault of ours is one response's alone
            logger.error("unexpected error", exc_info=error)
            response = to_unexpected_response()
        return to_asgi_response(response)


def _list_common_headers(trace: RequestTrace, response: AsgiResponse) -> Headers:
    """List headers as `windvane.api.response_headers.list_common_headers` does."""
    own = {name for name, _ in response.headers}
    defaults = [header for header in DEFAULT_HEADER_BYTES if header[0] not in own]
    return [*defaults, *encode_headers(trace.to_headers())]


def _choose_correlation_id(scope: Scope) -> str:
    headers = {
        name.decode(): value.decode("latin-1")
        for name, value in scope["headers"]
        if name in CORRELATION_HEADERS
    }
    return choose_correlation_id(headers)
