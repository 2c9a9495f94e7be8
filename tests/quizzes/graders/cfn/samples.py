"""Drills of the grader cfn, written as an author would write them."""

from __future__ import annotations

from typing import Any

from content.ingest.front_matter import read_mapping

STAGES = """
id: lamp-store
title: A store for lamps
grader: cfn
prompt: "A bucket for every stage, and {{days}} days of logs."
draw: {days: [7, 30, 90]}
checks:
  - label: In production
    parameters: {Stage: prod}
    expect:
      conditions: {IsProd: true}
      made: [Store, Spare]
      values:
        Store.BucketName: "lamps-prod-eu-west-1"
        Logs.RetentionInDays: "{{days}}"
        Store.VersioningConfiguration.Status: Enabled
        Reader.Environment.Variables.STORE: <Store>
      order: [[Store, Reader], [Logs, Reader]]
      together: [[Store, Logs]]
      outputs: {Where: <Store.Arn>}
    say: All of it is made in production.
  - label: In test
    parameters: {Stage: test}
    expect: {missing: [Spare], made: [Store, Reader, Logs], absent: [Store.VersioningConfiguration]}
    say: No spare bucket in test.
  - label: Only these stages
    parameters: {Stage: live}
    expect: {refused: parameter}
    say: AllowedValues keep other stages out.
    hidden: true
  - label: The store is deleted
    do: delete
    parameters: {Stage: prod}
    expect: {left: {Store: retain, Reader: delete, Spare: delete}}
    say: Retain keeps the store.
    hidden: true
region: eu-west-1
good:
  - |
    Parameters:
      Stage: {Type: String, AllowedValues: [test, prod]}
    Conditions:
      IsProd: !Equals [!Ref Stage, prod]
    Resources:
      Store:
        Type: AWS::S3::Bucket
        DeletionPolicy: Retain
        Properties:
          BucketName: !Sub "lamps-${Stage}-${AWS::Region}"
          VersioningConfiguration: !If [IsProd, {Status: Enabled}, !Ref AWS::NoValue]
      Spare:
        Type: AWS::S3::Bucket
        Condition: IsProd
      Logs:
        Type: AWS::Logs::LogGroup
        Properties: {RetentionInDays: {{days}}}
      Reader:
        Type: AWS::Lambda::Function
        DependsOn: Logs
        Properties:
          Environment: {Variables: {STORE: !Ref Store}}
    Outputs:
      Where: {Value: !GetAtt Store.Arn}
bad:
  - {answer: "Resources: {Store: {Type: AWS::S3::Bucket}}", fails: In production}
  - {answer: "Resources: {A: {Type: AWS::S3::Bucket, DependsOn: A}}", fails: Circular}
"""
EDIT = """
id: keep-the-lamps
title: Keep the table
grader: cfn
prompt: Write the attributes of the table, so that no data is lost.
frame: |
  Parameters: {Key: {Type: String, Default: id}}
  Resources:
    Lamps:
      Type: AWS::DynamoDB::Table
      Properties: {KeySchema: [{AttributeName: !Ref Key, KeyType: HASH}]}
edit: Resources.Lamps
checks:
  - {do: update, was: {Key: id}, parameters: {Key: name}, expect: {actions: {Lamps: replace}, left: {Lamps: retain}},
     say: A new key makes the table anew.}
  - {do: delete, expect: {left: {Lamps: retain}}, say: It stays.}
  - {expect: {values: {"Lamps.KeySchema[0]": {AttributeName: id, KeyType: HASH}}}, say: The key is id., hidden: true}
good:
  - |
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties: {KeySchema: [{AttributeName: !Ref Key, KeyType: HASH}]}
"""
REPLACED = """
id: which-are-new
title: What is made anew?
grader: cfn
prompt: Which?
ask: replace
given: |
  Resources:
    Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
    Front: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.1.0/24}}
    Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}
template: |
  Resources:
    Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}
    Front: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Net, CidrBlock: 10.0.1.0/24}}
    Queue: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 9}}
say: What refers to a new network is new as well.
"""
ORDER = """
id: in-which-order
title: In which order?
grader: cfn
prompt: Order them.
ask: order
template: |
  Resources:
    C: {Type: AWS::SNS::Topic, DependsOn: [B]}
    B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub "x-${A.Arn}"}}
    A: {Type: AWS::SQS::Queue}
say: What is needed comes first.
"""
DRIFT = """
id: drift
title: What has drifted?
grader: cfn
prompt: Which?
ask: drifted
template: |
  Resources:
    A: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}
    B: {Type: AWS::SQS::Queue, Properties: {DelaySeconds: 5}}
    C: {Type: AWS::SQS::Queue}
actual: {A: {DelaySeconds: 6}, B: {DelaySeconds: "5", VisibilityTimeout: 99}, C: null}
say: Only what the template sets is compared.
"""
TEXTS = {"stages": STAGES, "edit": EDIT, "replaced": REPLACED, "order": ORDER, "drift": DRIFT}


def drill(name: str, **changes: Any) -> dict[str, Any]:
    return {**read_mapping(TEXTS[name], traps=True), **changes}
