import lightkube.models.apps_v1
import lightkube.models.core_v1
import msgspec
import pytest

from podlab.api.field_types import LATER_FIELDS
from podlab.api.served import RESOURCES
from podlab.kubectl.enums import ENUMS
from podlab.kubectl.explain import explain
from podlab.kubectl.fielddocs import field_docs


@pytest.mark.parametrize(
    ("path", "lines"),
    [
        ("pods", ["KIND:       Pod\nVERSION:    v1\n\nDESCRIPTION:\n    Pod is a collection of containers"]),
        ("deploy.spec", ["GROUP:      apps\nKIND:       Deployment\n", "FIELD: spec <DeploymentSpec>\n"]),
        ("po.metadata.labels", ["FIELD: labels <map[string]string>\n"]),
        (
            "po.spec.containers.resources.limits",
            ["FIELD: limits <map[string]Quantity>\n", "    Quantity is a fixed-point"],
        ),
        ("po.spec.containers.name", ["FIELD: name <string>\n"]),
        ("po.spec.containers", ["FIELD: containers <[]Container>\n", "  name\t<string> -required-\n"]),
        ("po.spec.dnsPolicy", ["ENUM:\n    ClusterFirst\n    ClusterFirstWithHostNet\n    Default\n    None\n"]),
        ("po.spec.volumes.hostPath", ['  enum: "", BlockDevice, CharDevice, Directory, ....\n']),
        (
            "po.metadata.creationTimestamp",
            ["FIELD: creationTimestamp <string>\n", "    Time is a wrapper around time.Time"],
        ),
        ("svc.spec.ports.targetPort", ["FIELD: targetPort <IntOrString>\n"]),
    ],
)
def test_explain(path, lines):
    text = explain(path)
    for line in lines:
        assert line in text


def test_recursive():
    text = explain("pod.spec.containers.readinessProbe", recursive=True)
    assert "  exec\t<ExecAction>\n    command\t<[]string>\n  failureThreshold\t<integer>\n" in text


def test_every_field_of_every_kind_can_be_explained():
    seen = set()
    todo = [resource.model() for resource in RESOURCES]
    while todo:
        model = todo.pop()
        if model in seen:
            continue
        seen.add(model)
        fields = field_docs(model)
        names = set(model.__struct_encode_fields__)
        assert fields.keys() == {name for name in names if f"{model.__name__}.{name}" not in LATER_FIELDS}
        todo += [field.model for field in fields.values() if field.model is not None]
    assert len(seen) > 300


def test_the_words_of_a_field_belong_to_a_field():
    for key in ENUMS:
        model, _, field = key.partition(".")
        found = getattr(lightkube.models.core_v1, model, None) or getattr(lightkube.models.apps_v1, model)
        assert issubclass(found, msgspec.Struct)
        assert field in found.__struct_encode_fields__
        assert list(ENUMS[key]) == sorted(ENUMS[key])


@pytest.mark.parametrize("path", ["pod", "rs.spec.template.spec", "job.spec", "node.status"])
def test_lines_are_not_too_long(path):
    for line in explain(path).splitlines():
        assert len(line) <= 80 or len(line.split()) == 1, line
