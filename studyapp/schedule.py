"""What runs when. Each entry names a Celery task; beat writes one job row per entry and period.

Every task is idempotent, so a period that is run late, twice or not at all does no harm beyond the delay.
"""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

SCHEDULE: dict[str, dict[str, Any]] = {
    # Study days begin at each learner's own rollover hour; zones with half and quarter hours need the short step.
    "plan-study-days": {"task": "quizzes.tasks.plan_study_days", "schedule": crontab(minute="*/5")},
    # Half an hour before a learner's rollover, so that the day is planned with what was learned.
    "refit-learners": {"task": "quizzes.tasks.refit_learners", "schedule": crontab(minute="*/5")},
    # After a study day was planned: how likely a pass is.
    "forecast-readiness": {"task": "quizzes.tasks.forecast_readiness", "schedule": crontab(minute="*/5")},
    "follow-answers": {"task": "quizzes.tasks.follow_answers", "schedule": crontab(minute="*/5")},
    # Once a night (UTC), over all answers.
    "calibrate": {"task": "quizzes.tasks.calibrate", "schedule": crontab(minute=40, hour=1)},
    "fit-classes": {"task": "quizzes.tasks.fit_classes", "schedule": crontab(minute=40, hour=2)},
    # Digests go out at each learner's own weekday and hour.
    "send-digests": {"task": "quizzes.tasks.send_digests", "schedule": crontab(minute="*/5")},
    # Ended jobs, spent sessions, old uploads.
    "clean-up": {"task": "studyapp.tasks.clean_up", "schedule": crontab(minute=20, hour=3)},
}
