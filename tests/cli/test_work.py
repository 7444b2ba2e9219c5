"""qingfeng work as a process: a receiver that fails twice, kill -9 in between, nothing lost; serve says what is wrong before it starts."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

SOURCE = str(Path(__file__).parents[2] / "src")
OUR = [sys.executable, "-m", "qingfeng"]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QINGFENG_")}
    return {**kept, "PYTHONPATH": SOURCE, "QINGFENG_HOME": str(home), **more}


def ours(home: Path, *args: str, code: int = 0) -> Any:
    done = subprocess.run([*OUR, *args, "--json"], env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == code, (args, done.stdout, done.stderr)
    return json.loads(done.stdout)


class Receiver(ThreadingHTTPServer):
    """Counts what arrives; fails the first `fails` times, and may keep the sender waiting before it says yes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.had: list[dict[str, Any]] = []
        self.fails, self.waits = 0, 0.0
        self.came = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/in"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fails = self.server.fails > 0
        self.server.fails -= fails
        if not fails:
            self.server.had.append(body)
            self.server.came.set()
            time.sleep(self.server.waits)
        self.send_response(503 if fails else 204)
        self.end_headers()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An agency with one power, people and the three administrators."""
    code = (
        "import sys\nfrom datetime import datetime, timedelta\nfrom qingfeng import wiring\nfrom qingfeng.terms.instants import LOCAL\n"
        "store = wiring.open_store(sys.argv[1], create=True)\n"
        "power = wiring.read_power(wiring.data_folder('powers') / 'a000' / 'penalty.yaml', wiring.vocabulary()).loaded.power\n"
        "at = datetime.now(LOCAL).replace(microsecond=0) - timedelta(days=1)\n"
        "wiring.furnish(wiring.office_over(store), [power], name='示例单位', demo_people=True, administrators=True, at=at)\nstore.close()\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "agency.db")], env=environment(tmp_path), check=True)
    return tmp_path


def hooked(home: Path, url: str) -> None:
    number = ours(
        home,
        "hook",
        "propose",
        "province",
        url,
        "--kind",
        "act",
        "--reason",
        "协议1号",
        "--who",
        "system_administrator",
    )["number"]
    ours(home, "hook", "confirm", str(number), "--who", "security_administrator")


def cases(home: Path, first: int, many: int) -> None:
    for n in range(first, first + many):
        ours(
            home,
            "case",
            "open",
            "a000/penalty",
            "--who",
            "intake_officer",
            "lead_source=report",
            f"lead_no=接〔2026〕{n:03d}号",
            "summary=群众举报无证上岗",
            "allegations=A1",
            "allegations=A2",
        )


def acts(home: Path) -> int:
    told = (ours(home, "case", "history", one["case"], "--as", "intake_officer") for one in ours(home, "case", "list")["cases"])
    return sum(len(one["events"]) for one in told)


def test_two_failures_and_a_kill_lose_nothing(home: Path, receiver: Receiver) -> None:
    hooked(home, receiver.url)
    cases(home, 1, 3)
    receiver.fails, receiver.waits = 2, 5.0
    with subprocess.Popen(
        [*OUR, "work", "--every", "1", "--confirm-clock"],
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as worker:
        assert receiver.came.wait(90), "the third try arrives"
        worker.send_signal(signal.SIGKILL)  # the receiver has it, the store does not know yet
        worker.wait()
    receiver.waits = 0.0
    first = receiver.had[0]["id"]
    told = ours(home, "work", "--once", "--confirm-clock")
    assert told["delivered"] == 3
    ids = [one["id"] for one in receiver.had]
    assert ids.count(first) == 2  # at least once
    assert len(set(ids)) == 3  # none lost
    assert ours(home, "work", "--once", "--confirm-clock")["delivered"] == 0
    assert ours(home, "hook", "list")["hooks"][0]["dead"] == []


def test_a_mail_goes_out_by_smtp(home: Path) -> None:
    """A server that speaks as much SMTP as there is to take one mail."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[str] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rwb") as line:

            def tell(text: str) -> None:
                line.write(text.encode() + b"\r\n")
                line.flush()

            tell("220 here")
            for raw in line:
                word = raw[:4].upper()
                if word == b"DATA":
                    tell("354 go on")
                    body = []
                    for part in line:
                        if part == b".\r\n":
                            break
                        body.append(part.decode())
                    taken.append("".join(body))
                    tell("250 taken")
                elif word == b"QUIT":
                    tell("221 bye")
                    return
                else:
                    tell("250 fine")

    threading.Thread(target=serve, daemon=True).start()
    hooked(home, "mailto:office@county.example")
    cases(home, 1, 1)
    port = str(listener.getsockname()[1])
    mail = {
        "QINGFENG_SMTP_HOST": "127.0.0.1",
        "QINGFENG_SMTP_PORT": port,
        "QINGFENG_SMTP_FROM": "qingfeng@county.example",
        "QINGFENG_SMTP_SECURITY": "none",
    }
    done = subprocess.run(
        [*OUR, "work", "--once", "--json"], env=environment(home, **mail), capture_output=True, text=True, check=False
    )
    assert json.loads(done.stdout)["delivered"] == 1, done.stderr
    assert "To: office@county.example" in taken[0]
    assert "X-Qingfeng-Delivery: province/" in taken[0]
    assert "举报" not in taken[0]
    listener.close()


def test_without_a_mail_server_it_says_so_and_tries_again(home: Path) -> None:
    hooked(home, "mailto:office@county.example")
    cases(home, 1, 1)
    done = subprocess.run([*OUR, "work", "--once"], env=environment(home), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "QINGFENG_SMTP_HOST" in done.stderr
    assert ours(home, "hook", "list")["hooks"][0]["tries"] == 1


def test_a_worker_ends_when_it_is_told_to(home: Path) -> None:
    with subprocess.Popen(
        [*OUR, "work", "--every", "1"], env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as worker:
        time.sleep(4)
        worker.terminate()
        assert worker.wait(30) == 0
        assert worker.stderr is not None
        assert b"Traceback" not in worker.stderr.read()


def test_tokens_and_the_two_administrators_on_the_command_line(home: Path) -> None:
    made = ours(home, "client", "token")
    assert made["token"].startswith("qf_")
    until = (
        f"{time.localtime().tm_year}-12-31" if time.localtime().tm_mon < 12 else f"{time.localtime().tm_year + 1}-06-30"
    )
    args = (
        "client",
        "propose",
        "tax",
        "--digest",
        made["digest"],
        "--officer",
        "case_handler",
        "--until",
        until,
        "--reason",
        "批复1号",
        "--who",
    )
    ours(home, *args, "case_handler", code=1)
    number = ours(home, *args, "system_administrator")["number"]
    assert ours(home, "client", "list")["clients"] == []
    ours(home, "client", "confirm", str(number), "--who", "system_administrator", code=1)
    ours(home, "client", "confirm", str(number), "--who", "security_administrator")
    assert [one["name"] for one in ours(home, "client", "list")["clients"]] == ["tax"]
    ours(home, "client", "revoke", "tax", "--reason", "项目结束", "--who", "security_administrator")
    assert ours(home, "client", "list")["clients"] == []


def test_the_secret_of_a_hook_is_shown_once_and_kept_by_the_installation(home: Path) -> None:
    hooked(home, "https://receiver.example/")
    ours(home, "hook", "secret", "province", "--who", "case_handler", code=1)
    first = ours(home, "hook", "secret", "province", "--who", "security_administrator")["secret"]
    ours(home, "hook", "secret", "province", "--who", "security_administrator", code=1)
    assert (home / "hook-key").stat().st_mode & 0o077 == 0
    assert first.encode() not in (home / "agency.db").read_bytes()


def test_where_there_are_administrators_a_post_takes_two_of_them(home: Path) -> None:
    added = ("people", "add", "zhang", "--name", "张某", "--post", "case_handler")
    ours(home, *added, code=1)
    number = ours(home, *added, "--paper", "任命文件12号")["number"]
    assert "zhang" not in {one["officer"] for one in ours(home, "people", "list")["people"]}
    assert [one["number"] for one in ours(home, "people", "changes")["waiting"]] == [number]
    ours(home, "people", "confirm", str(number), "--who", "system_administrator", code=1)
    ours(home, "people", "confirm", str(number), "--who", "security_administrator")
    assert "zhang" in {one["officer"] for one in ours(home, "people", "list")["people"]}


def test_serve_says_what_is_wrong_before_it_starts(home: Path, tmp_path: Path) -> None:
    def served(*args: str, place: Path = home, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*OUR, "serve", *args],
            env=environment(place, **more),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    nothing = served(place=tmp_path / "nothing")
    assert (nothing.returncode, "qingfeng demo" in nothing.stderr) == (2, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = served("--bind", f"127.0.0.1:{taken.getsockname()[1]}")
    assert (busy.returncode, "--bind" in busy.stderr) == (2, True)
    assert served("--bind", "nowhere").returncode == 2


def test_a_real_agency_is_never_served_as_a_demonstration(tmp_path: Path) -> None:
    power = str(Path(__file__).parents[2] / "powers" / "a000" / "award.yaml")
    ours(tmp_path, "init", "--name", "某县局", "--powers", power)
    done = subprocess.run(
        [*OUR, "serve", "--bind", "127.0.0.1:0"],
        env=environment(tmp_path, QINGFENG_DEMO="1"),
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert (done.returncode, "演示" in done.stderr) == (2, True), done.stderr


def test_the_site_and_the_worker_run_together_and_end_together(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [*OUR, "serve", "--work", "--workers", "1", "--bind", f"127.0.0.1:{port}"]
    with subprocess.Popen(
        command, env=environment(home, QINGFENG_DEMO="1"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as both:
        try:
            assert both.stdout is not None
            lines = [both.stdout.readline() for _ in range(3)]
            assert f"http://127.0.0.1:{port}/" in lines[0]
            assert "qingfeng-demo-2026" in lines[1]
            deadline, answer = time.monotonic() + 60, b""
            while time.monotonic() < deadline and not answer:
                try:
                    with socket.create_connection(("127.0.0.1", port), timeout=5) as asked:
                        asked.sendall(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                        answer = asked.recv(200)
                except OSError:
                    time.sleep(0.5)
            assert b" 200 " in answer.split(b"\r\n")[0], answer
        finally:
            both.terminate()
            assert both.wait(60) == 0
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)
