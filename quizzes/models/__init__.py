from quizzes.models.cards import Card
from quizzes.models.classes import Class
from quizzes.models.digests import Digest
from quizzes.models.drill_attempts import DrillAttempt
from quizzes.models.enrolments import Enrolment
from quizzes.models.plans import PlanItem, StudyDay
from quizzes.models.questions import Question, QuestionVersion
from quizzes.models.review_log import ReviewLog

__all__ = [
    "Card", "Class", "Digest", "DrillAttempt", "Enrolment", "PlanItem", "Question", "QuestionVersion", "ReviewLog",
    "StudyDay",
]  # fmt: skip
