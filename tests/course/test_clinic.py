"""The clinic: a patient is looked at with kubectl, diagnosed from a closed list, and repaired by patch or manifest."""

from __future__ import annotations

from html import escape

import pytest

import podlab as pl
from podlab.course.patients import PATIENTS
from podlab.course.progress import forget
from podlab.explain.causes import CAUSES
from podlab.simulation import session as sessions

STATUS = {
    "menu": "ImagePullBackOff",
    "greeter": "CreateContainerConfigError",
    "till": "CrashLoopBackOff",
    "cake": "CrashLoopBackOff",
    "bot": "CrashLoopBackOff",
    "soup": "Init:CrashLoopBackOff",
    "counter": "Running",
    "backup": "Completed",
    "archive": "Pending",
    "press": "CrashLoopBackOff",
    "waiter": "Terminating",
    "news": "Running",
    "kiosk": "CrashLoopBackOff",
    "usher": "CrashLoopBackOff",
}
MORE_MEMORY = "spec: {containers: [{name: main, resources: {limits: {memory: 200Mi}}}]}"

everyone = pytest.mark.parametrize("case", PATIENTS, ids=lambda case: case.pod)


@pytest.fixture(autouse=True)
def no_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_current", None)


def told(patient: pl.course.Patient) -> str:
    return patient.check().text.replace("\n  ", " ")


def test_twelve_patients_with_a_cause_of_their_own() -> None:
    assert [case.number for case in PATIENTS if case.number] == list(range(1, 13))
    causes = [case.cause for case in PATIENTS]
    assert len(set(causes)) == len(causes)
    assert set(causes) < set(CAUSES), "some causes nobody has"


@everyone
def test_each_is_as_sick_as_it_looks(case: pl.course.Case) -> None:
    row = str(pl.clinic(case.pod).kubectl(f"get pod {case.pod} --no-headers")).split()
    assert (row[0], row[2]) == (case.pod, STATUS[case.pod])


@pytest.mark.parametrize(
    ("patient", "command", "shows"),
    [
        pytest.param(1, "events --for pod/menu", "nginx:1.72: not found", id="menu: the registry's answer"),
        pytest.param(2, "describe pod greeter", "couldn't find key greetings in ConfigMap default/words", id="greeter"),
        pytest.param(2, "get configmap words -o yaml", "greeting: Good morning", id="greeter: the key there is"),
        pytest.param(3, "logs till --previous", "DB_HOST is not set, giving up", id="till: last words"),
        pytest.param(4, "describe pod cake", "Reason:       OOMKilled\n      Exit Code:    137", id="cake: by whom"),
        pytest.param(5, "describe pod bot", 'exec: "pyhton3": executable file not found in $PATH', id="bot: message"),
        pytest.param(6, "logs soup -c fetch --previous", "'/recipes/soup': No such file", id="soup: the init's log"),
        pytest.param(7, "exec counter -c diary -- netstat -tln", "0.0.0.0:80 ", id="counter: who listens where"),
        pytest.param(7, "describe pod counter", ":8080: connect: connection refused", id="counter: what was asked"),
        pytest.param(8, "get pod backup -o yaml", "restartPolicy: Always", id="backup: what nobody wrote"),
        pytest.param(9, "describe pod archive", "1 node(s) had untolerated taint(s), 2 node(s) didn't", id="archive"),
        pytest.param(9, "describe node node-3", "team=accounts:NoSchedule", id="archive: the taint"),
        pytest.param(9, "get nodes -l disk=fast -o name", "node/node-3", id="archive: the label"),
        pytest.param(10, "describe pod press", "failed liveness probe, will be restarted", id="press: who killed it"),
        pytest.param(11, "exec waiter -- ps", "1 root     sh -c while true", id="waiter: process 1"),
        pytest.param(12, "logs reader", "Connection refused", id="news: the witness"),
        pytest.param(12, "get endpointslices", "<unset>", id="news: nobody behind the Service"),
        pytest.param(12, "get services -o wide", "app=news", id="news: what the Service wants"),
        pytest.param(12, "get pods --show-labels", "app=newz", id="news: what the pod has"),
        pytest.param(12, "exec news -- curl -s localhost", "Welcome to nginx!", id="news: the pod is well"),
    ],
)
def test_kubectl_shows_what_leads_to_the_diagnosis(patient: int, command: str, shows: str) -> None:
    result = pl.clinic(patient).kubectl(command)
    assert result.rc == 0
    assert shows in result.stdout, result


@everyone
def test_its_cure_heals_and_no_repair_does_not(case: pl.course.Case) -> None:
    assert pl.clinic(case.pod, case.cause, case.cure).check().passed
    untouched = pl.clinic(case.pod, case.cause, case.manifest).check()
    assert not untouched.passed
    assert untouched.rows[0][0] == "yes"


@everyone
def test_the_right_repair_with_a_wrong_diagnosis_is_not_enough(case: pl.course.Case) -> None:
    others = [cause for cause in CAUSES if cause != case.cause]
    result = pl.clinic(case.pod, others[0], case.cure).check()
    assert [row[0] for row in result.rows] == ["no"] + ["yes"] * len(case.checks)


@everyone
def test_every_wrong_diagnosis_is_answered_with_a_reason_of_its_own(case: pl.course.Case) -> None:
    assert set(case.because) <= set(CAUSES) - {case.cause}
    patient = pl.clinic(case.pod)
    answers = {cause: patient.diagnose(cause).text for cause in CAUSES}
    assert len(set(answers.values())) == len(CAUSES)
    for cause, answer in answers.items():
        assert (": yes, " in answer.splitlines()[0]) == (cause == case.cause)
        assert len(answer.split()) > 12, answer
        assert case.cause not in answer or cause == case.cause, "a wrong guess does not give away the right one"


@everyone
def test_the_hints_do_not_name_the_cause_at_once(case: pl.course.Case) -> None:
    first, second = case.hints[:2]
    assert case.cause not in first
    assert case.cause in second


@everyone
def test_what_kubectl_gets_as_yaml_can_be_changed_and_given_back(case: pl.course.Case) -> None:
    """Pasting the whole manifest back unchanged leaves the patient as sick as before; so the paste was understood."""
    patient = pl.clinic(case.pod, case.cause)
    pasted = str(patient.kubectl(f"get pod {case.pod} -o yaml"))
    result = patient.repair(pasted).check()
    assert "cannot be run" not in result.text
    assert not result.passed


def test_a_pasted_manifest_with_the_right_change_heals() -> None:
    patient = pl.clinic(4, "out-of-memory")
    pasted = str(patient.kubectl("get pod cake -o yaml"))
    assert patient.repair(pasted.replace("memory: 100Mi", "memory: 200Mi")).check().passed


def test_a_pod_pasted_back_is_scheduled_anew() -> None:
    patient = pl.clinic(7, "readiness-probe")
    pasted = str(patient.kubectl("get pod counter -o yaml"))
    assert "nodeName:" in pasted
    healed = patient.repair(pasted.replace("port: 8080", "port: 80"))
    assert healed.check().passed


def test_only_the_images_of_the_registry_can_be_pulled() -> None:
    result = pl.clinic(1, "wrong-image", "spec: {containers: [{name: web, image: 'nginx:1.72.0'}]}").check()
    assert "status is ImagePullBackOff" in result.text.replace("\n  ", " ")


@pytest.mark.parametrize(
    ("probe", "said"),
    [
        pytest.param("failureThreshold: 30", "at 11 s it was: Liveness probe failed: command timed out", id="patience"),
        pytest.param("initialDelaySeconds: 300", "it is not asked for the first 300 s", id="asked late"),
        pytest.param("null", "it has none", id="no probe"),
    ],
)
def test_the_press_is_not_healed_by_asking_less(probe: str, said: str) -> None:
    value = probe if probe == "null" else f"{{{probe}}}"
    result = told(pl.clinic(10, "liveness-probe", f"spec: {{containers: [{{name: main, livenessProbe: {value}}}]}}"))
    assert f"as long as it prints, its liveness probe says yes: {said}" in result


def test_nothing_said_yet() -> None:
    result = pl.clinic(4).check()
    assert result.rows[0] == ("no", "what is wrong: ?", "not said yet")
    assert {row[2] for row in result.rows[1:]} == {"no repair yet"}


@pytest.mark.parametrize(
    ("repair", "said"),
    [
        pytest.param("a: [", "is not YAML", id="no YAML"),
        pytest.param("- 1", "a repair is YAML: the whole manifest, or a patch", id="a list"),
        pytest.param("nginx", "a repair is YAML: the whole manifest, or a patch", id="a word"),
        pytest.param("image: nginx", "has 'image' at its top; what a pod shall run belongs below spec", id="no spec"),
        pytest.param("spec: {containers: [{image: x}]}", "needs its name", id="which container?"),
        pytest.param("spec: {containers: [{name: main, imag: x}]}", "spec.containers[0].imag: unknown", id="a field"),
        pytest.param("spec: {containers: [{name: mian, image: x}]}", "main 3, mian 0", id="another container"),
        pytest.param("kind: Service\nspec: {}", "is for Service, but the manifest has Pod cake", id="another kind"),
        pytest.param("metadata: {name: pie}\nspec: {}", "is for Pod pie, but the manifest has Pod cake", id="a name"),
        pytest.param("kind: Node\nspec: {taints: []}", "is for Node", id="the nodes are not the patient's"),
        pytest.param("apiVersion: v1\nkind: Pod\nmetadata: {name: cake}", "spec", id="a whole pod without a spec"),
        pytest.param("metadata: null", "metadata.name", id="a patch that takes the name away"),
        pytest.param("apiVersion: v1\nkind: List\nitems: [1]", "a repair is YAML", id="a list of no objects"),
    ],
)
def test_a_bad_repair_is_told_in_the_table(repair: str, said: str) -> None:
    result = pl.clinic(4, repair=repair).check()
    assert said in result.text.replace("\n  ", " ")
    assert not result.passed
    assert pl.clinic(4, repair=repair).show().text


@pytest.mark.parametrize(
    ("args", "said"),
    [
        pytest.param((13,), "no patient 13. There are 1 to 12, by name menu, greeter", id="a number too large"),
        pytest.param((0,), "no patient 0", id="zero"),
        pytest.param((True,), "no patient True", id="no number"),
        pytest.param(("mneu",), "Did you mean menu", id="a name mistyped"),
        pytest.param((1, "wrong-imag"), "diagnosis: .*Did you mean wrong-image", id="a diagnosis mistyped"),
        pytest.param((1, "zzz"), "It is one of: wrong-image, missing-config", id="no such diagnosis"),
        pytest.param((1, None), "diagnosis: there is no None", id="no diagnosis"),
        pytest.param((1, ["taint"]), "diagnosis: there is no", id="several"),
        pytest.param((1, "?", 3), "repair: must be YAML as text, not an int", id="a repair that is no text"),
        pytest.param((None, "taint"), "say which patient", id="a diagnosis for nobody"),
    ],
)
def test_a_bad_call_is_refused_in_a_sentence(args: tuple[object, ...], said: str) -> None:
    with pytest.raises((ValueError, TypeError), match=said):
        pl.clinic(*args)  # type: ignore[arg-type]


def test_the_cluster_is_that_of_the_kubectl_magic() -> None:
    patient = pl.clinic(1)
    assert sessions.current() is patient.session
    ward = pl.clinic()
    assert sessions.current() is ward.session
    names = str(ward.kubectl("get pods -o name")).split()
    assert {f"pod/{case.pod}" for case in PATIENTS if case.number} < set(names)


def test_the_ward_shows_them_as_sick_as_they_are_alone() -> None:
    ward = pl.clinic()
    for case in PATIENTS:
        if case.number:
            row = str(ward.kubectl(f"get pod {case.pod} --no-headers")).split()
            assert row[2] == STATUS[case.pod]


def test_time_passes_for_the_patient_alone() -> None:
    patient = pl.clinic(11)
    assert patient.advance(80) == 320
    assert "not found" in str(patient.kubectl("get pod waiter"))
    assert "waiter" in str(pl.clinic(11).kubectl("get pods"))


def test_the_report_and_the_ward_count_who_is_healed() -> None:
    forget()
    pl.clinic(4).check()
    assert "0 of 12 healed" in repr(pl.clinic())
    pl.clinic(4, "out-of-memory", MORE_MEMORY).check()
    pl.clinic(4, "out-of-memory", "a: [").check()
    assert "1 of 12 healed" in repr(pl.clinic())
    assert [row[1:] for row in pl.progress().rows] == [("13-cake", "3", "5 of 5", "done")]
    forget()


def test_an_exercise_by_its_id_is_the_same_patient() -> None:
    assert pl.exercise("13-cake", MORE_MEMORY).attempt == pl.clinic(4, repair=MORE_MEMORY).attempt
    with pytest.raises(TypeError, match="give the repair as text"):
        pl.exercise("13-cake", pl.predict("cake", t=1, phase="Running"))


def test_reveal_gives_a_repair_to_be_copied() -> None:
    shown = pl.clinic(4).reveal()
    assert shown.text.endswith(MORE_MEMORY)
    assert f"<pre>{escape(MORE_MEMORY)}</pre>" in shown.html


def test_a_picture_sick_and_repaired() -> None:
    assert "OOMKilled" in pl.clinic(4).show().text
    assert "repaired" in pl.clinic(4, repair=MORE_MEMORY).show().text


def test_the_card_tells_the_complaint_and_the_manifest_is_as_written() -> None:
    patient = pl.clinic(4)
    assert "It may have 256Mi" in repr(patient)
    assert repr(patient.manifest).startswith("apiVersion: v1\nkind: Pod\nmetadata: {name: cake}")


def test_what_a_learner_writes_is_escaped() -> None:
    evil = "<img src=x onerror=alert(1)>"
    html = pl.clinic(4, repair=f"kind: '{evil}'\nspec: {{}}").check().html
    assert evil not in html
    assert escape(evil) in html
