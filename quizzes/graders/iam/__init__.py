"""`iam`: policies by evaluating requests: identity, resource, SCP, boundary, session, key, trust and stack policies.

    document → parsing (callers, arns, variables → matching, conditions → operators → values) → statements → evaluate
    text → documents → world → evaluate → trace → grader; mistakes → mutate; and cases for comparing

Every rule names the vendor's page it was read from; `pages` lists them.
"""

from quizzes.graders.iam.grader import Iam as Iam
