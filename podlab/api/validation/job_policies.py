"""When a Job has failed for good, and when it has done enough.

Models validatePodFailurePolicy and validateSuccessPolicy of pkg/apis/batch/validation.
"""

from __future__ import annotations

from lightkube.models.batch_v1 import (
    JobSpec,
    PodFailurePolicyOnExitCodesRequirement,
    PodFailurePolicyOnPodConditionsPattern,
    PodFailurePolicyRule,
    SuccessPolicy,
    SuccessPolicyRule,
)

from podlab.api.validation.errors import ErrorList, quoted
from podlab.api.validation.names import check, qualified_name
from podlab.api.validation.strategy import check_not_negative

_ACTIONS = ("Count", "FailIndex", "FailJob", "Ignore")
_OPERATORS = ("In", "NotIn")
_STATUSES = ("False", "True", "Unknown")
_MOST_RULES = 20
_MOST_CODES = 255


def check_pod_failure_policy(spec: JobSpec, field: str, errors: ErrorList) -> None:
    """Each rule looks at exit codes or at conditions, and says what is to be done."""
    rules = (spec.podFailurePolicy.rules if spec.podFailurePolicy else None) or []
    if len(rules) > _MOST_RULES:
        errors.too_many(f"{field}.rules", len(rules), _MOST_RULES)
    pod = spec.template.spec
    names = {container.name for container in (*(pod.containers or []), *(pod.initContainers or []))} if pod else set()
    for index, rule in enumerate(rules):
        _check_rule(spec, rule, f"{field}.rules[{index}]", names, errors)


def _check_rule(spec: JobSpec, rule: PodFailurePolicyRule, field: str, names: set[str], errors: ErrorList) -> None:
    _one_of(rule.action, _ACTIONS, f"{field}.action", errors)
    if rule.action == "FailIndex" and spec.backoffLimitPerIndex is None:
        errors.invalid(f"{field}.action", rule.action, "requires the backoffLimitPerIndex to be set")
    if rule.onExitCodes is not None:
        _check_exit_codes(rule.onExitCodes, f"{field}.onExitCodes", names, errors)
    conditions = rule.onPodConditions or []
    if len(conditions) > _MOST_RULES:
        errors.too_many(f"{field}.onPodConditions", len(conditions), _MOST_RULES)
    for index, pattern in enumerate(conditions):
        _check_condition(pattern, f"{field}.onPodConditions[{index}]", errors)
    if rule.onExitCodes is not None and conditions:
        errors.wrong(field, "specifying both OnExitCodes and OnPodConditions is not supported")
    if rule.onExitCodes is None and not conditions:
        errors.wrong(field, "specifying one of OnExitCodes and OnPodConditions is required")


def _check_condition(pattern: PodFailurePolicyOnPodConditionsPattern, field: str, errors: ErrorList) -> None:
    check(qualified_name(pattern.type), f"{field}.type", pattern.type, errors)
    _one_of(pattern.status, _STATUSES, f"{field}.status", errors)


def _check_exit_codes(
    codes: PodFailurePolicyOnExitCodesRequirement, field: str, names: set[str], errors: ErrorList
) -> None:
    """Codes in order, none twice; 0 is no failure."""
    _one_of(codes.operator, _OPERATORS, f"{field}.operator", errors)
    if codes.containerName is not None and codes.containerName not in names:
        rule = "must be one of the container or initContainer names in the pod template"
        errors.invalid(f"{field}.containerName", codes.containerName, rule)
    values = codes.values or []
    if not values:
        errors.invalid(f"{field}.values", values, "at least one value is required")
    elif len(values) > _MOST_CODES:
        errors.too_many(f"{field}.values", len(values), _MOST_CODES)
    for index, value in enumerate(values):
        if codes.operator == "In" and value == 0:
            errors.invalid(f"{field}.values[{index}]", value, "must not be 0 for the In operator")
        if value in values[:index]:
            errors.duplicate(f"{field}.values[{index}]", value)
    if values != sorted(values):
        errors.invalid(f"{field}.values", values, "must be ordered")


def check_success_policy(policy: SuccessPolicy, completions: int, field: str, errors: ErrorList) -> None:
    """Each rule says how many of the indexes, or which of them, are enough."""
    rules = policy.rules or []
    if not rules:
        errors.required(f"{field}.rules", "at least one rules must be specified when the successPolicy is specified")
    if len(rules) > _MOST_RULES:
        errors.too_many(f"{field}.rules", len(rules), _MOST_RULES)
    for index, rule in enumerate(rules):
        _check_success_rule(rule, completions, f"{field}.rules[{index}]", errors)


def _check_success_rule(rule: SuccessPolicyRule, completions: int, field: str, errors: ErrorList) -> None:
    count, indexes = rule.succeededCount, rule.succeededIndexes
    if count is None and indexes is None:
        errors.required(field, "at least one of succeededCount or succeededIndexes must be specified")
    total = 0
    if indexes is not None:
        total, fault = _count_indexes(indexes, completions)
        if fault:
            errors.invalid(f"{field}.succeededIndexes", indexes, f"error parsing succeededIndexes: {fault}")
    if count is None:
        return
    check_not_negative(count, f"{field}.succeededCount", errors)
    if count > completions:
        rule_text = f"must be less than or equal to {completions} (the number of specified completions)"
        errors.invalid(f"{field}.succeededCount", count, rule_text)
    if indexes is not None and count > total:
        many = "the number of indexes in the specified succeededIndexes field"
        errors.invalid(f"{field}.succeededCount", count, f"must be less than or equal to {total} ({many})")


def _count_indexes(text: str, completions: int) -> tuple[int, str]:
    """How many indexes "1,3-5" has, and what is wrong with it: numbers that grow, below the completions."""
    total, before = 0, -1
    for part in text.split(",") if text else ():
        numbers = part.split("-")
        if len(numbers) > 2:
            return total, f"fields must have at most 2 numbers: {quoted(part)}"[:200]
        for number in numbers:
            if not (number.isascii() and number.isdigit() and len(number) < 11):
                return total, f"cannot convert string to integer for index: {quoted(number[:200])}"
            if int(number) >= completions:
                return total, f"too large index: {quoted(number)}"
        first, last = int(numbers[0]), int(numbers[-1])
        if first <= before or (len(numbers) == 2 and first >= last):
            return total, f"non-increasing order, previous: {before if first <= before else first}, current: {last}"
        total, before = total + last - first + 1, last
    return total, ""


def _one_of(value: str | None, supported: tuple[str, ...], field: str, errors: ErrorList) -> None:
    if not value:
        errors.required(field, f"valid values: [{' '.join(quoted(each) for each in supported)}]")
    elif value not in supported:
        errors.not_supported(field, value, supported)
