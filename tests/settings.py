"""Settings of the tests: the product's own, in a data folder that is thrown away.

Must run before studyapp.settings reads the environment, which is why it is a settings module and not a
fixture: pytest-django loads settings before any conftest.py.  DATABASE_URL and REDIS_URL are left as they
are, so that `python -m tests.servers -- pytest …` decides which servers the tests meet.
"""

import atexit
import os
import shutil
import tempfile

if "STUDYAPP_TEST_DATA_DIR" not in os.environ:
    # Inherited by xdist workers and by processes that tests start; only the maker removes it.
    _folder = tempfile.mkdtemp(prefix="studyapp-tests-")
    os.environ["STUDYAPP_TEST_DATA_DIR"] = _folder
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["STUDYAPP_DATA_DIR"] = os.path.join(os.environ["STUDYAPP_TEST_DATA_DIR"], _worker)  # noqa: PTH118

from studyapp.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # real hashers are slow on purpose
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
