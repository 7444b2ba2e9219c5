"""qingfeng verify: everything derived again from bytes; what is wrong is named, with its place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qingfeng.terms.text import Text

from .frame import Told, screen_of
from .screen import FINE, FOUND, CommandFailed, Screen

if TYPE_CHECKING:
    from qingfeng.casework.ports import Store
    from qingfeng.ledger.note import Note
    from qingfeng.notary.audit import Audited, Wrong
    from qingfeng.notary.order import Seen
    from qingfeng.notary.place import Place
    from qingfeng.notary.promise import Promise


@click.command(cls=Told)
@click.option("--since", type=click.IntRange(0), default=0, show_default=True, help="只逐条核对自此以后的；以前的只核对树。 Compare from here on.")
@click.option("--policy", type=click.Path(path_type=Path), help="另取的信任名单；缺省用本机的。 Who is believed, from elsewhere.")
@click.option("--promise", "promises", type=click.Path(path_type=Path), multiple=True, help="办理时得到的承诺，可重复。 Promises to be held against it.")
@click.option("--cosigned", type=click.Path(path_type=Path), multiple=True, help="见证机构另给的日志头，可重复。 Heads that witnesses handed over.")
@click.option("--offline", is_flag=True, help="不询问见证机构。 Do not ask the witnesses.")
@click.option("--drill", is_flag=True, help="演练：在临时的日志上逐一篡改，看是否都被指出。 Tamper with a log made for it; see each named.")
def verify(since: int, policy: Path | None, promises: tuple[Path, ...], cosigned: tuple[Path, ...], offline: bool, drill: bool) -> int:
    """核对记录、待入、日志、瓦片、日志头、见证、承诺、文件；指出何处被改，有则退出码 1。 Check everything, name what was tampered with."""
    from qingfeng import wiring
    from qingfeng.notary.audit import Wrong
    from qingfeng.notary.place import read_policy

    from .agency import bare, now, opened, where
    from .notary import must_have

    if drill:
        from .insider_drill import run

        return run(screen_of())
    screen = screen_of()
    place = must_have(where(screen))
    if policy is not None:
        place = _under(place, read_policy(policy))
    held, wrong = _promises(promises, place), list[Wrong]()
    notes = witnessed(screen, place, cosigned, wrong, ask=not offline)
    with opened(screen) as office, _bar(screen) as progress:
        found, files = examined(place, bare(office), wiring.home_of(where(screen)), notes, wrong, since=since, promises=held,
                                progress=progress, ours=policy is None, now=int(now().timestamp()))  # fmt: skip
    return _tell(screen, found, files, len(held), sorted({name for name, _ in notes}))


def examined(
    place: Place, store: Store, home: Path, notes: Sequence[tuple[str, Note]], wrong: Sequence[Wrong] = (), *, since: int = 0,
    promises: Sequence[tuple[str, Promise]] = (), progress: Callable[[int, int], None] = lambda done, total: None, ours: bool = True,
    now: int | None = None,
) -> tuple[Audited, int]:  # fmt: skip
    """Return what an audit of everything finds, and how many files of the shelf it read.  notes: heads that witnesses cosigned; wrong:
    what was found wrong before; ours: the policy is the one that lies beside the log; now: POSIX seconds.  Raises StoreError."""
    from dataclasses import replace

    from qingfeng.notary.audit import Audit, Wrong
    from qingfeng.notary.beside import beside
    from qingfeng.notary.erasure import erasures
    from qingfeng.notary.filed import filed
    from qingfeng.notary.house import policy_differs
    from qingfeng.notary.order import Order
    from qingfeng.notary.succession import doubts
    from qingfeng.store.files import FileShelf

    more = list(wrong)
    differs = policy_differs(place, store) if ours else None
    if differs is not None:
        more.append(Wrong("policy", "notary/policy", differs))
    with store.read() as look:
        more += [Wrong("key", "notary", said) for said in doubts(place, look)]
        gone = {one for erasure in erasures(look) for one in erasure.files}
        wanted = {digest: said for digest, said in filed(look).items() if digest not in gone}
    more += beside(place)
    order = Order(tuple(dict.fromkeys(one for name, note in notes for one in seen_by(place, name, note))), now)
    audit = Audit(store, place.folder, place.head, place.key, notes, place.digest, promises, progress, place.retired, order)
    found = audit.run(since=since)
    files, shelf = 0, FileShelf(home / "files")
    more += [_missing(digest, said) for digest, said in wanted.items() if shelf.path(digest) is None]
    for name, path in shelf.all():
        files += 1
        trouble = _file(name, path)
        if trouble is not None:
            more.append(trouble)
    return replace(found, wrong=(*found.wrong, *more)), files


def seen_by(place: Place, name: str, note: Note) -> list[Seen]:
    """Return when a witness of the policy cosigned how many entries of a head that is believed."""
    from qingfeng.ledger.checkpoint import checkpoint_in
    from qingfeng.ledger.cosignature import times
    from qingfeng.notary.order import Seen

    party, size = place.policy.witnesses.get(name), checkpoint_in(note.text, place.digest).size
    return [Seen(name, size, seconds) for seconds in times(note, [party.key]).values()] if party is not None else []


def _under(place: Place, policy: object) -> Place:
    """Return a log under the key that a policy from elsewhere names."""
    from dataclasses import replace

    from qingfeng.ledger.policy import Policy
    from qingfeng.notary.succession import followed

    assert isinstance(policy, Policy)
    keys = [one.key for one in policy.logs if one.key.name == place.origin]
    if not keys:
        raise CommandFailed(Text(zh=f"这份名单上没有日志 {place.origin}。", en=f"This policy does not name the log {place.origin}."))
    return followed(replace(place, policy=policy), keys[-1])


def _promises(files: Sequence[Path], place: Place) -> list[tuple[str, Promise]]:
    from qingfeng.ledger.note import BadNote

    from .notary import read_text

    held = []
    for file in files:
        try:
            held.append((file.name, _promise(read_text(file), place)))
        except BadNote as error:
            raise CommandFailed(Text(zh=f"{file.name}不是本日志签的承诺（{error}）。",
                                     en=f"{file.name} is no promise of this log: {error}.")) from error  # fmt: skip
    return held


def _promise(text: str, place: Place) -> Promise:
    """Return a promise of the log's key or of one before it.  Raises BadNote."""
    from qingfeng.ledger.note import BadNote
    from qingfeng.notary.promise import promise_of

    for former in place.retired:
        with suppress(BadNote):
            return promise_of(text, former.key)
    return promise_of(text, place.key)


def witnessed(screen: Screen, place: Place, files: Sequence[Path], wrong: list[Wrong], *, ask: bool) -> list[tuple[str, Note]]:
    """Return the heads that witnesses have cosigned: those kept here, those handed over, and what the witnesses themselves say."""
    from qingfeng.notary.asking import latest

    from .notary import read_text

    found = [(name, kept.note) for name, kept in place.cosigned.latest().items()]
    heard = [(file.name, read_text(file)) for file in files]
    for name, party in place.policy.witnesses.items() if ask else ():
        if party.url is None:
            continue
        said = latest(party.url, place.origin)
        if said.status == 200:
            heard.append((name, said.text))
        elif said.status != 404:
            screen.complain([Text(zh=f"见证机构{name}联系不上，只核对了本机所存的见证。",
                                  en=f"Witness {name} cannot be reached; only what is kept here was compared.")])  # fmt: skip
    return found + believed(place, heard, wrong)


def believed(place: Place, heard: Sequence[tuple[str, str]], wrong: list[Wrong]) -> list[tuple[str, Note]]:
    """Return, of the heads that were handed over (from whom, note), those that witnesses of the policy cosigned; the others are wrong."""
    from qingfeng.ledger.note import BadNote
    from qingfeng.notary.audit import Wrong

    found = list[tuple[str, "Note"]]()
    for name, text in heard:
        try:
            kept = place.cosigned.read(text)
            if not kept.by:
                raise BadNote("no witness of the policy has cosigned it")
            found += [(one, kept.note) for one in sorted(kept.by)]
        except BadNote as error:
            wrong.append(Wrong("witness", name, Text(zh=f"{name}：给出的日志头不成立（{error}）", en=f"{name}: its head does not stand: {error}")))
    return found


def _file(name: str, path: Path) -> Wrong | None:
    """Return what is wrong with a file of the shelf."""
    from qingfeng.notary.audit import Wrong
    from qingfeng.notary.copies import digest_of_file

    where = f"files/{name[:2]}/{name}"
    if path.is_symlink() or path.parent.is_symlink():
        return Wrong("file", where, Text(zh=f"{where}：是指向别处的链接，不是文件", en=f"{where}: a link to elsewhere, not the file"))
    if path.parent.name != name[:2]:
        where = f"files/{path.parent.name}/{name}"
        return Wrong("file", where, Text(zh=f"{where}：不在它的文件夹里，被挪过", en=f"{where}: not in its folder, it was moved"))
    try:
        if digest_of_file(path) == name:
            return None
    except OSError as error:
        return Wrong("file", where, Text(zh=f"{where}：读不出（{error.strerror}）", en=f"{where}: cannot be read ({error.strerror})"))
    return Wrong("file", where, Text(zh=f"{where}：内容与登记的校验值不符，文件被换过或损坏",
                                     en=f"{where}: its bytes are not those on record: replaced or damaged"))  # fmt: skip


def _missing(digest: str, said: str) -> Wrong:
    """Return that a file is gone which the log says was on the shelf."""
    from qingfeng.notary.audit import Wrong

    where = f"files/{digest[:2]}/{digest}"
    return Wrong("file", where, Text(zh=f"{where}：不见了；{said} 记着它登记时在库，被人删去或挪走",
                                     en=f"{where}: gone; {said} has on record that it was here: deleted or taken away"))  # fmt: skip


@contextmanager
def _bar(screen: Screen) -> Iterator[Callable[[int, int], None]]:
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console

    words = screen.pick("核对", "Checking")
    with Console(stderr=True).status(words) as status:
        yield lambda done, total: status.update(f"{words} {done}/{total}")


def _tell(screen: Screen, found: Audited, files: int, promises: int, witnesses: list[str]) -> int:
    for one in found.wrong:
        screen.line(f"✗ {screen.words(one.message)}")
    if found.more:
        screen.say(f"✗ 此外还有 {found.more} 处。", f"✗ and {found.more} more.")
    for gap in found.gaps:
        screen.say(f"! 第 {gap.first} 至 {gap.size - 1} 条有缺：{gap.reason}（{gap.by} 说明，{gap.confirmed_by} 确认）",
                   f"! entries {gap.first} to {gap.size - 1} lack records: {gap.reason} ({gap.by}, confirmed by {gap.confirmed_by})")
    if not witnesses:
        screen.say("! 没有见证：掌握密钥和本机的人若整体改写，这里查不出。", "! No witness: a rewriting of everything by who has key and machine would not show.")
    ok = not found.wrong
    many = len(found.wrong) + found.more
    screen.say(f"{'✓ ' if ok else f'共 {many} 处不对；'}日志 {found.size} 条，逐条核对 {found.looked} 条，待入 {found.pending} 条，"
               f"文件 {files} 个，承诺 {promises} 份，见证：{'、'.join(witnesses) or '无'}",
               f"{'✓' if ok else f'{many} wrong;'} {found.size} entries, {found.looked} compared, {found.pending} pending, "
               f"{files} files, {promises} promises, witnesses: {', '.join(witnesses) or 'none'}")  # fmt: skip
    screen.data({
        "ok": ok, "size": found.size, "looked": found.looked, "pending": found.pending, "files": files, "promises": promises,
        "witnesses": witnesses, "more": found.more,
        "wrong": [{"kind": w.kind, "where": w.where, "zh": w.message.zh, "en": w.message.en} for w in found.wrong],
        "gaps": [{"first": g.first, "size": g.size, "reason": g.reason, "by": g.by, "confirmed_by": g.confirmed_by} for g in found.gaps],
    })  # fmt: skip
    return FINE if ok else FOUND
