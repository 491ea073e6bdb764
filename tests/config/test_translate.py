"""Every text of the code is said in Chinese, and the catalogue compiles."""

from __future__ import annotations

import gettext
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.translation import gettext as gettext_of
from django.utils.translation import ngettext, override

from config import catalogue
from permits.models.permit import P


@pytest.fixture(scope="module")
def texts() -> catalogue.Texts:
    return catalogue.texts_of_the_code()


def test_every_text_has_a_chinese_translation(texts: catalogue.Texts) -> None:
    missing = catalogue.untranslated(texts, catalogue.read_catalogue(catalogue.po_file()))
    assert not missing, "\n".join(["without a translation:", *missing])


def test_placeholders_survive_translation() -> None:
    assert not catalogue.faults(catalogue.read_catalogue(catalogue.po_file()))


def test_the_ends_of_a_period_have_one_name() -> None:
    """开始日期 and 结束日期, as the fields of forms are called; 截止日期 is the last day to do something."""
    entries = catalogue.read_catalogue(catalogue.po_file())
    said = [text for one in entries for text in ([one.string] if isinstance(one.string, str) else one.string)]
    other = re.compile(r"起始日期?(?!度)|终止日期|截止日期?早于|截止日(?!期)")
    assert sorted(one for one in said if other.search(one)) == ["临期起始日"]  # of a light, not of a period


def test_the_end_of_a_permit_is_called_by_the_word_of_the_law_alone() -> None:
    """撤回, 撤销, 注销, 吊销: four ends (许可法 8, 69, 70; 处罚法 9). A tending design is no licence: its page must not
    say that an article of 许可法 ended it."""
    with override("zh-hans"):
        ends = {P.WITHDRAWN: "已撤回", P.REVOKED: "已撤销", P.CANCELLED: "已注销", P.FORFEITED: "已吊销"}
        assert {end: str(end.label) for end in ends} == ends


def test_texts_are_found_in_code_templates_and_what_viewflow_shows(texts: catalogue.Texts) -> None:
    assert (
        "errors.py"
        in texts[None, "Someone is working on this case just now. Nothing was lost; please try again."].files
    )
    assert "login.html" in texts[None, "Log in"].files
    assert texts[None, "%(left)s working day left"].plural == "%(left)s working days left"
    assert "status.py" in texts["STATUS", "Assigned"].files


def test_a_text_wrapped_by_another_name_is_found_too() -> None:
    source = "from django.utils.translation import gettext_lazy as _now\nTITLE = _now('Sapling')\n"
    assert ("gettext_lazy", ["Sapling"]) in list(catalogue._python_calls(source))


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    path.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\nmsgid "tree"\nmsgstr "树"\n')
    return path


def test_update_keeps_the_known_and_shows_the_missing(small: Path) -> None:
    texts = {
        (None, "tree"): catalogue.Text(None, "tree"),
        (None, "%(n)s leaf"): catalogue.Text(None, "%(n)s leaf", "%(n)s leaves"),
    }
    fresh = catalogue.update(texts, small)
    assert fresh.get("tree").string == "树"
    assert catalogue.untranslated(texts, catalogue.read_catalogue(small)) == ["'%(n)s leaf' ()"]


def test_update_twice_changes_nothing(small: Path) -> None:
    texts = {(None, "tree"): catalogue.Text(None, "tree"), ("STATUS", "Done"): catalogue.Text("STATUS", "Done")}
    catalogue.update(texts, small)
    first = small.read_bytes()
    catalogue.update(texts, small)
    assert small.read_bytes() == first


def test_compiled_catalogue_speaks_chinese(small: Path) -> None:
    with catalogue.compile_catalogue(small).open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("tree") == "树"


def test_misspelt_placeholder_is_a_fault(small: Path) -> None:
    small.write_text(small.read_text() + '\n#, python-format\nmsgid "%(count)s trees"\nmsgstr "%(cuont)s 棵树"\n')
    assert len(catalogue.faults(catalogue.read_catalogue(small))) == 1


def test_a_plural_that_lost_its_number_is_a_fault(small: Path) -> None:
    """Chinese has one form: what said “the one since” there said it of five as well."""
    small.write_text(
        small.read_text() + '\n#, python-format\nmsgid "a tree"\nmsgid_plural "%(n)s trees"\nmsgstr[0] "1 棵树"\n'
    )
    assert [one.rpartition(": ")[2] for one in catalogue.faults(catalogue.read_catalogue(small))] == ["without n"]


def test_gettext_has_no_name_that_the_extraction_does_not_know() -> None:
    """An import under another name is followed; an assignment is not, and its texts would stay English."""
    made = re.compile(r"^\s*\w+\s*=\s*(?:\w+\.)*n?p?gettext(?:_lazy|_noop)?\s*$", re.MULTILINE)
    partly = re.compile(r"partial\(\s*(?:\w+\.)*(?:_|n?p?gettext(?:_lazy|_noop)?)\s*[,)]")
    faulty = [
        str(path)
        for package in catalogue.OWN_PACKAGES
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py")
        if made.search(path.read_text("utf-8")) or partly.search(path.read_text("utf-8"))
    ]
    assert faulty == []


def test_what_a_package_says_otherwise_it_still_says() -> None:
    """A text that allauth words anew would come back in its own words, unseen."""
    (package,) = (Path(path) for path in find_spec("allauth").submodule_search_locations)  # type: ignore[union-attr]
    known = catalogue.read_catalogue(package / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po")
    otherwise = [message.id for message in catalogue.read_catalogue(catalogue.english_file()) if message.id]
    assert otherwise
    assert [text for text in otherwise if known.get(text) is None] == []


def test_no_page_of_allauths_calls_a_second_factor_otherwise_than_ours() -> None:
    """通行密钥, 第二认证因素, 恢复代码 and 账号, passkey and second factor: one word for one thing."""
    (package,) = (Path(path) for path in find_spec("allauth").submodule_search_locations)  # type: ignore[union-attr]
    folder, told = package / "templates", set[tuple[str, ...]]()
    for path in (folder / "mfa").rglob("*.*"):
        ours = Path(settings.BASE_DIR) / "templates" / path.relative_to(folder)
        if not ours.is_file() and path.name != "signup_form.html":  # nobody signs up
            for _function, literals in catalogue._template_calls(path.read_text("utf-8"), str(path)):
                told.add(tuple(literals))
    assert len(told) > 50
    wrong = {"zh-hans": "安全密钥|双因素|两步|passkey|恢复码|[账帐]户", "en": "(?i)security key|two-factor"}
    for language, other in wrong.items():
        with override(language):
            said = {ngettext(*text[:2], 2) if len(text) > 1 else gettext_of(text[0]) for text in told}
            assert [one for one in said if re.search(other, one)] == []


def test_the_page_that_asks_again_who_it_is_speaks_as_ours_do() -> None:
    """It said 账户 where ours say 账号, and ended sentences by a Latin colon; buttons said Sign In beside Log in."""
    (package,) = (Path(path) for path in find_spec("allauth").submodule_search_locations)  # type: ignore[union-attr]
    folder, told = package / "templates", set[str]()
    for name in ("account/base_reauthenticate", "account/reauthenticate", "mfa/reauthenticate", "mfa/authenticate"):
        path = folder / f"{name}.html"
        told |= {literals[0] for _function, literals in catalogue._template_calls(path.read_text("utf-8"), str(path))}
    assert len(told) > 7
    for language, other in {"zh-hans": "[账帐]户|:$", "en": "(?i)sign in|reauthenticate|:$"}.items():
        with override(language):
            assert [said for one in told if re.search(other, said := gettext_of(one))] == []
