"""Vendor pages that the rules of this package are read from. Each rule names its page beside the code."""

from __future__ import annotations

from typing import Final

_GUIDE: Final = "https://docs.aws.amazon.com/IAM/latest/UserGuide"

LOGIC: Final = f"{_GUIDE}/reference_policies_evaluation-logic_policy-eval-denyallow.html"
SINGLE_ACCOUNT: Final = f"{_GUIDE}/reference_policies_evaluation-logic_policy-eval-basics.html"
EXPLICIT_DENY: Final = f"{_GUIDE}/reference_policies_evaluation-logic_AccessPolicyLanguage_Interplay.html"
CROSS_ACCOUNT: Final = f"{_GUIDE}/reference_policies_evaluation-logic-cross-account.html"
POLICY_TYPES: Final = f"{_GUIDE}/access_policies.html"
BOUNDARIES: Final = f"{_GUIDE}/access_policies_boundaries.html"
GRAMMAR: Final = f"{_GUIDE}/reference_policies_grammar.html"
VERSION: Final = f"{_GUIDE}/reference_policies_elements_version.html"
STATEMENT: Final = f"{_GUIDE}/reference_policies_elements_statement.html"
EFFECT: Final = f"{_GUIDE}/reference_policies_elements_effect.html"
PRINCIPAL: Final = f"{_GUIDE}/reference_policies_elements_principal.html"
NOT_PRINCIPAL: Final = f"{_GUIDE}/reference_policies_elements_notprincipal.html"
ACTION: Final = f"{_GUIDE}/reference_policies_elements_action.html"
NOT_ACTION: Final = f"{_GUIDE}/reference_policies_elements_notaction.html"
RESOURCE: Final = f"{_GUIDE}/reference_policies_elements_resource.html"
NOT_RESOURCE: Final = f"{_GUIDE}/reference_policies_elements_notresource.html"
ARNS: Final = f"{_GUIDE}/reference-arns.html"
IDENTIFIERS: Final = f"{_GUIDE}/reference_identifiers.html"
VARIABLES: Final = f"{_GUIDE}/reference_policies_variables.html"
CONDITION: Final = f"{_GUIDE}/reference_policies_elements_condition.html"
OPERATORS: Final = f"{_GUIDE}/reference_policies_elements_condition_operators.html"
SEVERAL_VALUES: Final = f"{_GUIDE}/reference_policies_condition-logic-multiple-context-keys-or-values.html"
SETS: Final = f"{_GUIDE}/reference_policies_condition-single-vs-multi-valued-context-keys.html"
GLOBAL_KEYS: Final = f"{_GUIDE}/reference_policies_condition-keys.html"
TRUST: Final = f"{_GUIDE}/id_roles_update-role-trust-policy.html"
COMPARE_ROLES: Final = f"{_GUIDE}/access_policies-cross-account-resource-access.html"
FEDERATION_TOKEN: Final = f"{_GUIDE}/id_credentials_temp_control-access_getfederationtoken.html"
ROOT_USER: Final = f"{_GUIDE}/id_root-user.html"
EXTERNAL_ID: Final = f"{_GUIDE}/id_roles_common-scenarios_third-party.html"
CALLER_IDENTITY: Final = "https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"
SCPS: Final = "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html"
SCP_LEVELS: Final = (
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html"
)
SCP_SYNTAX: Final = (
    "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_syntax.html"
)
KEY_POLICIES: Final = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html"
DEFAULT_KEY_POLICY: Final = "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html"
STACK_POLICY: Final = (
    "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html"
)
BUCKET_POLICY: Final = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"
