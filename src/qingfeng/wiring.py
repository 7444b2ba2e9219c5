"""The only place where concrete things meet: files, databases, randomness and the pure core."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from qingfeng.casework.office import CASE, Built, Office, Registry
from qingfeng.casework.ports import Store, StoreUnavailable
from qingfeng.casework.registry import ADMIN_POSTS, By, found_agency, load_calendar, publish, register
from qingfeng.catalogue.build import version_document
from qingfeng.catalogue.faults import Fault
from qingfeng.catalogue.power import Power
from qingfeng.simulation.cast import cast
from qingfeng.terms.calendar import YearTable
from qingfeng.terms.instants import LOCAL
from qingfeng.terms.limits import MAX_REMEMBERED_EVENTS, MAX_YAML_BYTES
from qingfeng.terms.text import Text

if TYPE_CHECKING:  # reading YAML is slow to import, and an agency at work reads none
    from qingfeng.casework.desk.access import Viewer
    from qingfeng.casework.suspicions import Session
    from qingfeng.catalogue.load import Loaded
    from qingfeng.catalogue.vocabulary import Vocabulary
    from qingfeng.detection.relations import Relations
    from qingfeng.notary.guard import Guarded
    from qingfeng.notary.place import Place

T = TypeVar("T")
HERE = Path(__file__).parent
FOUNDING = datetime(2025, 12, 1, 9, tzinfo=LOCAL)
ADMIN, FOUNDER = "system_administrator", "founding"
ROOM = 256 * 1024 * 1024


def installation_key(home: Path) -> bytes:
    """Return the key of an installation from which the secrets of hooks derive: made once, readable by its owner alone."""
    path = home / "hook-key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_bytes(32)
    draft = path.with_name(f".hook-key-{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(made)
    try:
        os.link(draft, path)  # whole or not at all, and only if nobody was first
    except FileExistsError:
        return path.read_bytes()
    finally:
        draft.unlink()
    return made


def data_folder(name: str) -> Path:
    """Return the folder of shipped data (powers, calendars, scripts that check): beside the source, or inside the installed package."""
    shipped = HERE / "_data" / name
    return shipped if shipped.is_dir() else HERE.parent.parent / name


@dataclass(frozen=True, slots=True)
class PowerFile:
    """One file of the catalogue, read."""

    path: Path
    loaded: Loaded


def vocabulary() -> Vocabulary:
    """Return the shared words."""
    from qingfeng.catalogue.load import load_vocabulary

    return load_vocabulary((HERE / "catalogue" / "vocabulary.yaml").read_text(encoding="utf-8"))


def read_power(path: Path, words: Vocabulary) -> PowerFile:
    """Read one power file; whatever is wrong with it is in its faults.  Raises OSError when it cannot be read at all."""
    from qingfeng.catalogue.load import Loaded, load_power

    with path.open("rb") as file:
        raw = file.read(MAX_YAML_BYTES + 1)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        fault = Fault(place=str(path), line=None, what=Text(zh=f"文件不是UTF-8编码（第{error.start}字节）", en=f"not UTF-8 (byte {error.start})"),
                      hint=Text(zh="请另存为UTF-8。", en="Save it as UTF-8."), severity="error")  # fmt: skip
        return PowerFile(path, Loaded(None, (fault,)))
    return PowerFile(path, load_power(text, name=str(path), vocabulary=words))


def power_paths(where: Iterable[Path]) -> list[Path]:
    """Return the power files named: files as they are, folders with every .yaml below them, in order of name."""
    found: list[Path] = []
    for path in where:
        found += sorted(path.rglob("*.yaml")) if path.is_dir() else [path]
    return found


def read_powers(where: Iterable[Path] = ()) -> list[PowerFile]:
    """Read power files; the shipped catalogue by default."""
    words = vocabulary()
    return [read_power(path, words) for path in power_paths(list(where) or [data_folder("powers")])]


def calendars() -> list[YearTable]:
    """Return the shipped year tables."""
    return [read_calendar(path) for path in sorted(data_folder("calendars").glob("*.yaml"))]


def read_calendar(path: Path) -> YearTable:
    """Return the year table in a file.  Raises TermError with every fault."""
    import yaml

    return YearTable.of(yaml.safe_load(path.read_text(encoding="utf-8")))


def open_store(where: str, *, create: bool = False) -> Store:
    """Open the store named by a PostgreSQL URL or key=value string (host=… first), or the path of a SQLite file.

    Raises StoreError.
    """
    if where.startswith(("postgresql://", "postgres://", "host=", "service=")):
        from qingfeng.store.postgres import PostgresStore

        return PostgresStore.open(where, create=create)
    from qingfeng.store.sqlite import SqliteStore

    path = Path(where)
    if create:
        path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStore.open(path, create=create)


def home_of(where: str) -> Path:
    """Return the folder of the agency whose store is named: that of a SQLite file; QINGFENG_HOME, else var/agency, beside a server."""
    return Path(os.environ.get("QINGFENG_HOME") or Path("var") / "agency") if on_server(where) else Path(where).parent


def on_server(where: str) -> bool:
    """Return whether the store that is named is one of a PostgreSQL server, not a file."""
    return "://" in where or "=" in where.split("/", 1)[0]


def log_of(where: str) -> Place | None:
    """Return the log of the agency whose store is named, None if none was begun.  Raises LogTrouble."""
    from qingfeng.notary.place import FOLDER, SETTINGS

    home = home_of(where)
    if not (home / FOLDER / SETTINGS).exists():
        return None
    from qingfeng.notary.place import place_in

    return place_in(home)


def open_agency(where: str) -> Guarded:
    """Open the store of an agency so that it is written only while it fits its log.  Raises StoreError."""
    from qingfeng.notary.guard import STREAM, Guarded

    def fits(store: Store) -> None:
        place = log_of(where)
        if place is not None:
            from qingfeng.notary.fitting import must_fit

            must_fit(store, place)
            return
        with store.read() as look:
            begun = look.head(STREAM)
        if begun:
            from qingfeng.notary.faults import log_missing

            raise log_missing()

    return Guarded(open_store(where), fits)


def promise_of(where: str, store: Store, case: str, seq: int) -> str | None:
    """Return what the log promises of an act that was just recorded, None where it promises nothing.  Raises StoreError."""
    from qingfeng.notary.faults import LogTrouble
    from qingfeng.notary.house import promise_for

    try:
        place = log_of(where)
    except LogTrouble:
        return None  # the act is recorded; that the log is in trouble stops the next one
    return promise_for(place, store, CASE + case, seq, seconds=int(time.time()))


def dossier_of(where: str, office: Office, number: int, viewer: Viewer, *, now: datetime, lang: str) -> bytes:
    """Return the sealed dossier of a finding for an inspector, laid down before it is handed out.

    Raises UnknownThing where the finding is not for him, LogTrouble where there is no log or its key is elsewhere, NoFont, CannotSet,
    StoreError."""
    from qingfeng.casework import dossier as told
    from qingfeng.documents.dossier import as_pdf
    from qingfeng.ledger.entry import unseal
    from qingfeng.notary import dossier as seal
    from qingfeng.notary.faults import LogTrouble
    from qingfeng.notary.keys import log_signer
    from qingfeng.notary.receipts import receipt_for
    from qingfeng.store.files import FileShelf

    place = log_of(where)
    if place is None:
        raise LogTrouble(Text(zh="本单位还没有存证日志，不能制作专卷；请先运行 qingfeng notary begin。",
                              en="There is no log to prove a dossier by; begin it with qingfeng notary begin."))  # fmt: skip
    signer, contents = log_signer(place.key_file), told.contents(office, number, viewer, now=now)
    shelf, files = FileShelf(home_of(where) / "files"), dict[str, bytes]()
    paths = {digest: shelf.path(digest) for digest in contents.files}
    missing = [digest for digest, path in paths.items() if path is None]
    files |= {f"evidence/{digest}": path.read_bytes() for digest, path in paths.items() if path is not None}
    records, names = [], dict[tuple[str, int], str]()
    with office.store.read() as tx:
        for n, one in enumerate(contents.cited, 1):
            held, key = unseal(one.row.entry, one.row.opening, one.row.private), (one.row.stream, one.row.seq)
            receipt = receipt_for(place, tx, *key, None, most=1 << 20)
            if receipt is not None:
                names[key] = f"receipts/{n}.receipt"
                files[names[key]] = receipt.text.encode()
            records.append({"stream": key[0], "seq": key[1], "receipt": names.get(key), "envelope": held.envelope, "fields": held.fields})
    made = f"{now:%Y-%m-%d %H:%M}"
    files[seal.RECORDS] = json.dumps(records, ensure_ascii=False, indent=1).encode()
    files[seal.PAPER] = as_pdf(contents, receipts=names, missing=missing, made=made, lang=lang)
    unproved = [f"{one.row.stream} {one.row.seq}" for one in contents.cited if (one.row.stream, one.row.seq) not in names]
    by = viewer.officer or ""
    manifest = seal.manifest_of(files, finding=number, made=made, by=by, unproved=unproved, missing=missing)
    told.record(office, number, sha256(manifest).hexdigest(), by=by, at=now)
    return seal.sealed(files, manifest, finding=number, signer=signer)


def office_over(
    store: Store, built: Built | None = None, known: Registry | None = None, *, remembers: int = MAX_REMEMBERED_EVENTS
) -> Office:
    """Return an office over a store, with real randomness.  built, known, remembers: see Office."""
    return Office(store, salts=secrets.token_bytes, built=built, known=known, remembers=remembers)


def patterns_can_run() -> bool:
    """True if the packages that patterns need are installed (the extra `analysis`); nothing is loaded."""
    return all(find_spec(name) is not None for name in ("duckdb", "numpy", "scipy"))


def analytics_over(relations: Relations) -> Session:
    """Return a session over the relations of a log."""
    from qingfeng.store.analytics import Analytics

    return Analytics(relations)


def furnish(
    office: Office, powers: Iterable[Power], *, name: str, demo_people: bool, at: datetime = FOUNDING,
    staff: Mapping[str, int] | None = None, administrators: bool = False,
) -> None:  # fmt: skip
    """Found an agency in an empty store: name, calendars, all versions of the powers, and the demonstration cast if wanted.

    staff: posts of which the cast has another number of holders than three; administrators: it has the three separate ones too.
    """
    by = By(actor=ADMIN, entered=at)
    with office.store.write() as tx:
        if tx.head("registry"):
            raise StoreUnavailable(
                Text(zh="这个库里已有一个单位，不能再次初始化", en="this store holds an agency already")
            )
        found_agency(office, tx, agency_id="demo" if demo_people else "agency", name=name, by=by)
        for table in calendars():
            load_calendar(office, tx, table, by=by)
        posts: set[str] = set()
        for power in powers:
            for version in power.versions:
                publish(office, tx, version_document(version), by=by)
                posts |= version.posts.keys()
        if demo_people:
            for act, data in cast(posts, staff):
                register(office, tx, act, data, by=by)
            for act, data in cast(ADMIN_POSTS, first=3 * len(posts)) if administrators else ():
                register(office, tx, act, data, by=By(actor=FOUNDER, entered=at))  # nobody registers his own post
            from qingfeng.documents.agency import DEMONSTRATION, describe

            describe(office, tx, DEMONSTRATION, by=by)


def _memory() -> str | None:
    """Return a folder in memory if there is one with room: what is thrown away need not reach the disk."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM
    return str(folder) if roomy else None


@contextmanager
def throwaway(powers: Iterable[Power]) -> Iterator[Office]:
    """An agency in a folder that goes away: for stories, scripts and drills."""
    with TemporaryDirectory(prefix="qingfeng-", dir=_memory()) as folder:
        store = open_store(str(Path(folder) / "agency.db"), create=True)
        try:
            office = office_over(store)
            furnish(office, powers, name="演练单位（虚构）", demo_people=True)
            yield office
        finally:
            store.close()


class Throwaways:
    """Opens one fresh agency after another, all alike: founded once and copied, so that each costs little."""

    def __init__(self, master: Path) -> None:
        self.memory: dict[Hashable, Any] = {}  # what its user wants to remember as long as it lasts
        self._master, self._numbers = master, count(1)
        self._built: Built = {}
        store = open_store(str(master))
        try:
            with store.read() as tx:
                self._known = office_over(store).registry(tx)
        finally:
            store.close()

    @contextmanager
    def __call__(self, image: Path | None = None) -> Iterator[Office]:
        """Open a fresh agency, or a copy of one that was kept."""
        path = self._copy(image or self._master)
        store = open_store(str(path))
        try:
            yield office_over(store, self._built, self._known)
        finally:
            store.close()
            path.unlink()

    def kept(self, play: Callable[[Office], T], image: Path | None = None) -> tuple[Path, T]:
        """Play something in a fresh agency (or one kept) and keep it as it then is; return where, and what came of it."""
        path = self._copy(image or self._master)
        store = open_store(str(path))
        try:
            told = play(office_over(store, self._built, self._known))
        finally:
            store.close()  # all is in the one file again
        return path, told

    def _copy(self, source: Path) -> Path:
        path = self._master.with_name(f"{next(self._numbers)}.db")
        shutil.copyfile(source, path)
        return path


@contextmanager
def throwaways(powers: Iterable[Power]) -> Iterator[Throwaways]:
    """A way to open one fresh agency after another."""
    with TemporaryDirectory(prefix="qingfeng-", dir=_memory()) as folder:
        master = Path(folder) / "agency.db"
        store = open_store(str(master), create=True)
        try:
            furnish(office_over(store), powers, name="演练单位（虚构）", demo_people=True)
        finally:
            store.close()
        yield Throwaways(master)


def plain_yaml(text: str) -> Mapping[str, Any] | list[Any] | None:
    """Return a script's plain data with our strict reading of YAML.  Raises BadYaml with every fault."""
    from qingfeng.catalogue.located import read_yaml

    located = read_yaml(text, name="script")
    if located.faults:
        raise BadYaml(located.faults)
    data: Mapping[str, Any] | list[Any] | None = located.data
    return data


class BadYaml(Exception):
    """A file that is no YAML as we read it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("bad YAML")
