"""Drills of the grader cli, written as an author would write them."""

from __future__ import annotations

from typing import Any

from content.ingest.front_matter import read_mapping

SEND = """
id: send-it-later
title: Send it later
grader: cli
prompt: "Send the text “lamp {{lamp}}” to the queue https://queues.example/lamps, {{delay}} seconds later."
draw: {lamp: [3, 4, 5], delay: [10, 45, 90]}
checks:
  - {command: sqs send-message, say: One message is sent by send-message., label: The operation}
  - label: The request
    parameters: {QueueUrl: https://queues.example/lamps, MessageBody: "lamp {{lamp}}", DelaySeconds: "{{delay}}"}
    nothing_else: true
    say: DelaySeconds is set for one message alone.
  - {options: {profile: null}, say: No profile was asked for., hidden: true}
good:
  - aws sqs send-message --queue-url https://queues.example/lamps --message-body 'lamp {{lamp}}' --delay-seconds {{delay}}
bad:
  - {answer: aws sqs send-messages --queue-url x, fails: There is no operation of sqs send-messages}
  - {answer: "aws sqs send-message --queue-url https://queues.example/lamps --message-body 'lamp {{lamp}}'",
     fails: The request}
"""
FILTER = """
id: which-instances
title: Which instances run?
grader: cli
prompt: List the ids of running instances in eu-west-1.
response:
  Reservations:
    - Instances: [{InstanceId: i-1, State: {Name: running}}, {InstanceId: i-2, State: {Name: running}}]
    - Instances: [{InstanceId: i-3, State: {Name: running}}]
checks:
  - {command: ec2 describe-instances, say: Instances are described.}
  - label: The filter
    values: {"Filters[0].Name": instance-state-name, "Filters[0].Values": [running]}
    say: The service filters by state, before anything is sent back.
  - {result: [i-1, i-2, i-3], say: The query makes one list of all reservations.}
  - {options: {region: eu-west-1, output: text}, say: Region and output are options of every command.}
  - {absent: [InstanceIds, "Filters[1]", PaginationConfig, DryRun], say: Nothing else is asked., hidden: true}
good:
  - |
    aws ec2 describe-instances --region eu-west-1 --output text \\
        --filters Name=instance-state-name,Values=running \\
        --query 'Reservations[].Instances[].InstanceId'
bad:
  - {answer: "aws ec2 describe-instances --query 'Reservations[', --output text", fails: "--query:"}
"""
SAME = """
id: put-a-lamp
title: Put a lamp
grader: cli
prompt: Put the item of item.json.
files: {item.json: '{"Id": {"S": "lamp"}, "Age": {"N": "3"}}'}
checks:
  - {call: "aws dynamodb put-item --table-name lamps --item file://item.json", options: true, say: The item is put.}
bad:
  - {answer: "aws dynamodb put-item --table-name lamps --item file://other.json", fails: "--item: there is no file"}
"""
TEXTS = {"send": SEND, "filter": FILTER, "same": SAME}


def drill(name: str, **changes: Any) -> dict[str, Any]:
    return {**read_mapping(TEXTS[name].replace("\\\\", "\\"), traps=True), **changes}
