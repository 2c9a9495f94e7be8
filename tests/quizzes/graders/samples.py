"""One small drill for each plain grader, written as an author would write it."""

from __future__ import annotations

from typing import Any

from content.ingest.front_matter import read_mapping

NUMBER = """
id: lamp-oil
title: Oil for the lamps
grader: number
prompt: "{{lamps}} lamps burn {{hours}} hours; a can of 4 hours is opened for each, never shared."
draw:
  lamps: {from: 3, to: 60, step: 3}
  hours: [2.5, 5, 8]
where: shared != cans
let:
  cans: lamps * ceil(hours / 4)
  shared: ceil(lamps * hours / 4)
unit: cans
expect: "{{cans}}"
label: Cans
say: Each lamp needs whole cans.
traps:
  - {value: "{{shared}}", say: "{{shared}} would do if lamps shared a can."}
bad:
  - {answer: 0, fails: Cans}
"""
CALCULATED = """
id: read-load
title: Reads of a table
grader: number
prompt: "{{reads}} strongly consistent reads a second of items of {{kb}} KB."
draw: {reads: {from: 10, to: 300, step: 10}, kb: {from: 1, to: 20}}
unit: RCU
calculate: {name: read_units, reads: "{{reads}}", item_kb: "{{kb}}"}
say: A unit reads 4 KB a second.
"""
ORDER = """
id: light-a-lamp
title: Lighting a lamp
grader: order
prompt: In which order?
items: {fill: Fill it, trim: Trim the wick, wipe: Wipe the glass, light: Light it}
extra: {paint: Paint the door}
order: [fill, [trim, wipe], light]
say: Light comes last.
checks:
  - {before: fill, after: light, say: An empty lamp does not burn.}
bad:
  - {answer: "light, fill, trim, wipe", fails: An empty lamp}
"""
PICK = """
id: which-lamps
title: Which lamps are lit?
grader: pick
prompt: "Ages {{ages}}: which are older than 50?"
draw: {ages: {shuffle: [10, 60, 90]}}
let:
  old: "['a' if ages[0] > 50 else '', 'b' if ages[1] > 50 else '', 'c' if ages[2] > 50 else '']"
  first: "'a' if ages[0] > 50 else 'b'"
choices:
  a: "{{ages}}, the first"
  b: {text: The second, say: It is what it is.}
  c: The third
one: true
right: "{{first}}"
say: Look at the numbers.
"""
ALARM = """
id: two-of-three
title: Two of three
grader: alarm
prompt: Set it up.
write: alarm
given: {Threshold: 80, Period: 60}
checks:
  - {series: "50 90 50 90 95", first: {ALARM: 4}, say: Two of three points raise it.}
  - {series: "50 90 50 50 95", never: ALARM, say: Two of four do not.}
  - {series: "80 80 80 80", never: ALARM, say: 80 is not above 80.}
  - {series: "50 50 50 - - - - -", states: "OK OK", say: Silence is not bad news., hidden: true}
  - {series: "90 - - - -", never: ALARM, say: One point is not enough., hidden: true}
good:
  - '{"EvaluationPeriods": 3, "DatapointsToAlarm": 2, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching"}'
bad:
  - answer: '{"EvaluationPeriods": 3, "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching"}'
    fails: Two of three
"""
RULE = """
id: quiet-at-night
title: Quiet while we deploy
grader: alarm
prompt: Write the rule.
write: rule
checks:
  - {alarms: {cpu: ALARM, disk: OK, deploying: OK}, state: ALARM, say: One is enough.}
  - {alarms: {cpu: OK, disk: ALARM, deploying: OK}, state: ALARM, say: One is enough.}
  - {alarms: {cpu: ALARM, disk: ALARM, deploying: ALARM}, state: OK, say: Not while deploying.}
  - {alarms: {cpu: OK, disk: OK, deploying: OK}, state: OK, say: Calm., hidden: true}
good: ['(ALARM(cpu) OR ALARM("disk")) AND NOT ALARM(deploying)']
bad: [{answer: ALARM(cpu) OR ALARM(disk) AND NOT ALARM(deploying), fails: Not while deploying}]
"""
STATES = """
id: foretell
title: Which states?
grader: alarm
prompt: Foretell them.
write: states
alarm: {Threshold: 80, EvaluationPeriods: 2, ComparisonOperator: GreaterThanThreshold}
series: "50 90 - 95"
say: Two real points decide.
"""
PACKETS = """
id: acl-replies
title: Replies through an ACL
grader: packets
prompt: Mend the outbound rules.
network:
  vpc: 10.0.0.0/16
  subnets:
    front: {cidr: 10.0.1.0/24, routes: public, acl: edge}
    back: {cidr: 10.0.2.0/24, routes: private}
  hosts:
    web: {ip: 10.0.1.10, subnet: front, groups: [web], public: true}
    db: {ip: 10.0.2.20, subnet: back, groups: [db]}
  routes:
    public: [{to: 10.0.0.0/16, via: local}, {to: 0.0.0.0/0, via: igw}]
    private: [{to: 10.0.0.0/16, via: local}, {to: 0.0.0.0/0, via: nat}]
  acls:
    edge: {in: [{rule: 100, action: allow, protocol: tcp, ports: 443, cidr: 0.0.0.0/0}], out: []}
  groups:
    web: {in: [{protocol: tcp, ports: 443, from: 0.0.0.0/0}]}
    db: {in: [{protocol: tcp, ports: 5432, from: web}]}
edit: acls.edge.out
checks:
  - {from: 203.0.113.9, to: web, port: 443, reaches: true, say: Replies go to ephemeral ports.}
  - {from: 203.0.113.9, to: web, port: 443, reply_port: 1024, reaches: true, say: All of them., label: Low port}
  - {from: web, to: 198.51.100.7, port: 25, reaches: false, say: No mail., hidden: true}
good: ["- {rule: 100, action: allow, protocol: tcp, ports: 1024-65535, cidr: 0.0.0.0/0}"]
bad: [{answer: "[]", fails: Replies go}]
"""
VERDICT = """
id: where-does-it-end
title: Where does it end?
grader: packets
prompt: Where?
network:
  vpc: 10.0.0.0/16
  subnets: {front: {cidr: 10.0.1.0/24, routes: public}}
  hosts: {web: {ip: 10.0.1.10, subnet: front, groups: [web]}}
  routes: {public: [{to: 10.0.0.0/16, via: local}, {to: 0.0.0.0/0, via: igw}]}
  groups: {web: {in: [{protocol: tcp, ports: 443, from: 0.0.0.0/0}]}}
ask: verdict
packet: {from: 203.0.113.9, to: web, port: 443}
say: Everything on the way must let it pass.
"""
FILE = """
id: build-and-push
title: Build and push
grader: file
prompt: Write the buildspec.
format: buildspec
checks:
  - {path: version, is: "0.2", say: It is 0.2.}
  - {path: phases.build.commands, order: ["docker build -t tea .", "docker push tea"], say: Build first.}
  - {path: env, absent: true, say: Nothing is set., hidden: true}
  - {path: artifacts.files, has: out.json, say: It must be handed on.}
  - {path: "phases[*]", count: 1, say: One phase is enough.}
good:
  - |
    version: 0.2
    phases:
      build:
        commands:
          - docker build -t tea .
          - docker push tea
    artifacts:
      files: [out.json]
bad:
  - answer: '{"version": "0.2", "phases": {"build": {"commands": ["docker push tea", "docker build -t tea ."]}}, "artifacts": {"files": ["out.json"]}}'
    fails: Build first
"""
CORS = """
id: upload-from-app
title: Upload from the app
grader: cors
prompt: Write the rules.
checks:
  - {origin: "https://app.example", method: PUT, headers: [Content-Type], reads: [ETag], allowed: true, say: The app uploads.}
  - {origin: "https://app.example", method: DELETE, allowed: false, say: It never deletes.}
  - {origin: "https://other.example", method: PUT, allowed: false, say: Nobody else., hidden: true}
  - {origin: "https://app.example", method: PUT, headers: [X-Any], allowed: false, say: Only that header., hidden: true}
good: ['[{"AllowedOrigins": ["https://app.example"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["Content-Type"], "ExposeHeaders": ["ETag"]}]']
bad: [{answer: '[{"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["Content-Type"], "ExposeHeaders": ["ETag"]}]', fails: Nobody else}]
"""
HEADERS = """
id: headers-of-an-api
title: Headers of an API
grader: cors
prompt: Write the headers.
kind: headers
checks:
  - {origin: "https://app.example", method: PUT, headers: [authorization], credentials: true, allowed: true, say: With the cookie.}
  - {origin: "https://other.example", method: GET, allowed: false, say: Nobody else.}
  - {origin: "https://app.example", method: DELETE, allowed: false, say: No deletes.}
good:
  - |
    Access-Control-Allow-Origin: https://app.example
    Access-Control-Allow-Methods: PUT
    Access-Control-Allow-Headers: authorization
    Access-Control-Allow-Credentials: true
bad: [{answer: "Access-Control-Allow-Origin: '*'", fails: With the cookie}]
"""
BUCKET = """
id: partner-reads
title: A partner reads
grader: bucket
prompt: Write the policy.
bucket: tea-lists
account: "111122223333"
people:
  bo:
    arn: arn:aws:iam::444455556666:user/bo
    identity: [{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}]
checks:
  - {put: policy, accepted: true, say: It must not be public.}
  - {who: bo, action: s3:GetObject, key: in/a, allowed: true, say: Bo reads.}
  - {who: bo, action: s3:GetObject, key: out/a, allowed: false, say: Only there.}
  - {who: bo, action: s3:PutObject, key: in/a, allowed: false, say: Bo writes nothing., hidden: true}
  - {who: anyone, action: s3:GetObject, key: in/a, allowed: false, say: Nobody else., hidden: true}
good: ['{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:user/bo"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::tea-lists/in/*"}]}']
bad:
  - answer: '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Principal": "*", "Resource": "arn:aws:s3:::tea-lists/in/*"}]}'
    fails: It must not be public
"""
CASE = """
id: fog
title: Fog
grader: case
prompt: Fog comes up.
steps:
  - ask: What first?
    options:
      - {text: Sound the horn, ok: true, say: They hear you.}
      - {text: Sleep, ok: false, say: They run aground.}
  - ask: And then?
    options:
      - {text: Wait, ok: false, say: Nothing happens.}
      - {text: Light the lamp, ok: true, say: They see you.}
"""
TEXTS = {
    "number": NUMBER, "calculated": CALCULATED, "order": ORDER, "pick": PICK, "alarm": ALARM, "rule": RULE,
    "states": STATES, "packets": PACKETS, "verdict": VERDICT, "file": FILE, "cors": CORS, "headers": HEADERS,
    "bucket": BUCKET, "case": CASE,
}  # fmt: skip


def drill(name: str, **changes: Any) -> dict[str, Any]:
    """A sample as it is read, with some keys changed; None takes a key out."""
    spec = {**read_mapping(TEXTS[name], traps=True), **changes}
    return {key: value for key, value in spec.items() if value is not None}
