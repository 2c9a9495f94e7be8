"""How hard questions are, how able a learner is, and how likely a pass: pure numpy, no Django.

    answers → elo (at each answer) · rasch (nightly) → difficulties, population → ability → readiness

One formula runs through all of it (`response`): an answer is right with probability
`floor + (1 - floor) · logistic(ability - difficulty)`, where the floor is luck and what is remembered of the
question itself. See docs/adr/0018-readiness-is-a-forecast-with-an-interval.md.
"""
