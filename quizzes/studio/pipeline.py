"""The seam to the composition root, which alone may join content and quizzes in one transaction.

`settings.PIPELINE` names the module (`studyapp.pipeline`); quizzes never imports it by name.
"""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from accounts.models import User
from content.models import Conflict, IngestionRun, Publication, Source


class Effect(Protocol):
    """What taking a publication back does, in numbers."""

    topics_gone: int
    topics_back: int
    facts_gone: int
    facts_back: int
    questions_gone: int
    questions_back: int
    questions_changed: int
    learners: int


class Pipeline(Protocol):
    """What the Studio needs of `settings.PIPELINE`."""

    NotReady: type[Exception]
    CannotRevert: type[Exception]

    def publish(self, run: IngestionRun, by: User | None, at: datetime) -> Publication:
        """Publish what the run's preview showed, all or nothing; the same publication when it already was.

        The latest one of the certification when there was nothing new to publish. Raises NotReady when the run is
        not a preview.
        """

    def can_revert(self, publication: Publication) -> str:
        """ "" when it can be taken back (a revert: brought back), else the reason as a sentence."""

    def effect_of(self, publication: Publication) -> Effect:
        """What `revert` would do."""

    def revert(self, publication: Publication, by: User | None, at: datetime) -> Publication:
        """Take it back as a publication of its own. Raises CannotRevert; a second call returns the first."""

    def retire_source(self, source: Source, by: User | None, at: datetime) -> Publication | None:
        """Take a source out, with everything that no other source tells; None when it was retired already."""

    def settle_conflict(self, conflict: Conflict, chosen: str, by: User, at: datetime) -> bool:
        """Decide a published disagreement: a, b, both, or "" to take the decision back. False when it is over."""


def pipeline() -> Pipeline:
    return cast(Pipeline, import_module(settings.PIPELINE))
