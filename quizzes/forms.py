"""Forms around enrolments and classes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from accounts.models import User
from content.models import Certification
from quizzes.enrolling import MOST_DAYS_OFF
from quizzes.models import Class, Enrolment

MOST_YEARS_AHEAD = 5


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": "short"}, format="%Y-%m-%d")


class DaysOffForm(forms.Form):
    """Weekdays on which nothing is asked."""

    days_off = forms.TypedMultipleChoiceField(
        label="Days off",
        required=False,
        coerce=int,
        choices=list(
            enumerate(("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"))
        ),
        widget=forms.CheckboxSelectMultiple(),
        help_text="Nothing is asked on these days, and the plan goes around them.",
        error_messages={"invalid_choice": "Choose days of the week."},
    )

    def clean_days_off(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["days_off"]
        if len(chosen) > MOST_DAYS_OFF:
            raise ValidationError("Leave at least one day of the week for studying.")
        return chosen


class GoalsForm(DaysOffForm):
    """When the exam is, how many minutes a day there are, and on which weekdays none. `today` is the learner's date."""

    field_order = ("exam_date", "minutes_a_day", "days_off")

    exam_date = forms.DateField(
        label="Exam date",
        required=False,
        widget=DateInput(),
        help_text="The schedule aims at this day. Leave it empty while you do not know it.",
        error_messages={"invalid": "Write the exam date as year-month-day, such as 2027-03-31."},
    )
    minutes_a_day = forms.IntegerField(
        label="Minutes a day",
        help_text="New questions are added only as fast as these minutes allow.",
        widget=forms.NumberInput(attrs={"class": "short", "min": 1, "max": 600, "inputmode": "numeric"}),
        error_messages={
            "required": "Say how many minutes a day you have, from 1 to 600.",
            "invalid": "Write the minutes as a whole number from 1 to 600.",
        },
    )

    def __init__(self, data: Any = None, *, enrolment: Enrolment, today: date) -> None:
        initial = {
            "exam_date": enrolment.exam_date,
            "minutes_a_day": enrolment.minutes_a_day,
            "days_off": enrolment.days_off,
        }
        super().__init__(data, initial=initial)
        self.today = today

    def clean_exam_date(self) -> date | None:
        exam: date | None = self.cleaned_data["exam_date"]
        if exam is None or not self.fields["exam_date"].has_changed(self.initial["exam_date"], exam):
            return exam  # an exam that has been taken meanwhile does not stop a change of minutes
        return checked_exam_date(exam, self.today)

    def clean_minutes_a_day(self) -> int:
        minutes: int = self.cleaned_data["minutes_a_day"]
        if not 1 <= minutes <= 600:
            raise ValidationError("Give from 1 to 600 minutes a day.")
        return minutes


class MinutesForm(forms.Form):
    """Minutes a day to try, or to study from now on."""

    minutes = forms.IntegerField(
        label="Minutes a day",
        min_value=1,
        max_value=600,
        error_messages={
            "required": "Say how many minutes a day, from 1 to 600.",
            "invalid": "Write the minutes as a whole number from 1 to 600.",
            "min_value": "Give from 1 to 600 minutes a day.",
            "max_value": "Give from 1 to 600 minutes a day.",
        },
    )


class BreakForm(forms.Form):
    """Dates without study: a journey, a holiday. `today` is the learner's own date."""

    first = forms.DateField(
        label="First day off",
        widget=DateInput(),
        error_messages={
            "required": "Give the first day of the break.",
            "invalid": "Write the first day as year-month-day, such as 2027-03-31.",
        },
    )
    last = forms.DateField(
        label="Last day off",
        widget=DateInput(),
        error_messages={
            "required": "Give the last day of the break; the same day for a single one.",
            "invalid": "Write the last day as year-month-day, such as 2027-03-31.",
        },
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data)
        self.today = today

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first is not None and last is not None:
            if last < first:
                raise ValidationError("The last day comes before the first. Turn them round.")
            if last < self.today:
                raise ValidationError("These days are over. Choose days to come.")
            if last > self.today + timedelta(days=366 * MOST_YEARS_AHEAD):
                raise ValidationError(f"Choose days within the next {MOST_YEARS_AHEAD} years.")
        return cleaned


class ClassForm(forms.Form):
    """A class: which certification, what it is called, when its exam is."""

    certification = forms.ModelChoiceField(
        Certification.objects.none(),
        label="Certification",
        empty_label=None,
        error_messages={"invalid_choice": "Choose one of the certifications you teach."},
    )
    name = forms.CharField(
        label="Name",
        max_length=200,
        help_text="Learners see it, such as Tuesday evening group.",
        error_messages={"required": "Give the class a name."},
    )
    exam_date = forms.DateField(
        label="Exam date",
        required=False,
        widget=DateInput(),
        help_text="Given to everybody who joins. They can set another one for themselves.",
        error_messages={"invalid": "Write the exam date as year-month-day, such as 2027-03-31."},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        today: date,
        taught: QuerySet[Certification] | None = None,
        group: Class | None = None,
    ) -> None:
        initial = {"name": group.name, "exam_date": group.exam_date} if group is not None else {}
        super().__init__(data, initial=initial)
        self.today = today
        if group is not None:
            del self.fields["certification"]
            return
        choice = cast("forms.ModelChoiceField[Certification]", self.fields["certification"])
        choice.queryset = taught

    def clean_exam_date(self) -> date | None:
        exam: date | None = self.cleaned_data["exam_date"]
        if exam is None or not self.fields["exam_date"].has_changed(self.initial.get("exam_date"), exam):
            return exam
        return checked_exam_date(exam, self.today)


class LinkForm(forms.Form):
    """How many may come in by a link, and for how long it works."""

    most_uses = forms.IntegerField(
        label="People who may join",
        initial=30,
        widget=forms.NumberInput(attrs={"class": "short", "min": 1, "max": 1000, "inputmode": "numeric"}),
        error_messages={
            "required": "Say how many people may join, from 1 to 1,000.",
            "invalid": "Write how many people may join as a whole number.",
        },
    )
    days = forms.TypedChoiceField(
        label="The link works for",
        coerce=int,
        initial=30,
        choices=[(7, "a week"), (30, "30 days"), (90, "90 days"), (365, "a year")],
        widget=forms.Select(attrs={"class": "short"}),
    )

    def clean_most_uses(self) -> int:
        most: int = self.cleaned_data["most_uses"]
        if not 1 <= most <= 1000:
            raise ValidationError("Let from 1 to 1,000 people join.")
        return most


class InstructorForm(forms.Form):
    """Another instructor for a class, by the address they sign in with."""

    email = forms.EmailField(
        label="Email address",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="Of somebody who has an instructor account here.",
        error_messages={
            "required": "Give the email address of the instructor.",
            "invalid": "Write a whole email address, such as name@example.org.",
        },
    )

    def clean_email(self) -> User:
        """The instructor who signs in with the address."""
        instructor = User.objects.filter(email=self.cleaned_data["email"].lower(), is_active=True).first()
        if instructor is None or not instructor.is_instructor:
            raise ValidationError(
                "Nobody with an instructor account uses this address. An administrator can invite them as one."
            )
        return instructor


def checked_exam_date(exam: date, today: date) -> date:
    if exam < today:
        raise ValidationError(f"{exam.day} {exam:%B %Y} is over. Choose today or a later day.")
    if exam > today + timedelta(days=366 * MOST_YEARS_AHEAD):
        raise ValidationError(f"Choose a day within the next {MOST_YEARS_AHEAD} years.")
    return exam
