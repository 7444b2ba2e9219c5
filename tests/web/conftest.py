"""The site under test: `site` for tests that look (or may share what they change), `fresh_site` for tests that change things,
`either_site` the same over SQLite and PostgreSQL; `as_("chengban")` is a client signed in with the second factor verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.postgres import Cluster

from .site_kit import Site, active, copied, kept_image, set_up_django

if TYPE_CHECKING:
    from django.test import Client
    from playwright.sync_api import Browser

    from .browser import Visitor

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A seeded agency with accounts: never changed, only copied.  It is made anew when what it is made of has changed."""
    home = tmp_path_factory.mktemp("web")
    set_up_django(home)
    assert pytestconfig.cache is not None
    return copied(kept_image(pytestconfig.cache.mkdir("agency")), home / "image")


@pytest.fixture(scope="session")
def common_home(image: Path) -> Path:
    """The folder of the shared site."""
    return copied(image, image.parent / "common")


@pytest.fixture
def site(common_home: Path) -> Iterator[Site]:
    """The shared site: what one test writes stays for the next."""
    with active(common_home) as running:
        yield running


@pytest.fixture
def fresh_site(image: Path) -> Iterator[Site]:
    """A site of this test alone."""
    with active(copied(image, image.parent / f"fresh-{next(_NUMBERS)}")) as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either_site(request: pytest.FixtureRequest, image: Path) -> Iterator[Site]:
    """A site of this test alone, over SQLite and over PostgreSQL."""
    home = copied(image, image.parent / f"fresh-{next(_NUMBERS)}")
    if request.param == "sqlite":
        with active(home) as running:
            yield running
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    from .moved import dropped, moved

    where = moved(cluster, image)
    with active(home, where) as running:
        yield running
    dropped(cluster, where)


@pytest.fixture
def as_(request: pytest.FixtureRequest) -> Callable[[str | None], Client]:
    """Return a client signed in as an account, on whichever site the test asked for; None: the public."""
    kinds = [name for name in ("site", "fresh_site", "either_site", "grown_site") if name in request.fixturenames]
    running: Site = request.getfixturevalue(kinds[0] if kinds else "site")
    return running.client


@pytest.fixture(scope="session")
def browser(image: Path) -> Iterator[Browser]:
    """One browser for all tests of this process."""
    from .browser import launched

    with launched() as started:
        yield started


@pytest.fixture
def visit(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a window on the site of the test: `visit()`, `visit("chengban", size=PHONE, scripts=False)`."""
    from .browser import served, visiting

    kinds = [name for name in ("site", "fresh_site", "either_site", "grown_site") if name in request.fixturenames]
    running: Site = request.getfixturevalue(kinds[0] if kinds else "site")
    with served() as base, ExitStack() as windows:

        def opened(account: str | None = None, **options: object) -> Visitor:
            visitor = windows.enter_context(visiting(browser, running, base, **options))  # type: ignore[arg-type]
            if account is not None:
                visitor.enter_as(account)
            return visitor

        yield opened
