"""Asking a witness over HTTP (c2sp.org/tlog-witness): one try, short patience, a bounded answer."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from hashlib import sha256
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

PATIENCE = 5.0
"""Seconds that a witness has to answer."""
MOST = 100_000
"""Bytes of an answer that are read: a checkpoint with a hundred signatures."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a witness answered.  status 0: it could not be reached; text then says why."""

    status: int
    text: str


def add_checkpoint(url: str, body: str) -> Heard:
    """Ask a witness to cosign."""
    return _ask("POST", url, "/add-checkpoint", body.encode())


def latest(url: str, origin: str) -> Heard:
    """Ask a witness for the last checkpoint of a log that it cosigned."""
    return _ask("GET", url, f"/{sha256(origin.encode()).hexdigest()}/checkpoint", None)


def _ask(method: str, url: str, path: str, body: bytes | None) -> Heard:
    connection: HTTPConnection | None = None
    try:
        parts = urlsplit(url)
        if parts.scheme == "https":
            connection = HTTPSConnection(parts.hostname or "", parts.port, timeout=PATIENCE, context=ssl.create_default_context())
        else:
            connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        connection.request(method, parts.path.rstrip("/") + path, body, {"User-Agent": "qingfeng"})
        answer = connection.getresponse()
        data = answer.read(MOST + 1)
        if len(data) > MOST:
            return Heard(0, f"an answer of more than {MOST} bytes")
        return Heard(answer.status, data.decode())
    except (OSError, HTTPException, ValueError) as error:
        return Heard(0, f"{type(error).__name__}: {error}"[:300])
    finally:
        if connection is not None:
            connection.close()
