"""Collect static files when they changed since the last time, and only then."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect_when_changed() -> bool:
    """True when they were collected now. A stamp in the data folder names what was collected."""
    stamp = settings.DATA_DIR / "static.stamp"
    now = _fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == now and settings.STATIC_ROOT.is_dir():
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=True, skip_checks=True)
    stamp.write_text(now, encoding="utf-8")
    return True


def _fingerprint() -> str:
    """Names, sizes and times of every file that would be collected."""
    digest = hashlib.sha256(str(settings.STORAGES).encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path}\0{status.st_size}:{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()
