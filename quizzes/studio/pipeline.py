"""The seam to the composition root, which alone may join content and quizzes in one transaction.

`settings.PIPELINE` names the module (`studyapp.pipeline`); quizzes never imports it by name.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from accounts.models import User
from content.models import IngestionRun, Publication


class Pipeline(Protocol):
    """What the Studio needs of `settings.PIPELINE`."""

    NotReady: type[Exception]

    def publish(self, run: IngestionRun, by: User | None, at: datetime) -> Publication:
        """Publish what the run's preview showed, all or nothing; the same publication when it already was.

        The latest one of the certification when there was nothing new to publish. Raises NotReady when the run is
        not a preview.
        """


def pipeline() -> Pipeline:
    return cast(Pipeline, import_module(settings.PIPELINE))
