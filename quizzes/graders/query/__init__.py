"""`query`: JMESPath expressions over JSON, as in the CLI's --query.

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-filter.html
"""

from quizzes.graders.query.grader import Queries as Queries
