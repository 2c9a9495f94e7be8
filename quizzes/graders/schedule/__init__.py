"""`schedule`: rate, cron and at expressions of EventBridge, graded by when they fire.

    cron, expressions (when) → grader, mutating

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
"""

from quizzes.graders.schedule.grader import Schedules as Schedules
