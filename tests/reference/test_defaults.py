"""What the API fills in against what the real one filled in."""

from lightkube.models.core_v1 import Pod

from podlab.api import decode_object, default_pod, encode, prepare_for_create


def test_defaulted(reference_cases):
    for case in reference_cases("defaults"):
        pod = decode_object(Pod, case["in"]["manifest"])
        assert encode(default_pod(pod)) == case["out"]["defaulted"], case["in"]


def test_after_prepare_for_create(reference_cases):
    for case in reference_cases("defaults"):
        pod = decode_object(Pod, case["in"]["manifest"])
        stored = encode(prepare_for_create(pod))
        assert timeless(stored) == timeless(case["out"]["afterPrepareForCreate"]), case["in"]


def timeless(pod):
    """Without the time at which the pod was held back; it is when the answer was recorded."""
    for condition in pod["status"].get("conditions", []):
        condition.pop("lastTransitionTime")
    return pod


def test_the_pod_itself_stays(reference_cases):
    for case in reference_cases("defaults"):
        pod = decode_object(Pod, case["in"]["manifest"])
        before = encode(pod)
        prepare_for_create(pod)
        default_pod(pod)
        assert encode(pod) == before
