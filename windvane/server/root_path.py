"""Takes the path below which a proxy serves the API off requests."""

from windvane.server.asgi import AsgiApp, Receive, Scope, Send


class RootPath:
    """Serves an application below a path, and still without it: many proxies take it off."""

    def __init__(self, app: AsgiApp, base_path: str) -> None:
        """Wrap an application.

        Args:
            app: The application.
            base_path: The path, without slashes at its ends.
        """
        self._app = app
        self._prefix = f"/{base_path}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        rest = scope["path"].removeprefix(self._prefix)
        if rest != scope["path"] and rest[:1] in {"", "/"}:
            scope = {**scope, "path": rest or "/"}
        await self._app(scope, receive, send)
