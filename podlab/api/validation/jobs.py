"""Jobs and CronJobs.

Models ValidateJob, validateJobSpec and ValidateCronJobCreate of pkg/apis/batch/validation, Kubernetes 1.36, and what
the Job's strategy fills in before (generateSelector). All take an object with its defaults filled in.
"""

from __future__ import annotations

from lightkube.models.batch_v1 import CronJob, Job, JobSpec
from lightkube.models.meta_v1 import LabelSelector, ObjectMeta

from podlab.api.decode import encode
from podlab.api.validation.cron import schedule_fault, zone_fault
from podlab.api.validation.errors import ErrorList
from podlab.api.validation.job_policies import check_pod_failure_policy, check_success_policy
from podlab.api.validation.metadata import given_name
from podlab.api.validation.names import check, check_label_keys_and_values, dns_label, label_value
from podlab.api.validation.scheduling import check_label_selector
from podlab.api.validation.strategy import check_not_negative
from podlab.api.validation.workloads import NO_MATCH, check_template, labels_of, matches, selector_is_sound

_ENDING = ("OnFailure", "Never")
_MODES = ("NonIndexed", "Indexed")
_CONCURRENCY = ("Allow", "Forbid", "Replace")
_MOST_INDEXED = _MOST_COMPLETIONS = 100_000
_MOST_WITH_MANY = 10_000
_LONGEST_CRON_NAME = 52
NAME_LABELS = ("job-name", "batch.kubernetes.io/job-name")
UID_LABELS = ("controller-uid", "batch.kubernetes.io/controller-uid")


def check_job(job: Job, errors: ErrorList) -> None:
    """Its pods must be able to end, and be its own: their labels and its selector are made by the API server."""
    metadata, spec = job.metadata or ObjectMeta(), job.spec
    if spec is None:
        errors.required("spec.template.spec.containers")
        return
    name = given_name(metadata)
    if not spec.manualSelector:
        _check_own_labels(spec, metadata, errors)
        check(label_value(name), "spec.template.labels", name, errors)
    _check_job_spec(spec, "spec", errors)
    _check_job_selector(spec, errors)
    if spec.completionMode == "Indexed" and (spec.completions or 0) > 0:
        last = f"{name}-{(spec.completions or 0) - 1}"
        if dns_label(last):
            rule = f"will not able to create pod with invalid DNS label: {last}"
            errors.invalid("metadata.name", name, rule)


def _check_own_labels(spec: JobSpec, metadata: ObjectMeta, errors: ErrorList) -> None:
    """Labels and selectors that the API server makes may not be given otherwise: they name the Job, and its UID."""
    labels, name, uid = labels_of(spec.template), given_name(metadata), metadata.uid or ""
    right = dict.fromkeys(UID_LABELS, uid) | dict.fromkeys(NAME_LABELS, name)
    for key, value in right.items():
        if key in labels and labels[key] != value:
            errors.invalid(
                f"spec.template.metadata.labels[{key}]", labels, f"must be '{value or 'the UID of the Job'}'"
            )
    selector = spec.selector
    given = selector is not None and (selector.matchLabels or selector.matchExpressions)
    if selector is not None and given and not matches(selector, right):
        errors.invalid("spec.selector", encode(selector), "`selector` not auto-generated")


def _check_job_selector(spec: JobSpec, errors: ErrorList) -> None:
    """A selector of one's own must pick the pods."""
    selector = spec.selector
    if spec.manualSelector and selector is None:
        errors.required("spec.selector")
    check_label_selector(selector, "spec.selector", errors)
    given = spec.manualSelector or (selector is not None and selector != LabelSelector())
    if given and selector_is_sound(selector) and not matches(selector, labels_of(spec.template)):
        errors.invalid("spec.template.metadata.labels", labels_of(spec.template) or None, NO_MATCH)


def _check_job_spec(spec: JobSpec, field: str, errors: ErrorList) -> None:
    for name in (
        *("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"),
        *("backoffLimitPerIndex", "maxFailedIndexes"),
    ):
        check_not_negative(getattr(spec, name), f"{field}.{name}", errors)
    if spec.maxFailedIndexes is not None and spec.backoffLimitPerIndex is None:
        errors.required(f"{field}.backoffLimitPerIndex", "when maxFailedIndexes is specified")
    _check_completion_mode(spec, field, errors)
    if spec.podFailurePolicy is not None:
        check_pod_failure_policy(spec, f"{field}.podFailurePolicy", errors)
    if spec.successPolicy is not None and spec.completionMode != "Indexed":
        errors.invalid(f"{field}.successPolicy", encode(spec.successPolicy), "requires indexed completion mode")
    elif spec.successPolicy is not None:
        check_success_policy(spec.successPolicy, spec.completions or 0, f"{field}.successPolicy", errors)
    known = ("Failed",) if spec.podFailurePolicy is not None else ("Failed", "TerminatingOrFailed")
    if spec.podReplacementPolicy not in (None, *known):
        errors.not_supported(f"{field}.podReplacementPolicy", spec.podReplacementPolicy, known)
    check_template(spec.template, errors, f"{field}.template")
    _check_ends(spec, f"{field}.template.spec.restartPolicy", errors)


def _check_ends(spec: JobSpec, field: str, errors: ErrorList) -> None:
    """Its pods must be able to end."""
    policy = (spec.template.spec.restartPolicy if spec.template.spec else None) or "Always"
    if policy == "Always":
        errors.required(field, 'valid values: "OnFailure", "Never"')
    elif policy not in _ENDING:
        errors.not_supported(field, policy, _ENDING)
    elif spec.podFailurePolicy is not None and policy != "Never":
        errors.invalid(field, policy, 'only "Never" is supported when podFailurePolicy is specified')


def _check_completion_mode(spec: JobSpec, field: str, errors: ErrorList) -> None:
    if spec.completionMode not in (None, *_MODES):
        errors.not_supported(f"{field}.completionMode", spec.completionMode, _MODES)
    if spec.completionMode == "Indexed":
        _check_indexed(spec, field, errors)
    elif spec.completionMode in (None, "NonIndexed"):
        for name in ("backoffLimitPerIndex", "maxFailedIndexes"):
            if (value := getattr(spec, name)) is not None:
                errors.invalid(f"{field}.{name}", value, "requires indexed completion mode")


def _check_indexed(spec: JobSpec, field: str, errors: ErrorList) -> None:
    """A Job that counts its pods says how many, and not too many for a status that lists them."""
    completions, parallelism, most_failed = spec.completions, spec.parallelism or 0, spec.maxFailedIndexes
    if completions is None:
        errors.required(f"{field}.completions", "when completion mode is Indexed")
    if parallelism > _MOST_INDEXED:
        rule = f"must be less than or equal to {_MOST_INDEXED} when completion mode is Indexed"
        errors.invalid(f"{field}.parallelism", parallelism, rule)
    if completions is not None and most_failed is not None and most_failed > completions:
        errors.invalid(f"{field}.maxFailedIndexes", most_failed, "must be less than or equal to completions")
    if most_failed is not None and most_failed > _MOST_INDEXED:
        errors.invalid(f"{field}.maxFailedIndexes", most_failed, f"must be less than or equal to {_MOST_INDEXED}")
    if (completions or 0) <= _MOST_COMPLETIONS or spec.backoffLimitPerIndex is None:
        return
    if most_failed is None:
        rule = f"must be specified when completions is above {_MOST_COMPLETIONS}"
        errors.required(f"{field}.maxFailedIndexes", rule)
    for name, value in (("parallelism", parallelism), ("maxFailedIndexes", most_failed or 0)):
        if value > _MOST_WITH_MANY:
            many = f"when completions are above {_MOST_COMPLETIONS} and used with backoff limit per index"
            errors.invalid(f"{field}.{name}", value, f"must be less than or equal to {_MOST_WITH_MANY} {many}")


def check_cron_job(cron: CronJob, errors: ErrorList) -> None:
    """Its schedule must be readable, and its Jobs be possible; their names are longer than its own by eleven."""
    metadata, spec = cron.metadata or ObjectMeta(), cron.spec
    if spec is None:
        errors.required("spec.schedule")
        return
    _check_schedule(spec.schedule, errors)
    check_not_negative(spec.startingDeadlineSeconds, "spec.startingDeadlineSeconds", errors)
    if spec.timeZone is not None and (fault := zone_fault(spec.timeZone)):
        errors.invalid("spec.timeZone", spec.timeZone, fault)
    if spec.concurrencyPolicy not in (None, *_CONCURRENCY):
        errors.not_supported("spec.concurrencyPolicy", spec.concurrencyPolicy, _CONCURRENCY)
    made = spec.jobTemplate
    labels = made.metadata.labels if made.metadata else None
    check_label_keys_and_values(labels, "spec.jobTemplate.labels", errors)
    if made.spec is not None:
        _check_job_spec(made.spec, "spec.jobTemplate.spec", errors)
        if made.spec.selector is not None:
            rule = "`selector` will be auto-generated"
            errors.invalid("spec.jobTemplate.spec.selector", encode(made.spec.selector), rule)
        if made.spec.manualSelector:
            errors.not_supported("spec.jobTemplate.spec.manualSelector", made.spec.manualSelector, ("nil", "false"))
    for name in ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"):
        check_not_negative(getattr(spec, name), f"spec.{name}", errors)
    name = given_name(metadata)
    if len(name) > _LONGEST_CRON_NAME:
        errors.invalid("metadata.name", name, f"must be no more than {_LONGEST_CRON_NAME} characters")


def _check_schedule(schedule: str, errors: ErrorList) -> None:
    field = "spec.schedule"
    if not schedule:
        errors.required(field)
        return
    if fault := schedule_fault(schedule):
        errors.invalid(field, schedule, fault)
    if "TZ" in schedule:
        errors.invalid(field, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead")
