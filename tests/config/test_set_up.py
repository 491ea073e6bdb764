"""`make setup` makes anew what a version brings in another content, however old its files are, and nothing else."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

PYTHON = """#!/bin/sh
case "$*" in
    "-m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    -c*"npm("*) echo npm >> made ;;
    -c*) ;;
    *) echo "${DEBUG:+DEBUG=$DEBUG }$*" >> made ;;
esac
"""
"""Notes what it is asked for."""
PIP = "-m pip install --quiet --disable-pip-version-check --no-input --require-hashes -r requirements.txt"
COLLECT, COMPILE = "DEBUG=off manage.py collectstatic --noinput --verbosity 0", "manage.py compile_catalogue"
FILES = ("requirements.txt", "package-lock.json", "package.json", ".npmrc", "config/assets.py", "config/catalogue.py",
         "locale/zh_Hans/LC_MESSAGES/django.po", "static/site.css", "docs/manuals/pictures/home.png")  # fmt: skip
LONG_AGO = 500_000_000


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "Makefile").write_text((settings.BASE_DIR / "Makefile").read_text())
    (tmp_path / "python").write_text(PYTHON)
    (tmp_path / "python").chmod(0o755)
    for name in FILES:
        unpack(tmp_path / name, "first")
    return tmp_path


def unpack(file: Path, text: str) -> None:
    """As an archive brings a file: older than whatever was made here."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    os.utime(file, (LONG_AGO, LONG_AGO))


def set_up(tree: Path, *given: str) -> list[str]:
    """What `make setup` made."""
    (tree / "made").write_text("")
    command = ["make", "setup", f"PYTHON={tree}/python", *given]
    subprocess.run(command, cwd=tree, env={"PATH": os.environ["PATH"]}, check=True, capture_output=True)
    return (tree / "made").read_text().splitlines()


@pytest.mark.parametrize(("name", "made"), [
    ("requirements.txt", {PIP, "npm", COLLECT, COMPILE}), ("package-lock.json", {"npm", COLLECT}),
    ("locale/zh_Hans/LC_MESSAGES/django.po", {COMPILE}), ("static/site.css", {COLLECT}),
    ("docs/manuals/pictures/home.png", {COLLECT}),
])  # fmt: skip
def test_an_older_file_with_another_content_is_made_anew_and_so_is_the_first_one_after_it(
    tree: Path, name: str, made: set[str]
) -> None:
    assert set(set_up(tree)) == {PIP, "npm", COLLECT, COMPILE}
    assert set_up(tree) == []
    for text in ("second", "first"):
        unpack(tree / name, text)
        assert sorted(set_up(tree)) == sorted(made)
        assert set_up(tree) == []


def test_what_broke_off_is_of_no_version(tree: Path) -> None:
    set_up(tree)
    python, sound = tree / ".venv" / "bin" / "python", PYTHON.replace("#!/bin/sh", "#!/bin/sh\n")
    unpack(tree / "package-lock.json", "second")
    python.write_text(sound.replace("echo npm >> made", "exit 1"))
    with pytest.raises(subprocess.CalledProcessError):
        set_up(tree)
    unpack(tree / "package-lock.json", "first")
    python.write_text(sound)
    assert set_up(tree) == ["npm", COLLECT]


def test_another_folder_of_data_has_files_of_its_own(tree: Path) -> None:
    set_up(tree)
    assert set_up(tree, "VAR_DIR=elsewhere") == [COLLECT]
    assert set_up(tree) == []
