"""What a pattern does with an event, as the vendor's pages say or as its open engine does. (page, pattern, event, decision)"""

from __future__ import annotations

from typing import Any

_GUIDE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/"
SYNTAX = _GUIDE + "eb-create-pattern.html"
OPERATORS = _GUIDE + "eb-create-pattern-operators.html"
ARRAYS = _GUIDE + "eb-event-patterns-arrays.html"
NULLS = _GUIDE + "eb-event-patterns-null-values.html"
ENGINE = "https://github.com/aws/event-ruler"

YES, NO, BAD = "match", "no match", "invalid"
Vector = tuple[str, Any, Any, str]


def one(page: str, asked: Any, value: Any, decision: str) -> Vector:
    """A pattern of one field `a`, and an event that has it."""
    return page, {"a": asked}, {"a": value}, decision


def absent(page: str, asked: Any, decision: str) -> Vector:
    return page, {"a": asked}, {"b": 1}, decision


INSTANCE = {
    "source": "aws.ec2",
    "detail-type": "EC2 Instance State-change Notification",
    "resources": ["arn:aws:ec2:eu-west-1:111122223333:instance/i-1"],
    "detail": {"state": "stopped", "instance-id": "i-1"},
}
PEOPLE = {"people": [{"first": "Ada", "last": "Byron"}, {"first": "Alan", "last": "Kay"}]}
DEEP = {"rows": [[{"x": 1, "y": 2}], [{"x": 3, "y": 4}]]}

VECTORS: list[Vector] = [
    # fields and lists
    (SYNTAX, {"source": ["aws.ec2"]}, INSTANCE, YES),
    (SYNTAX, {"source": ["aws.s3", "aws.ec2"]}, INSTANCE, YES),
    (SYNTAX, {"source": ["aws.s3"]}, INSTANCE, NO),
    (SYNTAX, {"source": ["AWS.EC2"]}, INSTANCE, NO),
    (SYNTAX, {"source": ["aws.ec2"], "detail": {"state": ["stopped"]}}, INSTANCE, YES),
    (SYNTAX, {"source": ["aws.ec2"], "detail": {"state": ["running"]}}, INSTANCE, NO),
    (SYNTAX, {"state": ["stopped"]}, INSTANCE, NO),
    (SYNTAX, {"detail": {"instance": {"state": ["stopped"]}}}, INSTANCE, NO),
    (SYNTAX, {"account": ["111122223333"]}, INSTANCE, NO),
    (SYNTAX, {"source": "aws.ec2"}, INSTANCE, BAD),
    (SYNTAX, {"detail": {"state": "stopped"}}, INSTANCE, BAD),
    (SYNTAX, {"source": None}, INSTANCE, BAD),
    (SYNTAX, {"source": 5}, INSTANCE, BAD),
    (SYNTAX, {}, INSTANCE, BAD),
    (SYNTAX, {"detail": {}}, INSTANCE, BAD),
    (SYNTAX, {"source": []}, INSTANCE, BAD),
    (SYNTAX, [{"source": ["aws.ec2"]}], INSTANCE, BAD),
    (SYNTAX, {"source": [["aws.ec2"]]}, INSTANCE, BAD),
    (SYNTAX, {"source": [{}]}, INSTANCE, BAD),
    (ENGINE, {"detail.state": ["stopped"]}, INSTANCE, YES),
    (ENGINE, {"detail": {"state": ["stopped"]}}, {"detail.state": "stopped"}, YES),
    (ENGINE, {"a": {"": [1]}}, {"a": {"": 1}}, NO),
    (ENGINE, {"": {"a": [1]}}, {"": {"a": 1}}, YES),
    (ENGINE, {"a.b.": [1]}, {"a": {"b.": 1}}, YES),
    # exact values
    one(SYNTAX, ["x"], "x", YES),
    one(SYNTAX, ["x"], "xx", NO),
    one(SYNTAX, [""], "", YES),
    one(NULLS, [""], None, NO),
    one(NULLS, [None], None, YES),
    one(NULLS, [None], "", NO),
    one(NULLS, [None], "null", NO),
    absent(NULLS, [None], NO),
    one(SYNTAX, [True], True, YES),
    one(SYNTAX, [True], "true", NO),
    one(SYNTAX, [True], 1, NO),
    one(SYNTAX, [False], 0, NO),
    one(SYNTAX, ["true"], True, NO),
    one(SYNTAX, ["*"], "x", NO),
    one(SYNTAX, ["*"], "*", YES),
    # numbers
    one(OPERATORS, [1], 1, YES),
    one(OPERATORS, [1], 1.0, YES),
    one(OPERATORS, [300], 3.0e2, YES),
    one(OPERATORS, [1], "1", NO),
    one(OPERATORS, ["1"], 1, NO),
    one(OPERATORS, [0], -0.0, YES),
    one(OPERATORS, [0.1], 0.1, YES),
    one(OPERATORS, [123456789012], 123456789012, YES),
    one(ENGINE, [12345678901234567890123], 12345678901234567890123, YES),
    one(ENGINE, [12345678901234567890123], 12345678901234567890124, NO),
    one(OPERATORS, [{"numeric": ["=", 301.8]}], 3.018e2, YES),
    one(OPERATORS, [{"numeric": [">", 0]}], 0, NO),
    one(OPERATORS, [{"numeric": [">=", 0]}], 0, YES),
    one(OPERATORS, [{"numeric": ["<", 10]}], 9.999, YES),
    one(OPERATORS, [{"numeric": ["<", 10]}], 10, NO),
    one(OPERATORS, [{"numeric": ["<=", 10]}], 10, YES),
    one(OPERATORS, [{"numeric": [">", 0, "<=", 5]}], 5, YES),
    one(OPERATORS, [{"numeric": [">", 0, "<=", 5]}], 0, NO),
    one(OPERATORS, [{"numeric": [">", 0, "<", 5]}], "3", NO),
    one(OPERATORS, [{"numeric": [">", 0]}], True, NO),
    one(OPERATORS, [{"numeric": [">", 0]}], [-1, 1], YES),
    one(ENGINE, [{"numeric": ["<", 5, ">", 0]}], 3, BAD),
    one(ENGINE, [{"numeric": [">", 5, "<", 5]}], 5, BAD),
    one(ENGINE, [{"numeric": [">", 5, "<", 1]}], 3, BAD),
    one(ENGINE, [{"numeric": [">", "5"]}], 6, BAD),
    one(ENGINE, [{"numeric": [">"]}], 6, BAD),
    one(ENGINE, [{"numeric": ["!=", 5]}], 6, BAD),
    one(ENGINE, [{"numeric": ["=", 5, "<", 6]}], 5, BAD),
    one(ENGINE, [{"numeric": ">5"}], 6, BAD),
    # prefix and suffix
    one(OPERATORS, [{"prefix": "us-"}], "us-east-1", YES),
    one(OPERATORS, [{"prefix": "us-"}], "eu-us-1", NO),
    one(OPERATORS, [{"prefix": "1"}], 12, NO),
    one(ENGINE, [{"prefix": ""}], "", YES),
    one(ENGINE, [{"prefix": ""}], 5, NO),
    one(OPERATORS, [{"prefix": {"equals-ignore-case": "EvenT"}}], "eventbridge", YES),
    one(OPERATORS, [{"prefix": {"equals-ignore-case": "event"}}], "an event", NO),
    one(OPERATORS, [{"suffix": ".png"}], "a.png", YES),
    one(OPERATORS, [{"suffix": ".png"}], "a.PNG", NO),
    one(OPERATORS, [{"suffix": {"equals-ignore-case": ".png"}}], "a.PNG", YES),
    one(OPERATORS, [{"prefix": 5}], "5", BAD),
    one(OPERATORS, [{"prefix": ["a"]}], "a", BAD),
    one(OPERATORS, [{"prefix": {"suffix": "a"}}], "a", BAD),
    one(OPERATORS, [{"prefix": "a", "suffix": "b"}], "ab", BAD),
    one(OPERATORS, [{"starts-with": "a"}], "a", BAD),
    # ignoring case
    one(OPERATORS, [{"equals-ignore-case": "alice"}], "ALICE", YES),
    one(OPERATORS, [{"equals-ignore-case": "alice"}], "ALICES", NO),
    one(ENGINE, [{"equals-ignore-case": "straße"}], "STRASSE", YES),
    one(ENGINE, [{"equals-ignore-case": "strasse"}], "straße", NO),
    one(OPERATORS, [{"equals-ignore-case": ["a"]}], "a", BAD),
    # wildcards
    one(OPERATORS, [{"wildcard": "dir/*.png"}], "dir/x/y.png", YES),
    one(OPERATORS, [{"wildcard": "dir/*.png"}], "dir/.png", YES),
    one(OPERATORS, [{"wildcard": "dir/*.png"}], "dir/a.png.txt", NO),
    one(OPERATORS, [{"wildcard": "*"}], "", YES),
    one(OPERATORS, [{"wildcard": "*"}], 5, NO),
    one(OPERATORS, [{"wildcard": "a*b*c"}], "aXbXbXc", YES),
    one(OPERATORS, [{"wildcard": "a*a"}], "a", NO),
    one(OPERATORS, [{"wildcard": "5\\*"}], "5*", YES),
    one(OPERATORS, [{"wildcard": "5\\*"}], "55", NO),
    one(OPERATORS, [{"wildcard": "c:\\\\*"}], "c:\\x", YES),
    one(OPERATORS, [{"wildcard": "a?"}], "ab", NO),
    one(OPERATORS, [{"wildcard": "a**"}], "a", BAD),
    one(OPERATORS, [{"wildcard": "a\\"}], "a", BAD),
    one(OPERATORS, [{"wildcard": "a\\d"}], "a", BAD),
    # anything but
    one(OPERATORS, [{"anything-but": "x"}], "y", YES),
    one(OPERATORS, [{"anything-but": "x"}], "x", NO),
    one(OPERATORS, [{"anything-but": "x"}], 5, YES),
    one(OPERATORS, [{"anything-but": "x"}], None, YES),
    absent(OPERATORS, [{"anything-but": "x"}], NO),
    one(OPERATORS, [{"anything-but": "x"}], [], NO),
    one(ARRAYS, [{"anything-but": "x"}], ["x", "y"], YES),
    one(OPERATORS, [{"anything-but": ["x", "y"]}], "y", NO),
    one(OPERATORS, [{"anything-but": 5}], 5.0, NO),
    one(OPERATORS, [{"anything-but": 5}], "5", YES),
    one(OPERATORS, [{"anything-but": [5, 6]}], 7, YES),
    one(OPERATORS, [{"anything-but": {"prefix": "us-"}}], "us-east-1", NO),
    one(OPERATORS, [{"anything-but": {"prefix": "us-"}}], "eu-west-1", YES),
    one(OPERATORS, [{"anything-but": {"suffix": [".png", ".jpg"]}}], "a.jpg", NO),
    one(OPERATORS, [{"anything-but": {"equals-ignore-case": ["x"]}}], "X", NO),
    one(OPERATORS, [{"anything-but": {"wildcard": "*/lib/*"}}], "/usr/lib/x", NO),
    one(OPERATORS, [{"anything-but": {"wildcard": "*/lib/*"}}], "/usr/bin/x", YES),
    one(ENGINE, [{"anything-but": ["x", 5]}], "y", BAD),
    one(ENGINE, [{"anything-but": []}], "y", BAD),
    one(ENGINE, [{"anything-but": None}], "y", BAD),
    one(ENGINE, [{"anything-but": [True]}], "y", BAD),
    one(ENGINE, [{"anything-but": {"prefix": ""}}], "y", BAD),
    one(ENGINE, [{"anything-but": {"numeric": [">", 5]}}], 1, BAD),
    # exists
    one(OPERATORS, [{"exists": True}], None, YES),
    one(OPERATORS, [{"exists": True}], "", YES),
    absent(OPERATORS, [{"exists": True}], NO),
    absent(OPERATORS, [{"exists": False}], YES),
    one(OPERATORS, [{"exists": False}], None, NO),
    one(OPERATORS, [{"exists": False}], {"b": 1}, YES),
    one(OPERATORS, [{"exists": True}], {"b": 1}, NO),
    one(ENGINE, [{"exists": True}], [], NO),
    one(ENGINE, [{"exists": False}], [], YES),
    one(OPERATORS, [{"exists": "true"}], 1, BAD),
    absent(OPERATORS, ["x", {"exists": False}], YES),
    one(OPERATORS, ["x", {"exists": False}], "y", NO),
    # addresses
    one(OPERATORS, [{"cidr": "10.0.0.0/24"}], "10.0.0.255", YES),
    one(OPERATORS, [{"cidr": "10.0.0.0/24"}], "10.0.1.0", NO),
    one(ENGINE, [{"cidr": "10.0.0.77/24"}], "10.0.0.1", YES),
    one(OPERATORS, [{"cidr": "10.0.0.0/24"}], "ten", NO),
    one(OPERATORS, [{"cidr": "2001:db8::/32"}], "2001:db8:0:1::5", YES),
    one(OPERATORS, [{"cidr": "2001:db8::/32"}], "10.0.0.1", NO),
    one(ENGINE, ["::1"], "0:0:0:0:0:0:0:1", YES),
    one(ENGINE, ["08:23"], "08:23", YES),
    one(ENGINE, [{"cidr": "10.0.0.0/32"}], "10.0.0.0", BAD),
    one(ENGINE, [{"cidr": "10.0.0.0"}], "10.0.0.0", BAD),
    one(ENGINE, [{"cidr": "10.0.0.256/8"}], "10.0.0.0", BAD),
    one(ENGINE, [{"cidr": "ten/8"}], "10.0.0.0", BAD),
    one(ENGINE, [{"cidr": "52.0.0.0/8"}], 345, YES),
    # lists in events
    one(ARRAYS, ["x", "z"], ["y", "z"], YES),
    one(ARRAYS, ["x"], ["y", "z"], NO),
    one(ARRAYS, ["x"], [["x"]], YES),
    (ENGINE, {"people": {"first": ["Alan"]}}, PEOPLE, YES),
    (ENGINE, {"people": {"first": ["Alan"], "last": ["Kay"]}}, PEOPLE, YES),
    (ENGINE, {"people": {"first": ["Alan"], "last": ["Byron"]}}, PEOPLE, NO),
    (ENGINE, {"rows": {"x": [1], "y": [2]}}, DEEP, YES),
    (ENGINE, {"rows": {"x": [1], "y": [4]}}, DEEP, NO),
    (ENGINE, {"d": {"a": [1], "b": [{"exists": False}]}}, {"d": [{"a": 1}, {"b": 2}]}, YES),
    (ENGINE, {"d": {"a": [{"exists": False}], "b": [2]}}, {"d": [{"a": 1}, {"b": 2}]}, NO),
    (ENGINE, {"a": {"x": [1]}, "b": {"x": [2]}}, {"a": [{"x": 0}, {"x": 1}], "b": [{"x": 2}]}, YES),
    # $or
    (OPERATORS, {"$or": [{"a": [1]}, {"b": [2]}]}, {"b": 2}, YES),
    (OPERATORS, {"$or": [{"a": [1]}, {"b": [2]}]}, {"a": 2, "b": 1}, NO),
    (OPERATORS, {"c": [3], "$or": [{"a": [1]}, {"b": [2]}]}, {"b": 2}, NO),
    (OPERATORS, {"c": [3], "$or": [{"a": [1]}, {"b": [2]}]}, {"b": 2, "c": 3}, YES),
    (OPERATORS, {"d": {"$or": [{"a": [1]}, {"b": [2]}]}}, {"d": {"a": 1}}, YES),
    (OPERATORS, {"d": {"$or": [{"a": [1]}, {"b": [2]}]}}, {"a": 1}, NO),
    (ENGINE, {"$or": [{"a": [1], "$or": [{"b": [2]}, {"c": [3]}]}, {"d": [4]}]}, {"a": 1, "c": 3}, YES),
    (ENGINE, {"$or": [{"a": [1], "$or": [{"b": [2]}, {"c": [3]}]}, {"d": [4]}]}, {"a": 1}, NO),
    (ENGINE, {"a": [1], "$or": [{"a": [2]}, {"b": [3]}]}, {"a": 2}, YES),
    (ENGINE, {"$or": [{"a": [1]}]}, {"a": 1}, BAD),
    (ENGINE, {"$or": []}, {"a": 1}, BAD),
    (ENGINE, {"$or": [{"a": [1]}, {}]}, {"a": 1}, BAD),
    (ENGINE, {"$or": [{"prefix": ["x"]}, {"b": [2]}]}, {"b": 2}, BAD),
    (ENGINE, {"$or": {"a": [1]}}, {"$or": {"a": 1}}, YES),
    (ENGINE, {"$or": ["x"]}, {"$or": "x"}, YES),
]
