"""`events`: EventBridge event patterns, graded by which events they match.

    values → pattern (operators → matchers: texts, addresses) → flatten → matching → grader, and cases for comparing

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
"""

from quizzes.graders.events.grader import Events as Events
