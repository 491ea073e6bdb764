"""A species is known by any part of its name: Chinese, Latin, synonym, parent of a hybrid, taxon below it."""

from __future__ import annotations

import pytest

from permits.introduction.rules.watch_list import matches
from permits.rules.names import keys, listed_among, stands_for
from permits.rules.parameters import parameters

TREES = next(iter(parameters()["protected_tree_germplasm"])).value


@pytest.mark.parametrize(
    ("name", "tree"),
    [
        ("铁木 Ostrya japonica", "铁木"),
        ("铁木（Ostrya japonica Sarg.）", "铁木"),
        ("Ostrya japonica", "铁木"),
        ("Ｏｓｔｒｙａ ｊａｐｏｎｉｃａ", "铁木"),
        ("OSTRYA JAPONICA", "铁木"),
        ("O. japonica", "铁木"),
        ("Ostrya japonica f. pendula", "铁木"),
        ("铁木幼树", "铁木"),
        ("杜松 Juniperus rigida Siebold & Zucc.", "杜松"),
        ("Acer davidii subsp. grosseri (Pax) P.C.de Jong", "葛萝槭"),
        ("Acer grosseri", "葛萝槭"),
        ("Juniperus chinensis × J. rigida", "杜松"),
        ("Juniperus chinensis x rigida", "杜松"),
    ],
)
def test_a_protected_tree_is_known_by_a_part_of_its_name(name: str, tree: str) -> None:
    assert [one.split()[0] for one in listed_among(TREES, [name])] == [tree]


@pytest.mark.parametrize(
    "name",
    ["硬铁木树", "Ostrya virginiana", "Acer davidii", "Juniperus", "O. virginiana", "油松", "L.", "×", "1802", "."],
)
def test_another_tree_is_not(name: str) -> None:
    assert listed_among(TREES, [name]) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("美洲牛蛙", ["牛蛙"]),
        ("美洲牛蛙（=牛蛙 Lithobates catesbeianus）", ["牛蛙"]),
        ("Rana temporaria × Rana catesbeiana", ["牛蛙"]),
        ("Rana temporaria × R. catesbeiana", ["牛蛙"]),
        ("Rana temporaria × catesbeiana", ["牛蛙"]),
        ("黑斑蛙×牛蛙", ["牛蛙"]),
        ("黑斑蛙与牛蛙的杂交种", ["牛蛙"]),
        ("杂交蛙 (Rana temporaria X Lithobates catesbeianus)", ["牛蛙"]),
        ("Rana temporaria, Rana catesbeiana", ["牛蛙"]),
        ("L. catesbeianus", ["牛蛙"]),
        ("Pomacea canaliculata × Rana catesbeiana", ["福寿螺", "牛蛙"]),
        ("Pomacea × Rana", ["福寿螺", "牛蛙"]),
        ("Pomacea canaliculata var. gigantea Auct.", ["福寿螺"]),
        ("Pomacea cf. canaliculata", ["福寿螺"]),
        ("Rana temporaria × Rana arvalis", []),
        ("Catesbeiana rana", []),
    ],
)
def test_a_hybrid_is_one_of_each_of_its_parents_and_a_synonym_is_the_species(name: str, found: list[str]) -> None:
    assert [one.chinese[0] for one in matches(name) if one.chinese[0] in {"牛蛙", "福寿螺"}] == found


def test_a_name_without_words_is_like_no_other() -> None:
    assert keys("…") == keys("") == frozenset()
    assert not stands_for("", "")
    assert not stands_for("种子", "苗木")
