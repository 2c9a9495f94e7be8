"""`cfn`: CloudFormation templates, resolved, ordered, updated and deleted on paper.

    template (read; shape) → settings (parameters) → resolving (functions) → building (a stack, waves) →
    updating (what changes, with replacing and policies) → expecting → grader

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-guide.html
"""

from quizzes.graders.cfn.grader import Templates as Templates
