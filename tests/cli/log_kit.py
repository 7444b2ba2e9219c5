"""An agency with a log of its own, founded once and copied for every test; witnesses as processes of their own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from click.testing import CliRunner, Result

from qingfeng import wiring
from qingfeng.cli import agency as edge
from qingfeng.cli.main import cli
from qingfeng.terms.instants import LOCAL

SOURCE = str(Path(__file__).parents[2] / "src")
SHIFTED = str(Path(__file__).parent / "shifted")
FOUNDED = datetime(2026, 3, 2, 9, tzinfo=LOCAL)
SYSTEM, SECURITY = "system_administrator", "security_administrator"


def found(home: Path) -> None:
    """Found an agency and begin its log."""
    found_without_log(home)
    Desk(home).run("notary", "begin", "--origin", "log.example/agency")


def found_without_log(home: Path) -> None:
    """Found an agency with two powers, officers and administrators."""
    store = wiring.open_store(str(home / "agency.db"), create=True)
    try:
        files = [wiring.data_folder("powers") / name for name in ("a000/penalty.yaml", "a001/licence.yaml")]
        powers = [power for file in files if (power := wiring.read_power(file, wiring.vocabulary()).loaded.power) is not None]
        wiring.furnish(wiring.office_over(store), powers, name="示例单位", demo_people=True, administrators=True, at=FOUNDED)
    finally:
        store.close()


@dataclass
class Desk:
    """Somebody who types commands for the agency in a folder."""

    home: Path

    @property
    def env(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QINGFENG_")}
        return {**kept, "PYTHONPATH": SOURCE, "QINGFENG_HOME": str(self.home), "QINGFENG_AGENCY": str(self.home / "agency.db")}

    def run(self, *args: str, code: int | None = 0) -> Result:
        result = CliRunner(env={"QINGFENG_AGENCY": str(self.home / "agency.db"), "QINGFENG_HOME": str(self.home)}).invoke(cli, list(args))
        assert "Traceback" not in result.output
        assert code is None or result.exit_code == code, (args, result.exit_code, result.output)
        return result

    def told(self, *args: str, code: int | None = 0) -> Any:
        return json.loads(self.run(*args, "--json", code=code).stdout)

    def open_case(self, number: int, *, code: int = 0) -> Any:
        return self.told(
            "case", "open", "a000/penalty", "--who", "intake_officer", "lead_source=report", f"lead_no=示线〔2026〕{number:03d}号",
            "summary=群众举报无证经营", "allegations=A1", "allegations=A2", code=code)  # fmt: skip

    def application(self) -> str:
        """A licence applied for at the counter: drawing the number and the receipt of the papers are the party's business."""
        clerk = ("--who", "counter_clerk")
        case: str = self.told("case", "open", "a001/licence", "--act", "open_counter", *clerk, "counter_no=C1", "--reason", "停电")["case"]
        self.told("case", "do", case, "take_ticket", "--who", "party", "ticket_no=XK2026-0001")
        self.told("case", "do", case, "register_first_contact", *clerk, "content=来人提交申请")
        papers = ("matter_code=build", 'material_codes:=["form", "entity", "safety"]', "materials=申请书")
        self.told("case", "do", case, "receive_application", *clerk, "applicant=甲公司", "matter=新办", *papers, "counter_no=C1")
        return case

    def log(self) -> Any:
        """Take in what is pending."""
        return self.told("notary", "run", "--once")

    def verify(self, *args: str, code: int | None = 0) -> Any:
        return self.told("verify", *args, code=code)


def copied(master: Path, target: Path) -> Desk:
    """A copy of an agency with its log, head and keys."""
    shutil.copytree(master, target)
    return Desk(target)


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass
class Office:
    """Another office with its own folder, where a witness runs."""

    folder: Path
    name: str
    key: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @classmethod
    def begun(cls, folder: Path, name: str, log_key: str) -> Office:
        made = CliRunner().invoke(cli, ["witness", "begin", name, "--folder", str(folder), "--json"])
        assert made.exit_code == 0, made.output
        watched = CliRunner().invoke(cli, ["witness", "watch", log_key, "--folder", str(folder)])
        assert watched.exit_code == 0, watched.output
        return cls(folder, name, json.loads(made.stdout)["key"], free_port())

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the service as a process until left; its clock goes with that of the agency's desk."""
        ahead = edge.read_clock().timestamp() - time.time()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QINGFENG_")}
        command = [sys.executable, "-m", "qingfeng", "witness", "run", "--folder", str(self.folder), "--bind", f"127.0.0.1:{self.port}"]
        env = {**kept, "PYTHONPATH": os.pathsep.join((SHIFTED, SOURCE)), "CLOCK_AHEAD": str(ahead)}
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            self._wait(process)
            yield
        finally:
            process.terminate()
            process.communicate(timeout=30)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(300):
            assert process.poll() is None, process.communicate()[1].decode()
            try:
                urlopen(f"{self.url}/", timeout=5)
            except HTTPError:
                return  # it answers: there is nothing at this address
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError("the witness did not come up")

    def state(self, code: int = 0) -> Any:
        said = CliRunner().invoke(cli, ["witness", "state", "--folder", str(self.folder), "--json"])
        assert said.exit_code == code, said.output
        return json.loads(said.stdout)
