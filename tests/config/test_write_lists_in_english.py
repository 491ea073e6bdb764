"""What stands between several names is written as the page's language writes it."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from permits.rules.base import Message

WITHIN = re.compile(r"forloop\.(?:first|last) %\}[、；，]|join:.[、；，]")


def test_no_template_sets_a_chinese_mark_between_two_names() -> None:
    templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
    assert [str(one) for one in templates if WITHIN.search(one.read_text(encoding="utf-8"))] == []


def test_a_finding_sets_thousands_apart() -> None:
    assert str(Message("%(sum)s", {"sum": Decimal("1234567.50")})) == "1,234,567.5"


def test_a_finding_joins_what_it_names_in_the_language_of_its_reader() -> None:
    named = Message("%(names)s", {"names": ["A", "B"]})
    assert named.texts() == {"zh-hans": "A、B", "en": "A, B"}
    with override("en"):
        assert str(named) == "A, B"
