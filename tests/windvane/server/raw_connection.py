"""Bytes to and from a server over sockets."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple

SECONDS = 20
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) ")


class Sockets(NamedTuple):
    """The two ends of a client's connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter


@asynccontextmanager
async def connect(port: int) -> AsyncIterator[Sockets]:
    """Connect until the block ends."""
    sockets = Sockets(*await asyncio.open_connection("127.0.0.1", port))
    try:
        yield sockets
    finally:
        sockets.writer.close()
        with suppress(ConnectionError):
            await sockets.writer.wait_closed()


async def exchange(port: int, sent: bytes, *, ends: bool = False) -> bytes:
    """Send bytes, shut down that side if it ``ends``, and read until the server closes."""
    async with connect(port) as sockets:
        sockets.writer.write(sent)
        if ends:
            sockets.writer.write_eof()
        return await read_all(sockets)


async def read_all(sockets: Sockets) -> bytes:
    """Read until the server closes."""
    return await asyncio.wait_for(sockets.reader.read(), SECONDS)


def read_statuses(received: bytes) -> list[int]:
    """Read the status of each response, without the interim ones that a waiting client gets."""
    return [int(status) for status in STATUS.findall(received) if int(status) != 100]


def read_problem(received: bytes) -> Any:
    """Read the last response, a problem document: its body, with the headers."""
    head, _, body = received[received.rindex(b"HTTP/1.1 ") :].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    headers = dict(line.split(": ", 1) for line in lines)
    return {**json.loads(body), "headers": headers}
