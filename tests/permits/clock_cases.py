"""An accepted case and acts in it, made without the door: what the clocks are tried on."""

from __future__ import annotations

from datetime import date, datetime, time

from permits.ledger.chain import canonical, identity
from permits.models import Act, Application
from permits.models.act import GENESIS, digest
from permits.models.states import S
from roles.days import CHINA
from roles.models import Agency, Jurisdiction, OperatingUnit, Person
from workflows.models import Case
from workflows.registry import flow_for

MONDAY = date(2026, 9, 14)


def agency(slug: str = "miyun") -> Agency:
    return Agency.objects.get_or_create(slug=slug, defaults={"name": slug, "level": "district"})[0]


def officer(name: str = "head") -> Person:
    return Person.objects.get_or_create(username=name, defaults={"name": name})[0]


def case(accepted_on: date | None = MONDAY, received_on: date | None = MONDAY, number: str = "A-1") -> Application:
    place = Jurisdiction.objects.get_or_create(code="110118", defaults={"name": "密云区", "level": "district"})[0]
    unit = OperatingUnit.objects.get_or_create(name="云蒙山林场", jurisdiction=place, defaults={"kind": "company"})[0]
    application = Application.objects.create(
        kind="tending", unit=unit, jurisdiction=place, number=number, received_on=received_on, accepted_on=accepted_on,
        status=S.FIRST_REVIEW,
    )  # fmt: skip
    Case.objects.create(application=application, flow_class=flow_for(application))
    return application


def act(
    application: Application,
    name: str = "accept",
    on: date = MONDAY,
    by: Person | None = None,
    of: Agency | None = None,
) -> Act:
    last = application.acts.order_by("seq").last()
    made = Act(
        application=application, seq=last.seq + 1 if last else 1, act=name, before=last.after if last else "",
        after=application.status, person=by, agency=of, at=datetime.combine(on, time(12), CHINA),
        previous=last.hash if last else GENESIS,
    )  # fmt: skip
    made.body = canonical(identity(made) | {"facts": {}})
    made.hash = digest(made.body)
    made.save(force_insert=True)
    return made
