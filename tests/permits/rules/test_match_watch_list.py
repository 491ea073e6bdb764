"""A watch-listed species is found however its name is written, and no other is."""

from __future__ import annotations

import pytest

from permits.introduction.rules.watch_list import listed, match


@pytest.mark.parametrize(
    ("name", "species"),
    [
        ("Lithobates catesbeianus", "牛蛙"),
        ("Rana catesbeiana", "牛蛙"),
        ("rana  CATESBEIANA", "牛蛙"),
        ("Rana_catesbeiana", "牛蛙"),
        ("Rana catesbeiana Shaw, 1802", "牛蛙"),
        ("Rana (Aquarana) catesbeiana", "牛蛙"),
        ("牛蛙", "牛蛙"),
        (" 牛蛙 Lithobates catesbeianus", "牛蛙"),
        ("牛蛙（Lithobates catesbeianus）", "牛蛙"),
        ("Ｒａｎａ ｃａｔｅｓｂｅｉａｎａ", "牛蛙"),
        ("Pomacea canaliculata (Lamarck)", "福寿螺"),
        ("Pomacea sp.", "福寿螺"),
        ("pomacea", "福寿螺"),
        ("Bursaphelenchus xylophilus", "松材线虫"),
        ("Hyphantria cunea", "美国白蛾"),
        ("Spodoptera frugiperda", "草地贪夜蛾"),
        ("Laspeyresia pomonella", "苹果蠹蛾"),
    ],
)
def test_a_listed_species_is_recognised(name: str, species: str) -> None:
    found = match(name)
    assert found
    assert found.chinese[0] == species


@pytest.mark.parametrize(
    "name", ["Rana temporaria", "Ara ararauna", "Spodoptera litura", "catesbeiana", "蛙", "(", "…", "1802"]
)
def test_another_name_is_not(name: str) -> None:
    assert match(name) is None


def test_every_name_of_the_list_stands_for_its_own_species() -> None:
    for species in listed():
        assert {match(name) for name in (*species.names, *species.chinese)} == {species}
