"""Who reads at the command line: the officer of --as, else nobody by name; what he is shown the one module of access decides.

Whoever may run these commands holds the store, and the machine's own rights guard that.  What is told here follows the pages all the
same: nobody by name sees lists and outlines of cases, but no file, nothing of supervision, of discipline, and no suspicion.
"""

from __future__ import annotations

from collections.abc import Iterable

from qingfeng.casework.desk import board
from qingfeng.casework.desk.access import Viewer, client_viewer, note_denial, viewer_of
from qingfeng.casework.desk.opening import ASKED, BARRED, OPEN, opening
from qingfeng.casework.followup import Followed, standing
from qingfeng.casework.office import Office, Registry, UnknownThing
from qingfeng.casework.ports import ReadTx
from qingfeng.terms.instants import local_day
from qingfeng.terms.text import Text

from .agency import now
from .screen import FOUND, CommandFailed, Screen

TERMINAL = "terminal"
"""What a reader without a name is called in the record of denials."""
OWN_WORK = "承办本案（命令行）"


def reader(screen: Screen, registry: Registry, who: str | None = None) -> Viewer:
    """Return who reads: the officer of --as, else the one whom the command names (who; a stranger is the public).  Raises UnknownThing."""
    officer = screen.reader or who
    if officer is None:
        return client_viewer(TERMINAL)
    if officer == screen.reader and officer not in registry.people.names:
        raise UnknownThing(
            f"没有登记人员“{officer[:100]}”；用 qingfeng people list 查看", f"no officer {officer[:100]!r}; see qingfeng people list"
        )
    return viewer_of(registry.people, officer, local_day(now()))


def hidden_among(screen: Screen, office: Office, tx: ReadTx, cases: Iterable[str]) -> set[str]:
    """Return the cases among these that the reader may not know of."""
    registry = office.registry(tx)
    inner = {one for one in registry.powers() if registry.supervises(one) or board.sanctions(registry, one)}
    rows = tx.cases_by_ids([case for case in dict.fromkeys(cases) if case.rsplit("/", 2)[0] in inner])
    return {*rows} - {row.case for row in board.known_to(office, tx, registry, reader(screen, registry), list(rows.values()))}


def must_know(screen: Screen, office: Office, case_id: str, who: str | None = None) -> Viewer:
    """Return who reads a case.  One that he may not know of is not there, and his try is laid down.  Raises UnknownThing, StoreError."""
    with office.store.read() as tx:
        registry = office.registry(tx)
        viewer, row = reader(screen, registry, who), tx.case_row(case_id)
        known = row is not None and bool(board.known_to(office, tx, registry, viewer, [row]))
    if not known:
        if row is not None:
            note_denial(office, viewer, f"terminal {case_id}", at=now())
        raise UnknownThing(f"没有案件“{case_id[:100]}”", f"no case {case_id[:100]!r}")
    return viewer


def must_read(screen: Screen, office: Office, case_id: str, who: str | None = None) -> None:
    """Open the file of a case for who reads (--as, else who), as the pages do: asked once, laid down; nobody by name opens none.

    Raises UnknownThing, CommandFailed, StoreError.
    """
    viewer = must_know(screen, office, case_id, who)
    if viewer.officer is None:
        raise CommandFailed(Text(zh="查阅案卷须写明查阅人，每次留痕：请加 --as 人员编号（或者设置 QINGFENG_OFFICER）；人员编号见 qingfeng people list",
                                 en="a file is opened by an officer, and each reading is recorded: add --as OFFICER (or set "
                                    "QINGFENG_OFFICER); qingfeng people list shows the ids"))  # fmt: skip
    came = opening(office, case_id, viewer, purpose="", own_work=OWN_WORK, now=now())
    if came.state == OPEN:
        return
    if came.state == BARRED:
        refusal = came.refusals[0]
        raise CommandFailed(refusal.reason, refusal.remedy, code=FOUND)
    first = f'qingfeng case read {case_id} --who {viewer.officer} --purpose "…"'
    asked = came.state == ASKED
    why = Text(zh="您没有承办本案，查阅须先说明用途", en="you do not work on this case; say first what you read it for") if asked else \
        Text(zh="您可以办理本案的事项，但尚未参与，只能看概要（qingfeng case show）",
             en="you may act on this case but take no part in it yet: you see its outline (qingfeng case show)")  # fmt: skip
    raise CommandFailed(Text(zh=f"{why.zh}：{first}", en=f"{why.en}: {first}"), code=FOUND)


def told_to(viewer: Viewer, office: Office, tx: ReadTx) -> dict[int, Followed]:
    """Return the findings that a reader is told of, by number."""
    return {number: one for number, one in standing(office, tx).found.items() if board.sees_finding(viewer, one)}
