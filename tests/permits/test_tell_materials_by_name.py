"""Which material a file is, by its own name."""

from __future__ import annotations

import pytest
from django.core.files.base import ContentFile

from permits.contract.kind import Requirement
from permits.drafts.material_names import by_name

NAMES = {"design": "作业设计", "maps": "作业设计附图", "fire_plan": "森林防火方案", "opinion": "林权权利人意见"}


def entries() -> list[Requirement]:
    return [
        Requirement(slot=slot, label=label, source="", required=True, accepts=("pdf",)) for slot, label in NAMES.items()
    ]


@pytest.mark.parametrize(
    ("name", "slot"),
    [
        ("作业设计.pdf", "design"),
        ("1_作业设计（终稿）.pdf", "design"),
        ("作业设计附图.pdf", "maps"),  # the longer name, though the shorter is in it
        ("防火方案.pdf", "fire_plan"),  # a part of one name only
        ("Ｆｉｒｅ＿Plan.PDF", "fire_plan"),
        ("作业.pdf", ""),  # a part of two
        ("作业设计和森林防火方案.pdf", "fire_plan"),
        ("森林防火方案、作业设计附图.pdf", ""),  # two names of one length
        ("扫描件0001.pdf", ""),
        ("图.pdf", ""),
        (".pdf", ""),
        ("", ""),
    ],
)
def test_a_name_is_one_materials_or_nobodys(name: str, slot: str) -> None:
    file = ContentFile(b"", name=name)
    placed, homeless = by_name(entries(), [file])
    assert (placed, homeless) == (({slot: [file]}, []) if slot else ({}, [file]))
