"""Django's admin over the roles: it warns, it reads, it never deletes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from roles.models import Jurisdiction, Mandate, OperatingUnit, Person


@pytest.mark.django_db
def test_a_unit_with_an_odd_code_is_saved_in_the_admin_with_a_warning(
    client: Client, make_person: Callable[..., Person], miyun: Jurisdiction
) -> None:
    client.force_login(make_person("root", is_staff=True, is_superuser=True))
    values = {"name": "雾灵林场", "kind": "village", "jurisdiction": miyun.pk, "uscc": "91350211M0000XUF46"}
    page = client.post("/admin/roles/operatingunit/add/", values, follow=True)
    assert OperatingUnit.objects.get().uscc == "91350211M0000XUF46"
    assert [message.level_tag for message in page.context["messages"]].count("warning") == 1


@pytest.mark.django_db
def test_nothing_of_the_roles_can_be_deleted_in_the_admin(
    client: Client, make_person: Callable[..., Person], farm: OperatingUnit, mandate: Mandate
) -> None:
    root = make_person("root", is_staff=True, is_superuser=True)
    client.force_login(root)
    for name, pk in (("operatingunit", farm.pk), ("mandate", mandate.pk), ("person", root.pk)):
        assert client.get(f"/admin/roles/{name}/{pk}/change/").status_code == 200
        assert client.post(f"/admin/roles/{name}/{pk}/delete/", {"post": "yes"}).status_code == 403
