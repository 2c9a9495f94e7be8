"""Two small drills that workers grade."""

from __future__ import annotations

from typing import Any

GIVEN = """\
Resources:
  Parcels:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: {{wrong}}
"""
LINT: dict[str, Any] = {
    "id": "trial-lint", "title": "A queue", "grader": "lint", "prompt": "Mend {{wrong}}.",
    "draw": {"wrong": {"from": 43_201, "to": 43_209}}, "given": GIVEN, "region": "eu-west-1",
    "checks": [
        {"label": "Bounds", "mended": ["E3034"], "say": "At most 12 hours."},
        {"label": "Clean", "clean": "errors", "say": "No error is left."},
        {"label": "Quiet", "without": ["W2001"], "say": "Every parameter is used.", "hidden": True},
        {"label": "The queue", "keep": ["Resources.Parcels.Type"], "say": "It is still a queue.", "hidden": True},
        {"label": "An hour", "path": "Resources.Parcels.Properties.VisibilityTimeout", "is": 3600, "say": "3,600 s."},
    ],
    "good": [GIVEN.replace("{{wrong}}", "3600")],
    "bad": [{"answer": GIVEN, "fails": "Bounds"},
            {"answer": GIVEN.replace("{{wrong}}", "3600").replace("Visib", "Vizib"), "fails": "Clean"}],
}  # fmt: skip
LAB: dict[str, Any] = {
    "id": "trial-lab", "title": "A queue", "grader": "lab", "prompt": "Make {{name}}.",
    "draw": {"name": ["tea", "milk"]}, "files": {"a.json": '{"VisibilityTimeout": "60"}'},
    "given": ["aws sqs create-queue --queue-name water"],
    "checks": [
        {"label": "Two", "run": "aws sqs list-queues", "query": "length(QueueUrls)", "is": 2, "say": "Water, and {{name}}."},
        {"label": "It is there", "run": "aws sqs get-queue-url --queue-name {{name}}", "query": "QueueUrl",
         "like": "https://*/{{name}}", "say": "create-queue makes it."},
        {"label": "No milk in it", "run": "aws sqs get-queue-url --queue-name beer", "error":
         "AWS.SimpleQueueService.NonExistentQueue", "say": "No other queue.", "hidden": True},
    ],
    "good": ["aws sqs create-queue --queue-name {{name}} --attributes file://a.json"],
    "bad": [{"answer": "aws sqs list-queues", "fails": "Two"},
            {"answer": "aws sqs create-queue --queue-name coffee", "fails": "It is there"}],
}  # fmt: skip
