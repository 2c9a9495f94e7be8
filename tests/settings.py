"""Settings of the tests: the product's own, in a data folder that is thrown away.

A settings module and not a fixture, because pytest-django loads settings before any conftest.py. Everything that
the shell or `.env` may say is silenced first, so that no test meets a real database, broker or mail server; the
addresses that `python -m tests.servers -- pytest …` fills are kept.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_SILENCED = [
    *("STUDYAPP_URL", "STUDYAPP_DEBUG", "STUDYAPP_DEMO", "STUDYAPP_SIGNUP", "STUDYAPP_BEHIND_PROXY"),
    *("STUDYAPP_ALLOWED_HOSTS", "STUDYAPP_SECRET_KEY", "STUDYAPP_MAIL_FROM", "STUDYAPP_LOG_LEVEL"),
    *("STUDYAPP_UPLOAD_LIMIT_MB", "EMAIL_URL", "PORT"),
]
if os.environ.get("STUDYAPP_TEST_SERVERS") != "1":
    _SILENCED += ["DATABASE_URL", "REDIS_URL"]
for _key in _SILENCED:
    os.environ[_key] = ""  # empty means the default, and .env does not replace what is set

if "STUDYAPP_TEST_DATA_DIR" not in os.environ:
    # Inherited by the workers of xdist and by processes that tests start; only the maker removes it.
    _folder = tempfile.mkdtemp(prefix="studyapp-tests-")
    os.environ["STUDYAPP_TEST_DATA_DIR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["STUDYAPP_DATA_DIR"] = str(Path(os.environ["STUDYAPP_TEST_DATA_DIR"]) / _worker)
if os.environ.get("REDIS_URL") and _worker.startswith(
    "gw"
):  # each worker its own Redis database, 0 is nobody's
    _address = os.environ["REDIS_URL"].rpartition("/")[0]
    os.environ["REDIS_URL"] = f"{_address}/{int(_worker.removeprefix('gw')) + 1}"

# studyapp/__init__ reads settings while it is imported, and must not meet this half-read module.
os.environ["DJANGO_SETTINGS_MODULE"] = "studyapp.settings"
from studyapp.settings import *  # noqa: F403

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # real hashers are slow on purpose
Path(STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # noqa: F405  (whitenoise warns when it is not there)
