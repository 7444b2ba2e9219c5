"""The form of every act of every power, sent with nothing and with nonsense in every field: refused in words, nothing recorded."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from .site_kit import Site
from .test_matrix import FINE, GARBAGE, HELPFUL, Watch


def account_of(officer: str) -> str:
    """Return the account of an officer of the demonstration."""
    from qingfeng.web.demo import SHOWN

    return SHOWN.get(officer, officer.replace("/", "."))


@pytest.mark.slow
@pytest.mark.parametrize("agency", ["a000", "a001", "a002"])
def test_no_act_takes_nonsense(fresh_site: Site, agency: str) -> None:
    watch, wrong, asked = Watch(fresh_site), list[str](), 0
    nonsense = cycle(GARBAGE)
    with fresh_site.office.store.read() as tx:
        registry = fresh_site.office.registry(tx)
        rows = {row.power: row for row in tx.case_rows(status="open", limit=500) if row.power.startswith(agency)}
    for power in registry.powers():
        if not power.startswith(agency):
            continue
        version, _ = fresh_site.office.version(registry, power, registry.version_on(power, fresh_site.now.date()))
        for act in version.procedure.rows:
            posts = [post for post in act.by if post in version.posts and post not in ("party", "system")]
            if not posts:
                continue
            client = fresh_site.client(account_of(posts[0]), raise_request_exception=False)
            if act.opens_case:
                path = f"/begin/{power}/{act.act}/"
            elif power in rows:
                path = f"/cases/{rows[power].case}/do/{act.act}/"
            else:
                continue
            # Sent empty, an act that needs no word is done: nothing is wrong with that.
            for value in (*([""] if act.word.required else []), next(nonsense)):
                if not value and not act.word.required:
                    continue
                form = {f"f.{field.id}": value for field in act.word.fields} | (
                    {"post": value, "reason": value, "at": value} if value else {}
                )
                answer: Any = client.post(path, form)
                asked += 1
                text = answer.content.decode()
                if answer.status_code not in FINE - {200, 302} or not HELPFUL.search(text):
                    wrong.append(
                        f"{path} with {value[:20]!r}: {answer.status_code} {answer.exc_info[1] if answer.exc_info else ''}"
                    )
                if "<script>alert" in text:
                    wrong.append(f"{path}: shows HTML that it was sent")
    grown = {name for name in watch.grown() if name.startswith("case/")}
    moved = {name for name in grown if _acts_since(fresh_site, name)}
    assert not wrong, "\n".join(wrong)
    assert not moved, f"nonsense was recorded in {sorted(moved)}"
    assert asked


def _acts_since(site: Site, stream: str) -> int:
    """Return how many acts a case has that were entered now: marks of its limits may be."""
    from qingfeng.casework.office import event_of
    from qingfeng.engine.event import ACT

    with site.office.store.read() as tx:
        return sum(e.kind == ACT and e.entered == site.now for e in map(event_of, tx.events(stream)))
