"""`asl`: state machines in Amazon States Language, run in virtual time with scripted tasks.

    machine (choice, retrying: what is wrong) → run (data: paths, intrinsics, functions; script; timeline) → expecting

https://docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html
"""

from quizzes.graders.asl.grader import StateMachines as StateMachines
