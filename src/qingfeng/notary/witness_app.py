"""The witness over HTTP, as a WSGI application: two addresses, nothing else."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from .witness import MAX_BODY, Answer, Witness

Start = Callable[[str, list[tuple[str, str]]], Any]
_LATEST = re.compile(r"/([0-9a-f]{64})/checkpoint")


def application(witness: Witness) -> Callable[[dict[str, Any], Start], Iterable[bytes]]:
    """Return the application of a witness."""

    def answer(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        said = _answer(witness, environ)
        data = said.body.encode()
        start(
            f"{said.status} {HTTPStatus(said.status).phrase}",
            [("Content-Type", said.kind), ("Content-Length", str(len(data))), ("Cache-Control", "no-store")],
        )
        return [data]

    return answer


def _answer(witness: Witness, environ: dict[str, Any]) -> Answer:
    path, method = str(environ.get("PATH_INFO", "")), environ.get("REQUEST_METHOD")
    try:
        if path == "/add-checkpoint":
            if method != "POST":
                return Answer(405, "POST\n")
            length = str(environ.get("CONTENT_LENGTH") or "")
            if not length.isascii() or not length.isdigit():
                return Answer(411, "the length of the request is missing\n")
            if int(length[:12]) > MAX_BODY:
                return Answer(413, f"a request is at most {MAX_BODY} bytes long\n")
            return witness.add_checkpoint(environ["wsgi.input"].read(int(length)))
        found = _LATEST.fullmatch(path)
        if found and method in ("GET", "HEAD"):
            return witness.latest(found[1])
    except sqlite3.Error as error:
        return Answer(503, f"the witness's database cannot be written: {error}; nothing was cosigned\n")
    return Answer(404, "there is nothing here\n")
