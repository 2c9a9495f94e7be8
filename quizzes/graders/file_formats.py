"""What makes a file one of a kind: keys that it must have, and keys that it may have. Read on 2026-11-21:

- SSM documents: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
- the hooks of an AppSpec file, in their order, for servers, Lambda and ECS:
  https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
- buildspec: https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
- its other sections: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure.html
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

_PHASES = ("install", "pre_build", "build", "post_build")
_PHASE_KEYS = ("run-as", "on-failure", "runtime-versions", "commands", "finally")
_SERVER_HOOKS = (
    "ApplicationStop", "BeforeInstall", "AfterInstall", "ApplicationStart", "ValidateService",
    "BeforeBlockTraffic", "AfterBlockTraffic", "BeforeAllowTraffic", "AfterAllowTraffic",
)  # fmt: skip
_LAMBDA_HOOKS = ("BeforeAllowTraffic", "AfterAllowTraffic")
_ECS_HOOKS = (
    "BeforeInstall",
    "AfterInstall",
    "AfterAllowTestTraffic",
    "BeforeAllowTraffic",
    "AfterAllowTraffic",
)


def format_problem(name: str, written: dict[str, Any]) -> str:
    """Why a file is none of its kind, as a sentence; "" when it is one, or no kind is asked for."""
    known = FORMATS.get(name)
    return known(written) if known else ""


def _buildspec(written: dict[str, Any]) -> str:
    allowed = ("version", "run-as", "env", "proxy", "batch", "phases", "reports", "artifacts", "cache")
    if problem := _keys(written, "A buildspec", ("version", "phases"), allowed):
        return problem
    if str(written["version"]) not in ("0.2", "0.1"):
        return "The version of a buildspec is 0.2."
    phases = written["phases"]
    if not isinstance(phases, dict) or not phases:
        return "`phases` must hold at least one phase."
    for phase, one in phases.items():
        if phase not in _PHASES:
            return f"There is no phase “{phase[:40]}”. Phases are {', '.join(_PHASES)}."
        if problem := _keys(one, f"The phase {phase}", (), _PHASE_KEYS):
            return problem
        if not _commands(one.get("commands", [])) or not _commands(one.get("finally", [])):
            return f"`commands` of the phase {phase} must be a list of commands."
    return ""


def _commands(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(one, str | int | float) for one in given)


def _appspec_server(written: dict[str, Any]) -> str:
    if problem := _keys(
        written,
        "An AppSpec file",
        ("version", "os"),
        ("version", "os", "files", "permissions", "hooks", "file_exists_behavior"),
    ):
        return problem
    if written["os"] not in ("linux", "windows"):
        return "`os` must be linux or windows."
    if problem := _version_zero(written):
        return problem
    files = written.get("files", [])
    if not isinstance(files, list) or not all(
        isinstance(one, dict) and {"source", "destination"} <= set(one) for one in files
    ):
        return "`files` must be a list, each with a source and a destination."
    return _server_hooks(written.get("hooks", {}))


def _server_hooks(hooks: Any) -> str:
    if not isinstance(hooks, dict):
        return "`hooks` must be names of hooks, each with a list of scripts."
    for hook, scripts in hooks.items():
        if hook not in _SERVER_HOOKS:
            return f"A script cannot run at “{hook[:40]}”. Hooks are {', '.join(_SERVER_HOOKS)}."
        if not isinstance(scripts, list) or not all(
            isinstance(one, dict) and "location" in one for one in scripts
        ):
            return f"The hook {hook} must be a list of scripts, each with a location."
    return ""


def _appspec_lambda(written: dict[str, Any]) -> str:
    return _resources(
        written, "AWS::Lambda::Function", ("Name", "Alias", "CurrentVersion", "TargetVersion"), _LAMBDA_HOOKS
    )


def _appspec_ecs(written: dict[str, Any]) -> str:
    return _resources(written, "AWS::ECS::Service", ("TaskDefinition", "LoadBalancerInfo"), _ECS_HOOKS)


def _resources(written: dict[str, Any], kind: str, needed: tuple[str, ...], hooks: tuple[str, ...]) -> str:
    written = {key.lower(): value for key, value in written.items()}
    if problem := _keys(
        written, "This AppSpec file", ("version", "resources"), ("version", "resources", "hooks")
    ):
        return problem
    if problem := _version_zero(written):
        return problem
    resources = written["resources"]
    if (
        not isinstance(resources, list)
        or len(resources) != 1
        or not isinstance(resources[0], dict)
        or len(resources[0]) != 1
    ):
        return "`Resources` must be a list with one resource."
    one = next(iter(resources[0].values()))
    if not isinstance(one, dict) or one.get("Type") != kind or not isinstance(one.get("Properties"), dict):
        return f"The resource needs `Type: {kind}` and `Properties`."
    if missing := [key for key in needed if key not in one["Properties"]]:
        return f"The resource's Properties need {', '.join(missing)}."
    given = written.get("hooks", [])
    if not isinstance(given, list) or not all(isinstance(hook, dict) and len(hook) == 1 for hook in given):
        return "`Hooks` must be a list, each item with the name of a hook and its function."
    if strange := [str(name) for hook in given for name in hook if name not in hooks]:
        return f"There is no hook “{strange[0][:40]}” here. Hooks are {', '.join(hooks)}."
    return ""


def _ssm_command(written: dict[str, Any]) -> str:
    allowed = ("schemaVersion", "description", "parameters", "mainSteps", "outputs", "files", "variables")
    if problem := _keys(written, "A Command document", ("schemaVersion", "mainSteps"), allowed):
        return problem
    if str(written["schemaVersion"]) != "2.2":
        return "The schemaVersion of a Command document is 2.2."
    return _steps(written["mainSteps"], ("action", "name", "inputs"))


def _ssm_automation(written: dict[str, Any]) -> str:
    allowed = (
        "schemaVersion",
        "description",
        "assumeRole",
        "parameters",
        "mainSteps",
        "outputs",
        "files",
        "variables",
    )
    if problem := _keys(written, "An Automation runbook", ("schemaVersion", "mainSteps"), allowed):
        return problem
    if str(written["schemaVersion"]) != "0.3":
        return "The schemaVersion of an Automation runbook is 0.3."
    return _steps(written["mainSteps"], ("action", "name"))


def _steps(steps: Any, needed: tuple[str, ...]) -> str:
    if not isinstance(steps, list) or not steps:
        return "`mainSteps` must be a list with at least one step."
    names = []
    for number, step in enumerate(steps, 1):
        if not isinstance(step, dict) or (missing := [key for key in needed if key not in step]):
            return f"Step {number} needs {', '.join(needed if not isinstance(step, dict) else missing)}."
        names.append(str(step["name"]))
    return "Two steps have the same name." if len(set(names)) < len(names) else ""


def _version_zero(written: dict[str, Any]) -> str:
    return "" if str(written["version"]) in ("0", "0.0") else "The version of an AppSpec file is 0.0."


def _keys(written: Any, what: str, needed: Collection[str], allowed: Collection[str]) -> str:
    if not isinstance(written, dict):
        return f"{what} must be keys with values."
    if missing := [key for key in needed if key not in written]:
        return f"{what} needs `{missing[0]}`."
    if strange := [key for key in written if key not in allowed]:
        return f"{what} has no key `{strange[0][:40]}`. It may have {', '.join(allowed)}."
    return ""


FORMATS: dict[str, Callable[[dict[str, Any]], str]] = {
    "buildspec": _buildspec,
    "appspec-server": _appspec_server,
    "appspec-lambda": _appspec_lambda,
    "appspec-ecs": _appspec_ecs,
    "ssm-command": _ssm_command,
    "ssm-automation": _ssm_automation,
}
