"""The writer of enrolments, classes and who is in them.

An enrolment is never deleted: leaving hides it, coming back finds cards and history as they were. Invites are
counted in `accounts.inviting`; what an invite opens, besides an account, is decided here.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from accounts import inviting, people
from accounts.models import Invite, User
from accounts.signals import signed_up_with_invite, study_clock_changed
from content.models import Certification
from quizzes.models import Class, Enrolment, PlannedBreak

MOST_DAYS_OFF = 6  # of a week


class NotOpen(Exception):
    """This certification takes nobody without an invite."""


class NoDayLeft(ValueError):
    """A week needs a day to study on."""


def may_enrol(user: User, certification: Certification) -> bool:
    """Open to all, taught by this person, or left earlier while still a member of one of its classes."""
    if (
        certification.open_to_all
        or Certification.objects.taught_by(user).filter(pk=certification.pk).exists()
    ):
        return True
    return Enrolment.objects.filter(
        user=user, certification=certification, study_class__isnull=False
    ).exists()


def enrol(user: User, certification: Certification, at: datetime) -> Enrolment:
    """The active enrolment of this person, made or taken up again. Raises NotOpen."""
    if not may_enrol(user, certification):
        raise NotOpen(certification.title)
    return _active(user, certification, at)


def leave(enrolment: Enrolment) -> None:
    """Stop studying. Cards, history and class stay for the day they come back."""
    Enrolment.objects.filter(pk=enrolment.pk).update(active=False)
    enrolment.active = False


def set_goals(enrolment: Enrolment, exam_date: date | None, minutes_a_day: int) -> None:
    """The exam date and the minutes a day; the planning sweep looks at the enrolment again."""
    Enrolment.objects.filter(pk=enrolment.pk).update(
        exam_date=exam_date, minutes_a_day=minutes_a_day, next_plan_at=None
    )
    enrolment.exam_date, enrolment.minutes_a_day, enrolment.next_plan_at = exam_date, minutes_a_day, None


def set_days_off(enrolment: Enrolment, weekdays: Iterable[int]) -> None:
    """Weekdays without study, Monday is 0. Raises NoDayLeft where nothing of the week would be left."""
    chosen = sorted(set(weekdays))
    if any(not 0 <= weekday <= 6 for weekday in chosen) or len(chosen) > MOST_DAYS_OFF:
        raise NoDayLeft(chosen)
    Enrolment.objects.filter(pk=enrolment.pk).update(days_off=chosen, next_plan_at=None)
    enrolment.days_off, enrolment.next_plan_at = chosen, None


def add_break(enrolment: Enrolment, first: date, last: date) -> PlannedBreak:
    """Dates without study, both included. The same break is kept once."""
    with transaction.atomic():
        made, _ = PlannedBreak.objects.get_or_create(enrolment=enrolment, first=first, last=last)
        _plan_again(enrolment)
    return made


def cancel_break(enrolment: Enrolment, pk: int) -> bool:
    """False when this learner has no such break."""
    with transaction.atomic():
        gone, _ = PlannedBreak.objects.filter(enrolment=enrolment, pk=pk).delete()
        if gone:
            _plan_again(enrolment)
    return bool(gone)


def make_class(
    certification: Certification, name: str, by: User | None, at: datetime, exam_date: date | None = None
) -> Class:
    """A class; whoever makes it teaches it."""
    with transaction.atomic():
        group = Class.objects.create(
            certification=certification, name=name, exam_date=exam_date, created_at=at
        )
        if by is not None:
            group.instructors.add(by)
    return group


def change_class(group: Class, name: str, exam_date: date | None) -> None:
    """Rename it or move its exam date. Members get a changed date, unless they have set another one themselves."""
    with transaction.atomic():
        if exam_date is not None and exam_date != group.exam_date:
            follows = Q(exam_date=None) | Q(exam_date=group.exam_date)
            group.enrolments.filter(follows).update(exam_date=exam_date, next_plan_at=None)
        Class.objects.filter(pk=group.pk).update(name=name, exam_date=exam_date)
    group.name, group.exam_date = name, exam_date


def make_link(group: Class, by: User, at: datetime, most_uses: int, expires_at: datetime | None) -> str:
    """Token of a new invite into the class. The link before it stops working."""
    with transaction.atomic():
        locked = Class.objects.select_for_update(of=("self",)).select_related("invite").get(pk=group.pk)
        if locked.invite is not None:
            inviting.withdraw(locked.invite)
        invite, token = Invite.make(at, created_by=by, most_uses=most_uses, expires_at=expires_at)
        Class.objects.filter(pk=group.pk).update(invite=invite)
    group.invite = invite
    return token


def withdraw_link(group: Class) -> None:
    if group.invite is not None:
        inviting.withdraw(group.invite)


def join_class(group: Class, user: User, at: datetime) -> bool:
    """Put a learner into the class and its certification. False when they were a member already."""
    with transaction.atomic():
        enrolment = _active(user, group.certification, at)
        joining: dict[str, Any] = {"study_class": group, "next_plan_at": None}
        if group.exam_date is not None:
            joining["exam_date"] = group.exam_date
        joined = bool(Enrolment.objects.filter(~Q(study_class=group), pk=enrolment.pk).update(**joining))
        if joined and group.fit_id is not None:
            # Who begins is forecast as those were who learned here before.
            beginner = Enrolment.objects.filter(pk=enrolment.pk, fit=None)
            beginner.update(fit=group.fit_id, parameters=group.parameters)
        return joined


def add_instructor(group: Class, instructor: User) -> None:
    group.instructors.add(instructor)


def remove_member(enrolment: Enrolment) -> None:
    """Out of the class; out of the certification as well where only invites open it. History stays."""
    stays = enrolment.certification.open_to_all
    Enrolment.objects.filter(pk=enrolment.pk).update(study_class=None, active=stays)
    enrolment.study_class, enrolment.active = None, stays


def accept(invite: Invite, user: User, at: datetime) -> bool:
    """What the invite opens for somebody who has an account. False when it opens nothing they do not have.

    One use is taken when something changes, however often the button is pressed. Raises InviteSpent.
    """
    with transaction.atomic():
        # Whoever presses twice waits here for themselves.
        locked = Invite.objects.select_for_update().get(pk=invite.pk)
        user.refresh_from_db(fields=["role", "is_staff"])
        changed = _open(locked, user, at)
        if changed:
            inviting.take(locked, at)
    return changed


def classes_of(invite: Invite) -> list[Class]:
    return list(Class.objects.filter(invite=invite).select_related("certification"))


def is_member(user: User, groups: list[Class]) -> bool:
    """Whether this person studies or teaches in every one of these classes."""
    pks = {group.pk for group in groups}
    learns = Enrolment.objects.filter(user=user, active=True, study_class__in=pks).values_list(
        "study_class", flat=True
    )
    teaches = user.taught_classes.filter(pk__in=pks).values_list("pk", flat=True)
    return pks <= {*learns, *teaches}


@receiver(signed_up_with_invite)
def _opened_by_signing_up(sender: object, invite: Invite, user: User, at: datetime, **_: object) -> None:
    _open(invite, user, at)


@receiver(study_clock_changed)
def _plan_anew(sender: object, user: User, **_: object) -> None:
    Enrolment.objects.filter(user=user).update(next_plan_at=None)


def _plan_again(enrolment: Enrolment) -> None:
    Enrolment.objects.filter(pk=enrolment.pk).update(next_plan_at=None)
    enrolment.next_plan_at = None


def _open(invite: Invite, user: User, at: datetime) -> bool:
    """Let the person into whatever the invite is for; whether anything changed."""
    groups = classes_of(invite)
    if invite.role != User.Role.INSTRUCTOR:
        joined = [join_class(group, user, at) for group in groups]
        return any(joined)
    changed = not user.is_instructor
    if changed:
        people.make_instructor(user)
    for group in groups:
        if not group.instructors.filter(pk=user.pk).exists():
            group.instructors.add(user)
            changed = True
    return changed


def _active(user: User, certification: Certification, at: datetime) -> Enrolment:
    enrolment, _ = Enrolment.objects.get_or_create(
        user=user, certification=certification, defaults={"created_at": at}
    )
    if Enrolment.objects.filter(pk=enrolment.pk, active=False).update(active=True, next_plan_at=None):
        enrolment.active, enrolment.next_plan_at = True, None
    return enrolment
