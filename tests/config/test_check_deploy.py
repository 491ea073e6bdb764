"""`check --deploy` fails on each thing an operator can have forgotten, and `seals` lists them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from allauth.core import context
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import RequestFactory, override_settings
from pytest_django.fixtures import Settings

from config import checks
from config.assets import SiteStaticStorage
from config.checks import left_behind
from permits.documents.seals import issuing_agencies, seals
from permits.documents.signing import NoSeal, file_signer, signer_for, verify_signature
from permits.models import CalendarDay
from permits.text.fonts import Fonts, load
from roles.accounts import open_account
from roles.models import Agency, MandateGrant, SecurityEvent
from roles.models.security import What
from tests.cast import Cast
from tests.permits.documents.reading import render
from tests.permits.documents.samples import all_papers
from tests.seal import make_quick_seal

pytestmark = pytest.mark.django_db
Found = Callable[[], set[str]]


@pytest.fixture
def sealed(cast: Cast, settings: Settings, tmp_path: Path) -> Path:
    """Each agency of the cast that issues papers has a seal in its name."""
    settings.SEAL_DIR = tmp_path / "seal"
    settings.TEST_SEAL = False
    for agency in issuing_agencies():
        make_quick_seal(settings.SEAL_DIR, agency.slug, agency.name)
    return settings.SEAL_DIR


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return load()


@pytest.fixture
def found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Found:
    """The numbers of what the site's own checks find, in an installation that has an address and collected its static
    files since they were changed."""
    monkeypatch.setattr(checks, "left_behind", list)
    settings.CHECKPOINT_URL = "https://kept.example.cn/log/"
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://permits.example.cn", ["permits.example.cn"]

    def ask() -> set[str]:
        return {str(one.id) for one in run_checks(include_deployment_checks=True) if str(one.id).startswith("config.")}

    return ask


def test_an_installation_with_everything_passes_but_for_next_years_holidays(sealed: Path, found: Found) -> None:
    assert found() == {"config.W003"}
    CalendarDay.objects.create(
        date="2027-01-01", is_working=False, name="元旦", source="国务院办公厅", notice_year=2027
    )
    assert found() == set()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2026-10-31", set()),
        ("2026-11-01", {"config.W003"}),
        ("2026-12-20", {"config.E010"}),
        ("2029-03-01", {"config.E009"}),
    ],
)
def test_missing_holidays_warn_from_november_and_fail_at_the_years_end(
    day: str, expected: set[str], found: Found, sealed: Path
) -> None:
    with time_machine.travel(f"{day}T10:00:00+08:00"):
        assert {one for one in found() if one in {"config.W003", "config.E009", "config.E010"}} == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [("http://permits.example.cn", "config.E001"), ("https://other.example.cn", "config.E002")],
)
def test_an_address_that_papers_must_not_bear_fails(
    address: str, expected: str, found: Found, sealed: Path, settings: Settings
) -> None:
    settings.SITE_URL = address
    assert expected in found()


def test_mails_written_to_the_log_warn(found: Found, sealed: Path, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "config.W007" in found()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "config.W007" not in found()


def test_a_redirect_to_https_without_a_proxy_that_speaks_it_is_warned_of(
    found: Found, sealed: Path, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT, settings.PROXIES = True, 0
    assert "config.W008" in found()
    settings.PROXIES = 1
    assert "config.W008" not in found()


@pytest.mark.parametrize("kind", ["filebased", "smtp"])
def test_a_place_that_takes_no_mail_is_warned_of(
    kind: str, found: Found, sealed: Path, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{kind}.EmailBackend"
    settings.EMAIL_FILE_PATH, settings.EMAIL_HOST, settings.EMAIL_PORT = tmp_path / "file", "127.0.0.1", 1
    assert "config.W009" in found()
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    assert "config.W009" not in found()
    assert not any((tmp_path / "mail").iterdir()), "the check leaves no mail"


def test_a_scanner_that_does_not_answer_is_warned_of(found: Found, sealed: Path, settings: Settings) -> None:
    before = found()
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    assert found() - before == {"config.W010"}


def test_a_function_that_gives_signers_and_is_not_there_is_named(
    found: Found, sealed: Path, settings: Settings
) -> None:
    settings.DOCUMENT_SIGNER = "no.such.function"
    assert "config.E008" in found()
    with pytest.raises(NoSeal, match="DOCUMENT_SIGNER"):
        signer_for("bj-forestry")


def test_static_files_that_were_never_collected_fail(
    found: Found, sealed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    storage: Any = SiteStaticStorage(location=tmp_path, base_url="/static/")
    monkeypatch.setattr(checks, "staticfiles_storage", storage)
    assert "config.E003" in found()
    storage.hashed_files = {"app.css": "app.1.css", "tabler/tabler.min.css": "tabler/tabler.min.1.css"}
    assert "config.E003" not in found()
    assert staticfiles_storage.exists


def test_static_files_of_the_version_before_are_warned_of(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    storage: Any = SiteStaticStorage(location=tmp_path, base_url="/static/")
    monkeypatch.setattr(checks, "staticfiles_storage", storage)
    assert {"app.css", "app.js", "tabler/tabler.min.css"} <= set(left_behind())
    settings.STATIC_ROOT = tmp_path
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}):
        call_command("collectstatic", "--noinput", "--verbosity", "0")
    assert left_behind() == []
    (tmp_path / "app.css").write_text("of the version before")
    assert left_behind() == ["app.css"]
    storage.hashed_files = {"app.css": "app.1.css", "tabler/tabler.min.css": "tabler/tabler.min.1.css"}
    assert [told.id for told in checks.check_static_files()] == ["config.W011"]


def test_a_storage_that_cannot_be_written_fails(found: Found, sealed: Path, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "materials"
    assert "config.E004" in found()


@pytest.mark.owner
def test_a_migration_that_is_not_applied_fails(found: Found, sealed: Path) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'config'")
    assert "config.E005" in found()


def test_no_seal_at_all_fails_before_anyone_is_appointed(found: Found, settings: Settings, tmp_path: Path) -> None:
    settings.SEAL_DIR = tmp_path
    assert "config.E007" in found()


def test_a_missing_seal_fails_and_names_agency_and_file(found: Found, sealed: Path) -> None:
    (sealed / "bj-forestry.p12").unlink()
    assert "config.E008" in found()
    with pytest.raises(NoSeal, match=r"bj-forestry\.p12") as refused:
        signer_for("bj-forestry")
    assert "make_test_seal" in str(refused.value)


@pytest.mark.parametrize(
    ("name", "days", "said"),
    [
        ("北京市园林绿化局", -1, "expired"),
        ("密云区园林绿化局", 365, "names neither the agency"),
    ],
)
def test_an_expired_or_another_agencys_seal_fails(name: str, days: int, said: str, found: Found, sealed: Path) -> None:
    make_quick_seal(sealed, "bj-forestry", name, days=days)
    assert "config.E008" in found()
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 "):
        call_command("seals", stdout=out)
    line = next(line for line in out.getvalue().splitlines() if line.startswith("bj-forestry"))
    assert name in line


def test_what_is_said_of_a_seal_is_said_in_one_language(sealed: Path) -> None:
    """`seals` and `check --deploy` told in English, beside Chinese, that a seal was not there."""
    (sealed / "bj-forestry.p12").unlink()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("seals", "bj-forestry", stdout=out)
    told = [out.getvalue().splitlines()[-1], *(one.msg for one in checks._seals())]
    assert len(told) > 1
    for line in told:
        assert "电子印章" in line
        assert re.findall(r"\b(?:no|of|in|or|with|the)\b", line.lower().replace(str(sealed).lower(), "")) == []


def test_an_expired_seal_signs_nothing(sealed: Path) -> None:
    make_quick_seal(sealed, "bj-forestry", "北京市园林绿化局", days=-1)
    with pytest.raises(NoSeal, match="已过期"):
        signer_for("bj-forestry").sign(b"%PDF", reason="12")
    assert not verify_signature(b"%PDF").trusted


def test_a_seal_is_warned_of_sixty_days_before_it_expires(found: Found, sealed: Path) -> None:
    make_quick_seal(sealed, "bj-forestry", "北京市园林绿化局", days=58)
    assert "config.W001" in found()


def test_a_bundle_without_its_certificate_beside_it_would_not_verify_and_fails(found: Found, sealed: Path) -> None:
    (sealed / "bj-forestry.cert.pem").unlink()
    assert "config.E008" in found()


@pytest.mark.parametrize("spoilt", [b"", b"-----BEGIN CERTIFICATE-----\nMIIB", b"0\x82\x01\x00half", b"hello"])
def test_a_certificate_that_broke_off_is_named_and_takes_no_other_seal_along(
    spoilt: bytes, found: Found, sealed: Path, fonts: Fonts
) -> None:
    paper = signer_for("bj-forestry").sign(render(all_papers()["acceptance"], fonts), reason="12")
    (sealed / "bj-forestry-2024.cert.pem").write_bytes(spoilt)
    assert verify_signature(paper).trusted
    assert [state.problem for state in seals()] == [""] * len(seals())
    assert "config.E008" in found()
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("seals", stdout=out)
    assert "bj-forestry-2024.cert.pem" in out.getvalue()


def test_a_certificate_with_those_of_its_issuers_behind_it_is_the_first(sealed: Path, fonts: Fonts) -> None:
    make_quick_seal(sealed, "issuer", "某某电子认证服务有限公司")
    issuer = (sealed / "issuer.cert.pem").read_bytes()
    (sealed / "issuer.cert.pem").unlink()
    public = sealed / "bj-forestry.cert.pem"
    public.write_bytes(public.read_bytes() + issuer)
    paper = signer_for("bj-forestry").sign(render(all_papers()["acceptance"], fonts), reason="12")
    assert verify_signature(paper).trusted
    foreign = file_signer("issuer").sign(render(all_papers()["acceptance"], fonts), reason="12")
    assert not verify_signature(foreign).trusted


def two_files(folder: Path, name: str) -> tuple[Path, Path]:
    """A seal's key and certificate, each in a file of its own in place of the bundle."""
    bundle, key = folder / f"{name}.p12", folder / f"{name}.key.pem"
    private = load_pkcs12(bundle.read_bytes(), None).key
    assert private is not None
    key.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    bundle.unlink()
    return key, folder / f"{name}.cert.pem"


def test_a_key_beside_a_chain_seals_with_its_first_certificate_and_tells_the_issuers(
    sealed: Path, fonts: Fonts
) -> None:
    make_quick_seal(sealed, "issuer", "某某电子认证服务有限公司")
    _key, public = two_files(sealed, "bj-forestry")
    public.write_bytes(public.read_bytes() + (sealed / "issuer.cert.pem").read_bytes())
    paper = signer_for("bj-forestry").sign(render(all_papers()["acceptance"], fonts), reason="12")
    assert verify_signature(paper).trusted
    assert "某某电子认证服务有限公司".encode().hex() in paper.decode("latin-1").lower()
    assert [state.problem for state in seals()] == [""] * len(seals())


@pytest.mark.parametrize("many", [1, 2])
def test_a_certificate_of_another_key_is_named_before_a_paper_waits(many: int, found: Found, sealed: Path) -> None:
    """Renewed without its key, or the issuer's put first."""
    _key, public = two_files(sealed, "bj-forestry")
    own = public.read_bytes()
    make_quick_seal(sealed, "bj-forestry-2027", "北京市园林绿化局")
    public.write_bytes((sealed / "bj-forestry-2027.cert.pem").read_bytes() + (own if many == 2 else b""))
    assert "config.E008" in found()
    with pytest.raises(NoSeal, match=r"bj-forestry\.cert\.pem.*另一密钥"):
        signer_for("bj-forestry")


@pytest.mark.parametrize(
    ("spoilt", "named"),
    [("key", r"bj-forestry\.key\.pem.*SEAL_PASSPHRASE"), ("cert", r"bj-forestry\.cert\.pem 中没有")],
)
def test_of_key_and_certificate_the_one_that_cannot_be_read_is_named(spoilt: str, named: str, sealed: Path) -> None:
    files = dict(zip(("key", "cert"), two_files(sealed, "bj-forestry"), strict=True))
    files[spoilt].write_bytes(b"hello")
    with pytest.raises(NoSeal, match=named):
        signer_for("bj-forestry")


def test_a_seal_whose_certificate_is_not_valid_yet_signs_nothing(sealed: Path) -> None:
    with time_machine.travel("2010-01-01T10:00:00+08:00"), pytest.raises(NoSeal, match="尚未生效"):
        signer_for("bj-forestry").sign(b"%PDF", reason="12")


def test_a_test_seal_in_production_is_warned_of(found: Found, cast: Cast) -> None:
    assert "config.W002" in found()


def test_seals_lists_subject_expiry_and_trust(sealed: Path) -> None:
    out = io.StringIO()
    call_command("seals", "bj-forestry", stdout=out)
    line = out.getvalue().splitlines()[-1]
    assert line.split("\t")[:3] == ["bj-forestry", "北京市园林绿化局", "北京市园林绿化局"]
    with pytest.raises(CommandError, match="nobody"):
        call_command("seals", "nobody", stdout=out)
    assert Agency.objects.filter(slug="bj-forestry").exists()


def test_before_any_post_issues_papers_the_keys_of_all_agencies_are_listed(sealed: Path) -> None:
    MandateGrant.objects.all().delete()
    out = io.StringIO()
    call_command("seals", stdout=out)
    assert "--all" in out.getvalue()
    with pytest.raises(CommandError):
        call_command("seals", "--all", stdout=out)
    assert {line.split("\t")[0] for line in out.getvalue().splitlines()} >= set(
        Agency.objects.values_list("slug", flat=True)
    )


def test_a_log_that_cannot_be_signed_and_a_witness_without_a_key_fail(
    found: Found, settings: Settings, tmp_path: Path
) -> None:
    settings.LOG_KEY, settings.LOG_WITNESSES = tmp_path / "none", ["no key"]
    assert found() >= {"config.E012", "config.E013"}


def test_checkpoints_that_stay_here_are_warned_of(sealed: Path, found: Found, settings: Settings) -> None:
    before = found()
    settings.CHECKPOINT_URL = ""
    assert found() - before == {"config.W004"}


def test_a_folder_for_checkpoints_that_is_not_there_is_warned_of(
    sealed: Path, found: Found, settings: Settings, tmp_path: Path
) -> None:
    before = found()
    settings.CHECKPOINT_URL = f"file://{tmp_path / 'none'}"
    assert found() - before == {"config.W006"}
    (tmp_path / "none").mkdir()
    assert found() == before


def test_a_key_under_which_nobodys_second_factor_can_be_read_fails(
    sealed: Path, cast: Cast, found: Found, settings: Settings
) -> None:
    before = found()
    with context.request_context(RequestFactory().get("/")):
        TOTP.activate(cast.clerk, "JBSWY3DPEHPK3PXP")
    assert found() == before
    settings.IDENTITY_KEY = "another key than the one of before"
    assert found() - before == {"config.E016"}
    with context.request_context(RequestFactory().get("/")):
        RecoveryCodes.activate(cast.clerk)  # who comes in after the loss of a key adds a factor under the new one
    assert found() == before


def test_another_identity_key_fails_before_anybody_has_a_second_factor(
    sealed: Path, cast: Cast, found: Found, settings: Settings
) -> None:
    open_account("new", "新人")
    before = found()
    own, settings.IDENTITY_KEY = settings.IDENTITY_KEY, "another key than the one of before"
    assert found() - before == {"config.E016"}
    assert own not in str(SecurityEvent.objects.filter(what=What.ACCOUNT_OPENED).values_list("details", flat=True))
    open_account("further", "后来人")  # so is who comes by `first_administrators --further` after the loss of a key
    assert found() == before


def test_what_is_found_is_told_in_the_language_of_the_installation(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS, settings.SEAL_DIR = "http://elsewhere.example.cn", ["here"], tmp_path
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    settings.MEDIA_ROOT = tmp_path / "file" / "materials"
    (tmp_path / "file").touch()
    monkeypatch.setattr(checks, "staticfiles_storage", SiteStaticStorage(location=tmp_path, base_url="/static/"))
    monkeypatch.setattr(checks, "can_be_read", lambda: False)
    with time_machine.travel("2029-03-01T10:00:00+08:00"):
        found = [one for one in run_checks(include_deployment_checks=True) if str(one.id).startswith("config.")]
    numbers = {"E001", "E002", "E003", "E004", "E008", "E009", "E016", "W004", "W007"}
    assert {f"config.{one}" for one in numbers} <= {one.id for one in found}
    for one in found:
        assert re.search(r"[\u4e00-\u9fff]{2}", one.msg), one.msg
        assert one.hint is None or re.search(r"[\u4e00-\u9fff]{2}", one.hint), one.hint
