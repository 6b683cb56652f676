"""Reads the heads of requests as RFC 9110 and 9112 say where uvicorn does not."""

import re
from typing import Any

import httptools

from windvane.server.connections import BoundedProtocol

AUTHORITY = re.compile(rb"[a-z][a-z0-9+.-]*://([^/?#]*)", re.IGNORECASE)
"""Start of a URL in absolute form (RFC 9112, section 3.2.2)."""


class ConformingProtocol(BoundedProtocol):
    """The protocol of `windvane serve`.

    A URL in absolute form names the host, whatever ``Host`` says; HTTP/1.0 knows no ``Expect``; and
    an offered upgrade is not taken: the request is answered as if it were not offered (RFC 9110,
    sections 7.8 and 10.1.1).
    """

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Start with a parser that tells of offers."""
        super().__init__(*args, **options)
        self.parser = OfferParser(self)

    def on_headers_complete(self) -> None:
        """Read the head as the standards say; wait for `read_without_offer` if it has an offer."""
        if self._has_offer:
            return
        if authority := AUTHORITY.match(self.url):
            self._take_host(authority)
        if self.expect_100_continue and self.parser.get_http_version() == "1.0":
            self.expect_100_continue = False
            self._remove_headers(b"expect")
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End the body, which the parser leaves out if there is an offer."""
        if not self._has_offer:
            super().on_message_complete()

    def read_without_offer(self, rest: bytes) -> None:
        """Read a request once more, without its offer, and what follows its head.

        Raises:
            HttpParserError: What follows is malformed.
        """
        self._remove_headers(b"upgrade")
        version = self.parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, version)]
        lines += [b"%b: %b" % header for header in self.headers]
        self.parser = OfferParser(self)
        self.parser.feed_data(b"\r\n".join([*lines, b"", rest]))

    @property
    def _has_offer(self) -> bool:
        # To the parser CONNECT is an upgrade whatever its headers are.
        return self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT"

    def _take_host(self, authority: re.Match[bytes]) -> None:
        """Put the host that the URL names into the headers, and a path into the URL."""
        hosts = [header for header in self.headers if header[0] == b"host"]
        if len(hosts) == 1 or (not hosts and self.parser.get_http_version() == "1.0"):
            self._remove_headers(b"host")
            self.headers.append((b"host", authority[1]))
        path = self.url[authority.end() :]
        if not path.startswith(b"/"):
            self.url = b"%b/%b" % (authority[0], path)

    def _remove_headers(self, name: bytes) -> None:
        self.headers[:] = [header for header in self.headers if header[0] != name]


class OfferParser(httptools.HttpRequestParser):
    """httptools' parser, which reads no body behind a head that offers an upgrade."""

    def __init__(self, protocol: ConformingProtocol) -> None:
        """Parse for a protocol."""
        super().__init__(protocol)
        self._protocol = protocol
        self.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's own

    def feed_data(self, data: bytes) -> None:  # type: ignore[override] # the loops give bytes
        """Parse; go on with another parser where an upgrade is offered."""
        try:
            super().feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self.get_method() == b"CONNECT":
                raise
            self._protocol.read_without_offer(data[upgrade.args[0] :])
