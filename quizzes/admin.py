"""Questions, classes and learning in the stock admin. Schedules, plans and the review log are shown, never edited."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from content.admin import ReadOnlyAdmin, ReadOnlyInline, TaughtAdmin
from quizzes import enrolling
from quizzes.models import (
    AngoffRating,
    Card,
    Class,
    Digest,
    DrillAttempt,
    DrillSchedule,
    Enrolment,
    ItemCalibration,
    LearnerAbility,
    ParameterFit,
    PlanItem,
    PlannedBreak,
    Question,
    QuestionVersion,
    ReadinessForecast,
    ReviewLog,
    StudyDay,
)


class CalibrationInline(ReadOnlyInline):
    model = ItemCalibration
    fields = ("difficulty", "standard_error", "answers", "provisional", "elo", "elo_answers", "fitted_at")


class AngoffInline(ReadOnlyInline):
    model = AngoffRating
    fields = ("instructor", "probability", "at")


class VersionInline(ReadOnlyInline):
    model = QuestionVersion
    fk_name = "question"
    fields = ("number", "stem", "payload", "rationale", "reference", "created_at")


@admin.register(Question)
class QuestionAdmin(TaughtAdmin):
    """What it says comes of the notes; whether it is asked can be decided here."""

    list_display = ("stem", "kind", "state", "origin", "pattern", "topic", "stale")
    list_filter = ("certification", "kind", "state", "origin", "stale", "pattern")
    list_select_related = ("topic", "current")
    search_fields = ("current__stem", "topic__title", "anchor")
    fields = (
        *("certification", "topic", "kind", "state", "stale", "origin", "pattern"),
        *("fact", "source", "line_from", "line_to", "anchor", "uid"),
    )
    readonly_fields = tuple(name for name in fields if name not in {"state", "stale"})
    inlines = (VersionInline, CalibrationInline, AngoffInline)

    @admin.display(ordering="current__stem")
    def stem(self, question: Question) -> str:
        return str(question.current) if question.current is not None else str(question)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # questions come of notes

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # they are retired: cards and history hang on them


@admin.register(Class)
class ClassAdmin(TaughtAdmin):
    list_display = ("name", "certification", "exam_date", "created_at")
    list_filter = ("certification",)
    list_select_related = ("certification",)
    search_fields = ("name", "certification__title")
    fields = ("name", "certification", "exam_date", "instructors", "invite", "created_at")
    filter_horizontal = ("instructors",)
    readonly_fields = ("certification", "invite", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # classes are made on their own page

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if getattr(request.user, "is_superuser", False):
            return self.readonly_fields
        return (*self.readonly_fields, "instructors")

    def save_model(self, request: HttpRequest, obj: Class, form: Any, change: bool) -> None:
        """Members follow a changed exam date, as on the page of the class."""
        before = Class.objects.get(pk=obj.pk)
        enrolling.change_class(before, form.cleaned_data["name"], form.cleaned_data["exam_date"])


class BreakInline(ReadOnlyInline):
    model = PlannedBreak
    fields = ("first", "last")


class FitInline(ReadOnlyInline):
    """Every attempt to fit this learner's memory, adopted or not."""

    model = ParameterFit
    fields = ("at", "reviews", "adopted", "loss_before", "loss_after", "reason")


class AbilityInline(ReadOnlyInline):
    model = LearnerAbility
    fields = ("domain", "ability", "standard_error", "answers", "elo", "elo_answers", "fitted_at")


class ForecastInline(ReadOnlyInline):
    model = ReadinessForecast
    fields = ("date", "exam_date", "probability", "low", "high", "scaled", "provisional")


@admin.register(Enrolment)
class EnrolmentAdmin(TaughtAdmin):
    list_display = ("user", "certification", "study_class", "exam_date", "minutes_a_day", "active")
    list_filter = ("certification", "study_class", "active")
    list_select_related = ("user", "certification", "study_class")
    search_fields = ("user__email", "user__name")
    date_hierarchy = "exam_date"
    fields = (
        *(
            "user",
            "certification",
            "study_class",
            "exam_date",
            "minutes_a_day",
            "desired_retention",
            "active",
        ),
        *("days_off", "fit", "next_fit_at", "created_at", "next_plan_at"),
    )
    readonly_fields = (
        *("user", "certification", "study_class", "active", "created_at", "next_plan_at"),
        *("days_off", "fit", "next_fit_at"),
    )
    inlines = (BreakInline, FitInline, AbilityInline, ForecastInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # left, never deleted

    def save_model(self, request: HttpRequest, obj: Enrolment, form: Any, change: bool) -> None:
        """Only what was changed is written, and the day is planned anew."""
        changed = {name: form.cleaned_data[name] for name in form.changed_data}
        if changed:
            Enrolment.objects.filter(pk=obj.pk).update(**changed, next_plan_at=None)


@admin.register(Card)
class CardAdmin(ReadOnlyAdmin):
    to_certification = "enrolment__certification"
    list_display = (
        "id",
        "enrolment",
        "topic",
        "state",
        "due",
        "stability",
        "difficulty",
        "reps",
        "lapses",
        "seq",
    )
    list_filter = ("state", "suspended", "enrolment__certification")
    list_select_related = ("enrolment__user", "enrolment__certification", "topic")
    search_fields = ("enrolment__user__email", "topic__title")
    show_full_result_count = False


@admin.register(ReviewLog)
class ReviewLogAdmin(ReadOnlyAdmin):
    to_certification = "enrolment__certification"
    list_display = ("at", "enrolment", "card", "seq", "kind", "rating", "correct", "milliseconds", "due")
    list_filter = ("kind", "rating", "enrolment__certification")
    list_select_related = ("enrolment__user", "enrolment__certification", "card")
    search_fields = ("enrolment__user__email",)
    ordering = ("-id",)
    show_full_result_count = False


class PlanItemInline(ReadOnlyInline):
    model = PlanItem
    fields = ("position", "card", "seq", "why", "gain_per_second", "expected_seconds", "because")


@admin.register(StudyDay)
class StudyDayAdmin(ReadOnlyAdmin):
    to_certification = "enrolment__certification"
    list_display = (
        *("date", "enrolment", "mode", "days_left", "built_at"),
        *("expected_seconds", "budget_seconds", "price"),
    )
    list_filter = ("mode", "enrolment__certification")
    list_select_related = ("enrolment__user", "enrolment__certification")
    search_fields = ("enrolment__user__email",)
    date_hierarchy = "date"
    inlines = (PlanItemInline,)


@admin.register(DrillAttempt)
class DrillAttemptAdmin(ReadOnlyAdmin):
    to_certification = "enrolment__certification"
    list_display = (
        *("started_at", "enrolment", "question_version", "steps_answered", "score", "finished_at"),
        *("seconds", "hints_used"),
    )
    list_filter = ("enrolment__certification",)
    list_select_related = ("enrolment__user", "enrolment__certification", "question_version")
    search_fields = ("enrolment__user__email",)
    date_hierarchy = "started_at"


@admin.register(DrillSchedule)
class DrillScheduleAdmin(ReadOnlyAdmin):
    to_certification = "enrolment__certification"
    list_display = ("due", "enrolment", "question", "stability", "tries", "lapses", "last_at")
    list_filter = ("enrolment__certification",)
    list_select_related = ("enrolment__user", "enrolment__certification", "question")
    search_fields = ("enrolment__user__email",)
    date_hierarchy = "due"


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    """Mail is between the house and its reader: for administrators only."""

    to_certification = "user__enrolments__certification"
    list_display = ("week", "user", "kind", "state", "due_at", "ended_at", "attempts", "subject")
    list_filter = ("state", "kind")
    list_select_related = ("user",)
    search_fields = ("user__email", "week", "message_id")
    date_hierarchy = "due_at"
    exclude = ("content",)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(getattr(request.user, "is_superuser", False))
