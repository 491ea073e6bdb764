"""Entering operating units and the data of agencies 机构信息: by the system administrator, each change logged.

Names, levels and places of agencies come from the role matrix (`manage.py load_roles`) and are not entered here.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from roles.authority import Role, administers, insist
from roles.models import Agency, OperatingUnit, Person
from roles.models.names import insist_on_lines
from roles.models.security import What
from roles.security_log import note


@transaction.atomic
def enter_unit(*, by: Person | None = None, **said: Any) -> OperatingUnit:
    """A new operating unit. Raises `ValidationError` for a name its place has already; and, as at each save of a unit
    (permits/text/printable.py), for what is of more than a line or no paper could show."""
    insist(by is None or administers(by) == Role.SYSTEM)
    unit = OperatingUnit(**said)
    _check_name(unit)
    unit.save()
    note(What.BODY_ENTERED, by=by, body=unit, told={"name": unit.name, "kind": unit.kind})
    return unit


@transaction.atomic
def change_body(body: Agency | OperatingUnit, *, by: Person | None = None, **said: Any) -> Agency | OperatingUnit:
    """New values; what stood there before goes into the log. Nothing is noted for no change. Raises as `enter_unit`."""
    insist(by is None or administers(by) == Role.SYSTEM)
    body = type(body)._default_manager.select_for_update().get(pk=body.pk)
    changes = {
        name: [str(getattr(body, name)), str(value)] for name, value in said.items() if getattr(body, name) != value
    }
    for name in changes:
        setattr(body, name, said[name])
    if isinstance(body, OperatingUnit):
        _check_name(body)
    else:
        insist_on_lines(body, changes)
    if changes:
        body.save(update_fields=list(changes))
        note(What.BODY_CHANGED, by=by, body=body, told=changes)
    return body


def in_order(agency: str = "") -> tuple[OrderBy | str, ...]:
    """How agencies are listed to choose from: those of the whole country, then place after place by its code, in each
    by the name the reader sees. `agency` leads to them from other rows, as `agency__`."""
    name = "name_en" if get_language() == "en" else "name"
    return F(f"{agency}jurisdiction__code").asc(nulls_first=True), f"{agency}{name}", f"{agency}slug"


def doubts(body: Agency | OperatingUnit) -> list[str]:
    """What is odd about a body that was saved: a credit code that fails the check, or a code or a name that another
    unit has. To the door one legal person entered twice is two units, so whoever enters it is told; branches may share
    a code."""
    odd = [_("credit code: %(problem)s") % {"problem": problem} for problem in body.uscc_warnings]
    if isinstance(body, OperatingUnit) and body.uscc:
        for twin in OperatingUnit.objects.filter(uscc=body.uscc).exclude(pk=body.pk)[:3]:
            odd.append(_("“%(unit)s” has the same credit code; is it the same unit?") % {"unit": twin})
    if isinstance(body, OperatingUnit):
        for twin in OperatingUnit.objects.filter(name=body.name).exclude(pk=body.pk).select_related("jurisdiction")[:3]:
            told = _("%(place)s has a unit “%(unit)s” of the same name; is it the same unit?")
            odd.append(told % {"place": twin.jurisdiction, "unit": twin})
    return odd


def _check_name(unit: OperatingUnit) -> None:
    twins = OperatingUnit.objects.filter(name=unit.name, jurisdiction=unit.jurisdiction).exclude(pk=unit.pk)
    if twins.exists():
        raise ValidationError({"name": _("This place has a unit of this name already.")})
