"""A disk of a test's own, which can be full, and lose its power.

It lies in memory, and is a file system of its own: ended at once, it has what was flushed, as after a power cut.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from permits.data_files import flush
from tests.processes import until

MEMORY = Path("/dev/shm")
ROOM = 1 << 30
SHUT_DOWN, FLUSH_NOTHING = 0x8004587D, 2
"""The request that ends a file system of Linux at once (FS_IOC_SHUTDOWN), and how."""


@dataclass
class Disk:
    """A place for what is kept; with an image where it is a disk of its own, which can be filled and lose its power."""

    place: Path
    image: Path | None = None

    @property
    def own(self) -> bool:
        return self.image is not None

    def mount(self) -> bool:
        """Whether this machine lets us."""
        return _does("mount", "-o", "loop", str(self.image), str(self.place))

    @contextmanager
    def full(self) -> Iterator[None]:
        """To the last byte. What did it is gone for good then: a power cut soon after would else bring it back."""
        ballast = self.place / "ballast"
        with ballast.open("wb") as file, suppress(OSError):
            while True:
                room = os.statvfs(self.place)
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), max(room.f_bavail, 1) * room.f_frsize)
        try:
            yield
        finally:
            ballast.unlink()
            flush(self.place)

    def lose_power(self) -> None:
        """What was not flushed is gone, as the file system itself has it. Nobody may have a file open there."""
        assert self.place.is_mount()
        folder = os.open(self.place, os.O_RDONLY)
        fcntl.ioctl(folder, SHUT_DOWN, struct.pack("I", FLUSH_NOTHING))
        os.close(folder)
        until(lambda: _does("umount", str(self.place)), 20, "those that were killed to be gone")
        assert self.mount()


@contextmanager
def disk() -> Iterator[Disk]:
    """A small disk in memory; an ordinary folder where this machine lets nobody mount one. Whoever the database server
    runs as finds the way to it."""
    folder = Path(tempfile.mkdtemp(prefix="permits-disk-", dir=MEMORY if MEMORY.is_dir() else None))
    folder.chmod(0o755)
    made = Disk(folder / "disk", folder / "image")
    made.place.mkdir()
    own = os.getuid() == 0 and _formatted(folder / "image") and made.mount()
    try:
        yield made if own else Disk(made.place)
    finally:
        if own:
            _does("umount", "--lazy", str(made.place))
        shutil.rmtree(folder)


def _formatted(image: Path) -> bool:
    with image.open("wb") as file:
        file.truncate(ROOM)
    return _does("mkfs.ext4", "-q", "-m", "0", str(image))


def _does(*command: str) -> bool:
    """Whether the command is there and succeeds."""
    found = shutil.which(command[0]) is not None
    return found and subprocess.run(command, check=False, capture_output=True).returncode == 0
