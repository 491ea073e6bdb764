"""A person with an account, and the three administrators."""

from __future__ import annotations

import pytest

from roles.accounts import make_administrator
from roles.models import Person
from tests.cast import make_person


@pytest.fixture
def person() -> Person:
    return make_person("zhang", "张三")


@pytest.fixture
def administrators() -> dict[str, Person]:
    made = {role: make_person(f"{role}-admin", f"{role}管理员") for role in ("system", "security", "audit")}
    for role, one in made.items():
        make_administrator(one, role)
    return made
