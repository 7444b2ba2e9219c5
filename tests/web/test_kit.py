"""The site of the tests itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from .site_kit import ROLES, Site


def test_a_role_comes_to_its_first_page(either_site: Site, as_: Callable[[str | None], Any]) -> None:
    answer = as_("chengban").get("/inbox/")
    assert answer.status_code == 200, answer.content[:500]
    assert either_site.cases(), "cases were seeded"


@pytest.mark.parametrize("role", ROLES)
def test_the_account_of_a_role_has_it(site: Site, as_: Callable[[str | None], Any], role: str) -> None:
    answer = as_(ROLES[role]).get("/sign-in/")
    assert role in answer.context["viewer"].roles
