"""Answer a card, show the next one."""

from datetime import UTC

import fsrs
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from benchmarks.floor.models import Card, Review

scheduler = fsrs.Scheduler(enable_fuzzing=False)


@login_required
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    now = timezone.now().astimezone(UTC)
    rating = int(request.POST["rating"])
    with transaction.atomic():
        card = get_object_or_404(Card.objects.select_for_update(), pk=request.POST["card"], user=request.user)
        if card.seq == int(request.POST["seq"]):
            before = fsrs.Card(
                card_id=card.pk,
                state=fsrs.State(card.state),
                step=card.step,
                stability=card.stability,
                difficulty=card.difficulty,
                due=card.due,
                last_review=card.last_review,
            )
            after, _ = scheduler.review_card(before, fsrs.Rating(rating), now)
            Review.objects.create(
                card=card, rating=rating, at=now,
                stability=after.stability, difficulty=after.difficulty, due=after.due,
            )  # fmt: skip
            card.state, card.step = int(after.state), after.step
            card.stability, card.difficulty = after.stability, after.difficulty
            card.due, card.last_review, card.seq = after.due, now, card.seq + 1
            card.save()
    due = Card.objects.filter(user=request.user, due__lte=now)
    following = due.order_by("due").first()
    return render(request, "floor/card.html", {"card": following, "left": due.count()})
