"""Where the host listens, and how long it waits for the next answer. Set by the app when it starts.

The folder belongs to the user who runs the app and to nobody else. A socket's path has room for some hundred signs;
where the data folder's is longer, the socket moves to a folder of the same owner below the system's temporary one.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
LONGEST_SOCKET = 100  # 104 on some systems, 108 on Linux
IDLE_SECONDS = 600


class NotOurs(OSError):
    """A folder that another user could have made."""


@dataclass(frozen=True, slots=True)
class Place:
    """`folder`: lock, log and usually the socket. `idle`: seconds without an answer after which the host ends.

    `engines`: more engines by name, as modules; for tests, which send a child to its limits.
    """

    folder: Path
    idle: float = IDLE_SECONDS
    engines: tuple[tuple[str, str], ...] = ()

    @property
    def socket(self) -> Path:
        wanted = self.folder / "socket"
        if len(os.fsencode(wanted)) <= LONGEST_SOCKET:
            return wanted
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"studyapp-{os.getuid()}-{name}" / "socket"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def log(self) -> Path:
        return self.folder / "host.log"

    def make(self) -> None:
        """The folders, closed to other users. Raises OSError."""
        for folder in {self.folder, self.socket.parent}:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            found = folder.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise NotOurs(f"{folder} belongs to somebody else")
            if stat.S_IMODE(found.st_mode) & 0o077:
                folder.chmod(0o700)


_here: Place | None = None


def configure(folder: Path, idle: float = IDLE_SECONDS, engines: tuple[tuple[str, str], ...] = ()) -> Place:
    """Say where the host of this process listens. Returns the place."""
    global _here
    _here = replace(Place(folder.absolute()), idle=idle, engines=engines)
    return _here


def here() -> Place:
    """The place that was configured, or the data folder's when nobody did, as in a plain script."""
    if _here is not None:
        return _here
    data = os.environ.get("STUDYAPP_DATA_DIR") or str(ROOT / "data")
    return configure(Path(data) / "drills")
