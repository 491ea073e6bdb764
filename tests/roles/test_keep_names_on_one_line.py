"""Names of people, posts, agencies and units are one line of what can be seen, whichever way they come in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from roles.accounts import change_account, open_account
from roles.appointments import make_post
from roles.bodies import change_body, enter_unit
from roles.models import Agency, OperatingUnit, Person

pytestmark = pytest.mark.django_db

BAD = {"\n": "U+000A", "\r": "U+000D", "\t": "U+0009", "\x85": "U+0085", "\u2028": "U+2028", "\u200b": "U+200B",
       "\u202e": "U+202E", "\u2066": "U+2066"}  # fmt: skip


@pytest.mark.parametrize(("char", "code"), BAD.items(), ids=BAD.values())
def test_no_verb_takes_a_name_that_breaks_or_hides(
    bureau: Agency, farm: OperatingUnit, char: str, code: str
) -> None:  # fmt: skip
    name, place = f"云{char}岭", farm.jurisdiction
    verbs: dict[str, Callable[[], object]] = {
        "name of an account": lambda: open_account("yun", name),
        "telephone of an account": lambda: open_account("yun", "云岭", phone=f"1{char}2"),
        "name of a post": lambda: make_post(farm, name),
        "English name of a post": lambda: make_post(farm, "云岭", name_en=name),
        "name of a unit": lambda: enter_unit(name=name, kind="company", jurisdiction=place),
        "changed name of a unit": lambda: change_body(farm, name=name),
        "address of a unit": lambda: change_body(farm, address=name),
        "telephone of an agency": lambda: change_body(bureau, phone=f"1{char}2"),
    }
    for called, verb in verbs.items():
        with override("en"), pytest.raises(ValidationError, match=code.replace("+", r"\+")):
            assert verb() is None, called


def test_a_person_is_not_renamed_to_one(administrators: dict[str, Person], reviewer: Person) -> None:
    with pytest.raises(ValidationError) as refused:
        change_account(reviewer, by=administrators["system"], ground="更名", name="林\n场")
    assert refused.value.message_dict.keys() == {"name"}


def test_what_was_kept_before_this_was_asked_hinders_no_other_change(farm: OperatingUnit) -> None:
    OperatingUnit.objects.filter(pk=farm.pk).update(address="云\n岭")
    assert change_body(farm, phone="010-1").phone == "010-1"
