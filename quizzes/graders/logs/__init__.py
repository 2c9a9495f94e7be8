"""`logs`: filter patterns of CloudWatch Logs and queries of Logs Insights, over given log events.

    filters (json_filters, columns, conditions), insights (insights_syntax, _values, _stats), regexes → grader, mutating

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from quizzes.graders.logs.grader import Logs as Logs
