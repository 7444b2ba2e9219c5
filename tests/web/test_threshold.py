"""What the real server turns back at the threshold, and how quietly: a helpful page, no traceback, no address in its log."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .site_kit import Site

TOP = Path(__file__).parents[2]


@pytest.fixture
def served(fresh_site: Site, tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """The site as `qingfeng serve` starts it; its port and its log."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = tmp_path / "log"
    environment = {**os.environ, "QINGFENG_HOME": str(fresh_site.home), "QINGFENG_AGENCY": fresh_site.where, "PYTHONPATH": str(TOP / "src")}
    command = [sys.executable, "-m", "qingfeng.web", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    with log.open("wb") as file, subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=file) as server:
        try:
            for _ in range(300):
                if server.poll() is None and asked(port, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"):
                    break
                time.sleep(0.2)
            yield port, log
        finally:
            server.terminate()
            server.wait(30)


def asked(port: int, raw: bytes) -> bytes:
    """Send bytes as they are; return what came back."""
    got = b""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=20) as link:
            link.sendall(raw)
            while part := link.recv(65_536):
                got += part
    except OSError:  # the server closed the door before all of it was said
        pass
    return got


def request(first: bytes, *heads: bytes, body: bytes = b"", host: bytes = b"127.0.0.1") -> bytes:
    """Return the bytes of a request."""
    return b"\r\n".join([first + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *heads, b"", b""]) + body


def test_what_is_malformed_gets_an_answer_and_leaves_no_traceback_and_no_address(served: tuple[int, Path]) -> None:
    port, log = served
    for path in (b"/", b"/sign-in/", b"/inbox", b"/api/v1/cases", b"/static/app.css"):
        for host in (b"evil.example", b"\xff\xfe<b>", b"a" * 300):
            answer = asked(port, request(b"GET " + path, host=host))
            assert answer.startswith(b"HTTP/1.1 400 "), (path, host, answer[:80])
            assert b"QINGFENG_HOSTS" in answer, (path, host)
    for method in (b"TRACE", b"CONNECT", b"PROPFIND", b"PUT", b"DELETE", b"OPTIONS"):
        answer = asked(port, request(method + b" /sign-in/", b"Content-Length: 0"))
        assert answer.startswith(b"HTTP/1.1 405 "), (method, answer[:80])
        assert b"Allow: GET, HEAD, POST" in answer
    odd = [request(b"GET " + path) for path in (b"/%ff%fe/", b"/\xff\xfe/", b"/find/?q=%ff", b"/?q=\xff", b"/%00", b"/static/%00",
           b"/cases/%ed%a0%80/", b"/progress/?number=%ff%00", b"*", b"/" + b"a" * 9_000, b"/find/?" + b"a=1&" * 2_000)]  # fmt: skip
    odd += [request(b"GET /", b"X-A: " + b"a" * 20_000), request(b"GET /", *(b"X-%d: a" % n for n in range(300))),
            request(b"GET /", b"Cookie: lang=\xff; sessionid=\xff; csrftoken=\xff"), request(b"HEAD /"), request(b"foo /"),
            b"GARBAGE\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"]  # fmt: skip
    many, form = b"&".join(b"f%d=1" % n for n in range(3_000)), b"Content-Type: application/x-www-form-urlencoded"
    for body in (many, b"a=%ff&b=%00"):
        odd.append(request(b"POST /sign-in/", form, b"Content-Length: %d" % len(body), body=body))
    odd.append(request(b"POST /sign-in/", b"Content-Type: multipart/form-data; boundary=\xff", b"Content-Length: 3", body=b"a=b"))
    for raw in odd:
        answer = asked(port, raw)
        status = answer.partition(b" ")[2][:3]
        assert status in (b"200", b"302", b"400", b"403", b"404", b"414", b"422", b"431"), (raw[:60], answer[:80])
    assert asked(port, request(b"GET /")).startswith(b"HTTP/1.1 200 "), "still there"
    told = log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in told
    assert "127.0.0.1" not in told
    assert "evil.example" not in told
    assert len(told.splitlines()) <= 5, told
