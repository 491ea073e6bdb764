"""What the tests of a draft's pages ask and send."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from permits.models import Act, Application
from roles.models import OperatingUnit

Complete = Callable[[Application], Application]
AskCorrection = Callable[..., Act]
EDITING = ("draft", "draft-materials", "draft-check")


def apply_url() -> str:
    return reverse("draft-new") + "?kind=tending"


def once_of(client: Client) -> str:
    page = client.get(apply_url()).content.decode()
    found = re.search(r'name="once" value="([^"]+)"', page)
    assert found
    return found[1]


def said(farm: OperatingUnit, once: str, **more: str) -> dict[str, str]:
    return {"once": once, "unit": str(farm.pk), "district": "110118", "title": "2026年抚育", **more}
