"""`lab`: a virtual AWS CLI. The learner types commands; they act on a made-up account, and its final state is graded.

    lines (commands of a text) → [in a child] cli.read → calls → moto's state → output → checks → grader

Commands are read by the parser of the grader `cli`; there is no shell, no aws program and no way to a real account.
"""

from quizzes.graders.worker.lab.grader import Lab as Lab
from quizzes.graders.worker.lab.grader import show as show
