from quizzes.models.calibration import AngoffRating, ItemCalibration, LearnerAbility, LogCursor
from quizzes.models.cards import Card
from quizzes.models.classes import Class
from quizzes.models.digests import Digest
from quizzes.models.drill_attempts import DrillAttempt, DrillSchedule
from quizzes.models.enrolments import Enrolment, PlannedBreak
from quizzes.models.fits import ParameterFit
from quizzes.models.plans import PlanItem, StudyDay
from quizzes.models.questions import Question, QuestionVersion
from quizzes.models.readiness import ReadinessForecast
from quizzes.models.review_log import ReviewLog

__all__ = [
    "AngoffRating", "Card", "Class", "Digest", "DrillAttempt", "DrillSchedule", "Enrolment", "ItemCalibration",
    "LearnerAbility", "LogCursor", "ParameterFit", "PlanItem", "PlannedBreak", "Question", "QuestionVersion",
    "ReadinessForecast", "ReviewLog", "StudyDay",
]  # fmt: skip
