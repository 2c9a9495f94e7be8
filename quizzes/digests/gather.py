"""Reads what the weekly reviews of a batch of people say. As many queries for a hundred people as for one.

digest rows → people, enrolments → cards and answers streamed by → Review, or the reason why there is none
"""

from __future__ import annotations

import html
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.html import strip_tags
from django.utils.text import Truncator

from accounts.models import Profile
from quizzes import drill_schedules, question_types, stats
from quizzes.digests import timing
from quizzes.digests.review import DayAhead, Part, Review, Teaser, WeakTopic, Week
from quizzes.models import Digest, Enrolment, Question, ReadinessForecast
from quizzes.readiness.shapes import says_nothing, times_in_100
from quizzes.scheduler import day
from quizzes.stats import Activity, RecallTally, TopicMastery, TopicOfQuestions

DAYS_AHEAD = 7
WEAKEST = 3
ENOUGH_SEEN = 3  # below this many seen questions a topic's recall says little
TOO_SOON = timedelta(days=4)  # after a mail, when somebody has just changed the weekday
MOST_PARTS = 4
FORECAST_HOLDS = timedelta(days=6)  # an older one says nothing about today


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why somebody gets no mail this week."""

    reason: str


OFF = Nothing("The weekly digest is switched off.")
NOT_ENROLLED = Nothing("Not enrolled in any certification.")
QUIET = Nothing("Nothing is due in the coming week, and nothing was studied in the last two.")
LEFT_OUT = Nothing("Away for more than four weeks: written to once a month, and no more after four months.")
SOON = Nothing("The last one came less than four days before.")


@dataclass(slots=True)
class _Learning:
    """What streams by for one enrolment."""

    enrolment: Enrolment
    tally: RecallTally
    dates: list[date]
    ends: list[datetime]
    decay: float
    due: list[int] = field(default_factory=lambda: [0] * (DAYS_AHEAD + 1))
    due_now: int = 0
    last_review: datetime | None = None
    weakest_question: tuple[float, int] = (2.0, 0)  # probability of recall, question id
    answers: list[tuple[datetime, int, int | None, int]] = field(default_factory=list)
    passing: str = ""
    drills: int = 0

    @classmethod
    def begun(cls, enrolment: Enrolment, at: datetime) -> _Learning:
        dates, ends = stats.study_days_ahead(enrolment.user.profile, at, DAYS_AHEAD)
        return cls(enrolment, RecallTally(at), dates, ends, stats.decay_of(enrolment))


def reviews(digests: Sequence[Digest], at: datetime) -> dict[int, Review | Nothing]:
    """What to say, by digest id. `digests` come with `user__profile`."""
    people = {digest.user_id: digest.user.profile for digest in digests}
    learning = _streamed(people, at)
    topics = stats.topics_with_questions({one.enrolment.certification_id for one in learning})
    teasers = _teasers(one.weakest_question[1] for one in learning)
    of_person: dict[int, list[_Learning]] = defaultdict(list)
    for one in learning:
        of_person[one.enrolment.user_id].append(one)
    recent = _written_to_lately(digests)
    return {
        digest.pk: _review(digest, of_person[digest.user_id], topics, teasers, digest.user_id in recent, at)
        for digest in digests
    }


def _streamed(people: dict[int, Profile], at: datetime) -> list[_Learning]:
    enrolments = Enrolment.objects.filter(user__in=people, active=True).select_related(
        "certification", "user__profile"
    )
    learning = {one.pk: _Learning.begun(one, at) for one in enrolments.order_by("pk")}
    _stream_cards(learning, at)
    _stream_answers(learning, at)
    _read_forecasts(learning)
    _count_drills(learning)
    return list(learning.values())


def _stream_cards(learning: dict[int, _Learning], at: datetime) -> None:
    rows = stats.seen_cards(learning).values_list(
        "enrolment_id", "topic_id", "question_id", "stability", "last_review", "due"
    )
    for enrolment, topic, question, stability, last_review, due in rows.iterator(chunk_size=5000):
        one = learning[enrolment]
        recall = one.tally.add(topic, stability, last_review, one.decay)
        if due is not None:
            one.due[bisect_right(one.ends, due)] += 1
            one.due_now += due <= at
        one.weakest_question = min(one.weakest_question, (recall, question))
        if last_review and (one.last_review is None or last_review > one.last_review):
            one.last_review = last_review


def _stream_answers(learning: dict[int, _Learning], at: datetime) -> None:
    """The last fourteen study days; a margin covers every zone and rollover hour."""
    rows = stats.answers_kept(learning, at - timedelta(days=15), at).values_list(
        "enrolment_id", "at", "kind", "rating", "milliseconds"
    )
    for enrolment, when, kind, rating, milliseconds in rows.iterator(chunk_size=5000):
        learning[enrolment].answers.append((when, kind, rating, milliseconds))


def _read_forecasts(learning: dict[int, _Learning]) -> None:
    """The latest forecast that is kept of each, where it is of the last days and about the exam that is set."""
    if not learning:
        return
    earliest = min(one.dates[0] for one in learning.values()) - FORECAST_HOLDS
    rows = ReadinessForecast.objects.filter(enrolment__in=list(learning), date__gte=earliest)
    for row in rows.order_by("date").defer("detail"):
        one = learning[row.enrolment_id]
        exam, today = one.enrolment.exam_date, one.dates[0]
        if row.exam_date == (exam if exam and exam >= today else None) and row.date <= today:
            one.passing = "" if says_nothing(row.low, row.high) else times_in_100(row.low, row.high)


def _count_drills(learning: dict[int, _Learning]) -> None:
    """Drills that come back within the days ahead."""
    if not learning:
        return
    latest = max(one.ends[-1] for one in learning.values())
    returns = drill_schedules.returning(learning, latest).values_list("enrolment_id", "due")
    for enrolment, due in returns.iterator(chunk_size=5000):
        if due is not None and due < learning[enrolment].ends[-1]:
            learning[enrolment].drills += 1


def _written_to_lately(digests: Sequence[Digest]) -> set[int]:
    """People whose last mail went out less than a few days before this one was due."""
    if not digests:
        return set()
    due = {digest.user_id: digest.due_at for digest in digests}
    sent = Digest.objects.filter(
        user__in=due, state=Digest.State.SENT, due_at__gt=min(due.values()) - TOO_SOON
    ).values_list("user_id", "due_at")
    return {user for user, before in sent if timedelta(0) < due[user] - before < TOO_SOON}


def _review(
    digest: Digest,
    learning: Sequence[_Learning],
    topics: dict[int, list[TopicOfQuestions]],
    teasers: dict[int, Teaser],
    soon: bool,
    at: datetime,
) -> Review | Nothing:
    user, profile = digest.user, digest.user.profile
    if not (user.is_active and profile.digest_on):
        return OFF
    if not learning:
        return NOT_ENROLLED
    if soon:
        return SOON
    parts = [_part(one, topics, teasers, profile, at) for one in learning]
    parts = [part for part in parts if part.says_something]
    if not parts:
        return QUIET
    seen = [user.date_joined, user.last_login, *(one.last_review for one in learning)]
    if timing.left_out(max(filter(None, seen)), digest.due_at):
        return LEFT_OUT
    parts.sort(key=lambda part: (part.exam_days is None, part.exam_days, -part.due_today, part.title))
    return Review(digest.week, learning[0].dates[0], parts[:MOST_PARTS])


def _part(
    one: _Learning,
    topics: dict[int, list[TopicOfQuestions]],
    teasers: dict[int, Teaser],
    profile: Profile,
    at: datetime,
) -> Part:
    certification, today = one.enrolment.certification, one.dates[0]
    masteries = one.tally.masteries(topics[certification.pk])
    exam = one.enrolment.exam_date
    last, before = _weeks(one, profile, at)
    return Part(
        slug=certification.slug,
        title=certification.title,
        due_now=one.due_now,
        days=_days_ahead(one),
        last=last,
        before=before,
        exam_days=(exam - today).days if exam and exam >= today else None,
        weak=_weakest(masteries),
        question=teasers.get(one.weakest_question[1]),
        passing=one.passing if one.last_review is not None else "",
        drills=one.drills,
    )


def _days_ahead(one: _Learning) -> list[DayAhead]:
    busiest = max(*one.due[:DAYS_AHEAD], 1)
    return [
        DayAhead(on, cards, round(100 * cards / busiest))
        for on, cards in zip(one.dates, one.due, strict=False)
    ]


def _weeks(one: _Learning, profile: Profile, at: datetime) -> tuple[Week, Week]:
    """The seven study days up to now, and the seven before them."""
    today = one.dates[0]
    middle, start = (
        day.start_of(today - timedelta(days=back), profile.zone, profile.rollover_hour) for back in (6, 13)
    )
    last = [answer for answer in one.answers if middle <= answer[0]]
    before = [answer for answer in one.answers if start <= answer[0] < middle]
    return _week(stats.summed(last, profile)), _week(stats.summed(before, profile))


def _week(activity: Activity) -> Week:
    rate = activity.recall_rate
    percent = None if rate is None else round(100 * rate)
    return Week(activity.answers, percent, activity.minutes, activity.study_days)


def _weakest(masteries: Iterable[TopicMastery]) -> list[WeakTopic]:
    """Where least would be recalled now, of the topics that were begun; well-tried ones first."""
    begun = [
        (topic.seen < ENOUGH_SEEN, topic.recall, topic) for topic in masteries if topic.recall is not None
    ]
    begun.sort(key=lambda entry: entry[:2])
    return [
        WeakTopic(topic.slug, topic.title, round(100 * recall), topic.seen, topic.questions)
        for _, recall, topic in begun[:WEAKEST]
    ]


def _teasers(questions: Iterable[int]) -> dict[int, Teaser]:
    """By question id, as plain text. Presented as in a session, so nothing gives the answer away."""
    rows = (
        Question.objects.ready()
        .filter(pk__in=[pk for pk in questions if pk], current__isnull=False)
        .values_list("pk", "kind", "topic__title", "current__html", "current__payload")
    )
    found = {}
    for question, kind, topic, markup, payload in rows:
        shown = question_types.get(kind).present(markup, payload, seed=f"digest {question}")
        options = [_plain(option.html, 160) for option in shown.options]
        found[question] = Teaser(_plain(shown.stem, 320), topic, options)
    return found


def _plain(markup: str, most: int) -> str:
    text = " ".join(html.unescape(strip_tags(markup)).split())
    return Truncator(text).chars(most)
