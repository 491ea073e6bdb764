"""The examples in deploy/ work: nginx with TLS before two web processes and the job worker, all of them real."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from configparser import ConfigParser
from contextlib import closing, contextmanager, suppress
from http.client import HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from django.conf import settings
from django.urls import reverse

from tests.config.proxy import DEPLOY, NGINX, nginx_settings, write_certificate
from tests.migrated import NAME, put_migrated, settings_in
from tests.processes import GUNICORN, MANAGE, begin, free_port
from tests.run import lacking
from tests.seal import make_quick_seal

LINKS = ("/account/key/1-a-b/", "/roles/me/address/a:b/", "/verify/a-paper/")


class Site:
    """The site as a visitor of https://permits.example.cn reaches it, and as this machine does past the proxy."""

    def __init__(self, folder: Path, tls: int, site: int) -> None:
        self.folder, self.tls, self.site = folder, tls, site

    def visit(self, path: str, **headers: str) -> tuple[int, Any, bytes]:
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        with (
            closing(socket.create_connection(("127.0.0.1", self.tls), timeout=20)) as plain,
            context.wrap_socket(plain, server_hostname=NAME) as connection,
        ):
            said = [f"GET {path} HTTP/1.0", f"Host: {NAME}", *(f"{name}: {value}" for name, value in headers.items())]
            connection.sendall("\r\n".join([*said, "", ""]).encode())
            answer = HTTPResponse(connection)
            answer.begin()
            return answer.status, answer.headers, answer.read()  # to its length: a refused line is kept open for more

    def ask(self, path: str) -> tuple[int, Any]:
        request = urllib.request.Request(f"http://127.0.0.1:{self.site}{path}", headers={"Host": NAME})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    if not NGINX:
        lacking("nginx", "needs nginx: apt-get install nginx-light, or its path in NGINX")
    folder = tmp_path_factory.mktemp("deploy")
    tls, plain, port = free_port(), free_port(), free_port()
    environment = settings_in(folder) | {"PROXIES": "1", "PORT": str(port), "WORKERS": "1"}
    put_migrated(folder / "db.sqlite3")
    for command in (["collectstatic", "--noinput", "-v0"], ["migrate", "-v0"], ["make_log_key"]):
        subprocess.run([*MANAGE, *command], env=environment, check=True)
    make_quick_seal(folder / "var" / "seal", "bj-forestry", "北京市园林绿化局")
    write_certificate(folder)
    config = nginx_settings(folder, tls=tls, plain=plain, site=port)
    nginx = [str(NGINX), "-c", str(config), "-p", str(folder)]
    processes = [begin(command, environment, folder / "log") for command in (GUNICORN, [*MANAGE, "work"], nginx)]
    try:
        found = Site(folder, tls, port)
        wait_until_ready(found)
        yield found
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            assert process.wait(20) == 0


def wait_until_ready(site: Site) -> None:
    said: Any = None
    for _attempt in range(150):
        try:
            status, said = site.ask("/readyz")
            if status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise AssertionError((said, (site.folder / "log").read_text("utf-8")))


def test_a_page_and_its_static_files_come_through_the_proxy(site: Site) -> None:
    status, headers, body = site.visit("/login/")
    assert status == 200
    assert "max-age" in headers["Strict-Transport-Security"]
    assert re.fullmatch(r"[0-9a-f]{32}", headers["X-Request-ID"])
    sheet = re.search(rb'href="(/static/app\.[^"]+\.css)"', body)
    assert sheet
    status, headers, _body = site.visit(sheet.group(1).decode())
    assert (status, "immutable" in headers["Cache-Control"]) == (200, True)


def test_what_watches_the_site_is_for_this_machine_only(site: Site) -> None:
    assert json.loads(site.ask("/readyz")[1])["checks"]["worker"] == "ok"
    assert site.ask("/metrics")[0] == 200
    assert site.visit("/healthz")[0] == 200
    assert {site.visit(path)[0] for path in ("/readyz", "/metrics")} == {404}


def test_what_a_visitor_forges_is_not_believed(site: Site) -> None:
    site.visit("/notices/", **{"X-Forwarded-For": "127.0.0.1", "X-Request-ID": "forged-0123456789"})
    [line] = [
        line for line in map(json.loads, (site.folder / "log").read_text("utf-8").splitlines())
        if line["message"] == "GET notices/ 200"
    ]  # fmt: skip
    assert line["request_id"] != "forged-0123456789"


def dribble(site: Site, sent: bytes) -> ssl.SSLSocket:
    """A visitor whose request never ends: so much of it has come, and the line stays open."""
    context = ssl.create_default_context(cafile=str(site.folder / "fullchain.pem"))
    line = context.wrap_socket(socket.create_connection(("127.0.0.1", site.tls), timeout=20), server_hostname=NAME)
    line.sendall(sent)
    return line


@pytest.mark.parametrize(
    "sent",
    [
        f"GET /login/ HTTP/1.1\r\nHost: {NAME}\r\nX-Slow: ".encode(),
        f"POST /login/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 900000\r\n\r\nusername=".encode(),
    ],
    ids=["in the middle of a header", "in the middle of a form"],
)
def test_slow_visitors_keep_no_one_else_waiting(site: Site, sent: bytes) -> None:
    slow = [dribble(site, sent) for _number in range(32)]  # four times the site's threads
    try:
        for line in slow:
            line.sendall(b"a")
        assert site.visit("/login/")[0] == 200
    finally:
        for line in slow:
            line.close()


def test_an_address_of_a_hundred_kilobytes_is_refused_before_the_site(site: Site) -> None:
    long = "/notices/?q=" + "a" * 100_000
    try:
        status = site.visit(long)[0]
    except (ssl.SSLError, ConnectionError):  # refused, and the line closed, before all of it was sent
        status = 414
    assert status == 414
    assert site.ask(long)[0] == 414  # past the proxy the server refuses by itself
    assert site.visit("/notices/")[0] == 200


@pytest.mark.parametrize("length", [8_100, 8_500])
def test_an_address_beyond_the_limit_is_told_in_words_of_ours(site: Site, length: int) -> None:
    """The longer one nginx refuses before it has read a path."""
    status, head, body = site.visit("/notices/?q=" + "a" * length)
    assert (status, head["Content-Type"]) == (414, "text/html; charset=utf-8")
    assert "网址过长" in body.decode()


@pytest.mark.parametrize("path", ["/notices/?q=", "/verify/"])
def test_an_address_that_http_2_packs_small_is_told_in_words_of_ours(site: Site, path: str) -> None:
    if not shutil.which("curl"):
        pytest.skip("needs curl, which speaks HTTP/2")
    address = f"https://127.0.0.1:{site.tls}{path}{'a' * 12_000}"
    asked = ["curl", "-sk", "--http2", "-H", f"Host: {NAME}", "-w", " %{http_version} %{http_code}", address]
    told = subprocess.run(asked, capture_output=True, check=True, timeout=30).stdout.decode()
    assert told.endswith(" 2 414")
    assert "网址过长" in told


def test_a_filter_filled_with_chinese_is_read(site: Site) -> None:
    assert site.visit("/notices/?q=" + quote("林" * 800))[0] == 200


def test_a_file_beyond_the_limit_is_told_in_words_of_ours(site: Site) -> None:
    status, head, body = site.visit("/precheck/", **{"Content-Length": str(60 * 1024 * 1024)})
    assert status == 413
    assert "text/html; charset=utf-8" in head["Content-Type"]
    assert "超过大小限制" in body.decode()
    assert "/" not in head["Server"]  # no version of the proxy


@contextmanager
def proxy_alone(folder: Path) -> Iterator[tuple[Site, int]]:
    """The proxy with nobody behind it, and its plain port."""
    if not NGINX:
        lacking("nginx", "needs nginx: apt-get install nginx-light, or its path in NGINX")
    tls, plain, nobody = free_port(), free_port(), free_port()
    write_certificate(folder)
    config = nginx_settings(folder, tls=tls, plain=plain, site=nobody)
    proxy = begin([str(NGINX), "-c", str(config), "-p", str(folder)], {}, folder / "log")
    try:
        wait_until_it_listens(tls)
        yield Site(folder, tls, nobody), plain
    finally:
        proxy.terminate()
        assert proxy.wait(20) == 0


def wait_until_it_listens(port: int) -> None:
    for _attempt in range(100):
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port), timeout=20)):
            return
        time.sleep(0.1)
    raise AssertionError(port)


def test_the_proxy_writes_no_key_of_an_address_into_its_logs_whatever_fails(tmp_path: Path) -> None:
    with proxy_alone(tmp_path) as (site, plain):
        for path in (*LINKS, "/told/"):
            for said in ({}, {"Content-Length": str(60 * 1024 * 1024)}):
                site.visit(path, Referer=f"https://{NAME}{LINKS[1]}", **said)
            with closing(socket.create_connection(("127.0.0.1", plain), timeout=20)) as line:
                line.sendall(f"GET {path} HTTP/1.0\r\nHost: {NAME}\r\n\r\n".encode())
                assert b" 301 " in line.recv(1000)
    requests, errors = ((tmp_path / name).read_text("utf-8") for name in ("access.log", "log"))
    assert (requests.count("/told/"), "/told/" in errors) == (3, True)
    told = requests + re.sub(r', referrer: "[^"]*"', "", errors)  # of another page's error nginx tells that, too
    assert [one for one in ("1-a-b", "a:b", "a-paper") if one in told] == []


def test_a_web_server_that_does_not_answer_is_told_in_words_of_ours(tmp_path: Path) -> None:
    with proxy_alone(tmp_path) as (site, _plain):
        status, head, body = site.visit("/login/")
    assert (status, head["Retry-After"]) == (503, "30")
    assert "系统暂时没有响应" in body.decode()


# --- files that no test starts ----------------------------------------------------------------------------------------
def test_the_proxy_knows_every_address_that_is_a_key() -> None:
    names = {"account_reset_password_from_key": ["1", "a-b"], "own-address-take": ["a:b"], "verify": ["a-paper"]}
    assert [reverse(name, args=args) for name, args in names.items()] == list(LINKS)
    text = (DEPLOY / "nginx" / "permits.conf").read_text("utf-8")
    (untold,) = re.findall(r"~(\S+) 0;", text)
    (silent,) = re.findall(r"location ~ (\S+) \{\s*error_log /dev/null;", text)
    for link in LINKS:
        assert re.match(untold, link)
        assert re.match(silent, link)


def test_what_the_proxy_answers_itself_is_a_page_to_read_on_a_telephone() -> None:
    text = (DEPLOY / "nginx" / "permits.conf").read_text("utf-8")
    pages = re.findall(r'return \d+ "(<!doctype.*)";', text)
    assert len(pages) == 3
    for page in pages:
        assert "<meta name='viewport' content='width=device-width, initial-scale=1'>" in page
        assert "林业许可审批系统" in page
        assert "$" not in page, "a variable of the proxy's"
        assert len(page) < 4096, "what the proxy takes as one text"


def test_every_service_of_the_compose_file_is_whole() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    assert compose.keys() - {"x-site"} == {"services", "volumes", "secrets"}
    for name, service in compose["services"].items():
        assert service["image"], name
        for other in service.get("depends_on", {}):
            assert other in compose["services"]
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            beside = (DEPLOY / source).is_file() or source == "./certificates"  # which are the operator's
            assert source in compose["volumes"] or beside
        for secret in service.get("secrets", []):
            assert secret in compose["secrets"]
        if "build" in service:
            assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
    settling = compose["services"]["migrate"]["command"][-1].splitlines()
    assert [line.startswith("DATABASE_URL=$$OWNER_DATABASE_URL ") for line in settling] == [True, True, False, False]
    published = compose["services"]["web"]["ports"]
    assert published == ["127.0.0.1:8000:8000"], "only the proxy may reach the site"


def unit_of(name: str) -> ConfigParser:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    assert unit.read(DEPLOY / "systemd" / name)
    return unit


@pytest.mark.parametrize("name", ["permits-web", "permits-work", "permits-backup"])
def test_a_unit_fails_without_its_environment_and_runs_what_there_is(name: str) -> None:
    service = unit_of(f"{name}.service")["Service"]
    assert not service["EnvironmentFile"].startswith("-")
    assert service["User"] == "permits"
    command = service["ExecStart"]
    if name == "permits-backup":
        assert service["Type"] == "oneshot"
        return
    assert command.endswith(("gunicorn --config gunicorn.conf.py", "manage.py work"))
    assert (settings.BASE_DIR / command.split()[-1]).is_file() or command.endswith(" work")


def test_the_backup_of_each_night_is_whole_and_has_a_folder_of_its_own(tmp_path: Path) -> None:
    """Its command as systemd reads it ($$ and %% are one sign), with the paths of this machine."""
    unit, timer = unit_of("permits-backup.service")["Service"], unit_of("permits-backup.timer")
    assert timer["Timer"]["OnCalendar"] == "*-*-* 02:30:00"
    assert timer["Install"]["WantedBy"] == "timers.target"
    folder = "/srv/permits/backups"
    assert folder in unit["ReadWritePaths"].split()
    command = unit["ExecStart"].replace("$$", "$").replace("%%", "%")
    assert folder in command
    shell = shlex.split(command.replace(folder, str(tmp_path / "backups")).replace(".venv/bin/python", sys.executable))
    put_migrated(tmp_path / "db.sqlite3")
    for run in ([*MANAGE, "migrate", "-v0"], [*MANAGE, "make_log_key"], shell):
        subprocess.run(run, cwd=settings.BASE_DIR, env=settings_in(tmp_path), check=True)
    (made,) = (tmp_path / "backups").iterdir()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}", made.name)
    assert json.loads((made / "backup.json").read_text("utf-8"))["cases"] == 0
