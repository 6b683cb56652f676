"""The ASGI application: limits and checks requests before powertools' resolver handles them."""

import asyncio
import contextvars
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial, wraps
from typing import TYPE_CHECKING

from aws_lambda_powertools.event_handler import HttpResolverLocal, Response

from windvane.api.caller import Caller, set_caller
from windvane.api.correlation import SENT_IN, choose_correlation_id
from windvane.api.problems import (
    OverloadedError,
    ProblemError,
    ServerStoppingError,
    to_unexpected_response,
)
from windvane.api.request_trace import begin_trace
from windvane.api.response_headers import list_common_headers
from windvane.api.route import Handler, Route
from windvane.api.routing import (
    TRAILING_SLASHES,
    RouteTable,
    build_router,
)
from windvane.observability import logger
from windvane.server.access_guard import AccessGuard
from windvane.server.asgi import (
    AsgiApp,
    AsgiResponse,
    Receive,
    Scope,
    Send,
    collect_response,
    send_response,
    to_asgi_response,
)
from windvane.server.body_budget import BodyShare
from windvane.server.compression import Compressor
from windvane.server.request_reading import BodyReader, ClientGoneError, check_scope, close_after

if TYPE_CHECKING:
    from windvane.server.server_metrics import ServerMetrics


CORRELATION_HEADERS = frozenset(name.encode() for name in SENT_IN)


def build_resolver(routes: Sequence[Route], pool: Executor) -> AsgiApp:
    """Build the application that handles requests whose body has been read.

    Args:
        routes: Routes of the API.
        pool: Runs the handlers of slow routes.
    """
    resolver = HttpResolverLocal(debug=False, strip_prefixes=[TRAILING_SLASHES])
    resolver.include_router(build_router(routes, lambda handler: _run_in(pool, handler)))
    resolver.exception_handler(Exception)(_handle_unexpected)
    return resolver


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
        """Build the resolver.

        Args:
            routes: Routes of the API.
            pool: Runs the handlers of slow routes, with a thread for each place of the admission.
            metrics: Counts every response, and has the admission of slow requests.
            reader: Reads the bodies.
            guard: Checks who may send requests; None lets everybody.
        """
        self._resolver = build_resolver(routes, pool)
        self._table = RouteTable(routes)
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
            common = list_common_headers(trace, (name.decode() for name, _ in response.headers))
            shared = self._guard.list_cors_headers(scope) if self._guard else {}
            await send_response(send, response, {**common, **shared})
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
            return await self._respond_in_turn(scope, receive)
        body = await self._reader.read(scope, receive)
        return await collect_response(self._resolver, scope, body)

    async def _respond_in_turn(self, scope: Scope, receive: Receive) -> AsgiResponse:
        """Run a slow request when it has a place; refuse it unread if too many wait.

        The place is left before the response is sent, so that a slow reader does not hold it.
        """
        if self._admission.is_full:
            refusal = self._admission.refuse()
            raise await self._reader.refuse(scope, receive, refusal)
        body = await self._reader.read(scope, receive)
        if not await self._admission.enter(receive):
            raise ClientGoneError
        try:
            return await collect_response(self._resolver, scope, body)
        finally:
            self._admission.leave()


def _choose_correlation_id(scope: Scope) -> str:
    headers = {
        name.decode(): value.decode("latin-1")
        for name, value in scope["headers"]
        if name in CORRELATION_HEADERS
    }
    return choose_correlation_id(headers)


def _run_in(pool: Executor, handler: Handler) -> Handler:
    @wraps(handler)
    async def run(**path_parameters: str) -> Response[str]:
        # The resolver stores the request in a context variable.
        context = contextvars.copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(pool, partial(context.run, handler, **path_parameters))

    return run


def _handle_unexpected(error: Exception) -> Response[str]:
    logger.error("unexpected error", exc_info=error)
    return to_unexpected_response()
