"""`cli`: command lines of the AWS CLI, read into the request that they would send. Nothing is ever run.

    words (quoting of a shell) → model (what commands take) → reading (options; values; shorthand) → grader

https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters.html
"""

from quizzes.graders.cli.grader import Commands as Commands
