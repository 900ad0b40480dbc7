"""What kubectl says to mistakes, and what podlab adds to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kubectl_fake import FakeApi, pod

from podlab.api.served import RESOURCES
from podlab.kubectl.api_resources import find_resource
from podlab.kubectl.call import Result
from podlab.kubectl.cli import Kubectl
from podlab.kubectl.command import commands

WEB = FakeApi(pod("web", labels={"app": "shop"}, containers=("web", "log")), pod("done", phase="Succeeded"))
HELP = "for help and examples"


@pytest.mark.parametrize(
    ("command", "stderr", "hint"),
    [
        ("frobnicate", 'Error: unknown command "frobnicate" for "kubectl"', "There are api-resources"),
        ("gett pods", 'Error: unknown command "gett" for "kubectl"\n\nDid you mean this?\n\tget\n\tset', ""),
        ("list pods", 'Error: unknown command "list" for "kubectl"\n\nDid you mean this?\n\tget', ""),
        ("desc pod web", 'Error: unknown command "desc" for "kubectl"\n\nDid you mean this?\n\tdescribe', ""),
        ("edit pod web", "error: podlab's kubectl has no command \"edit\"", "There are api-resources"),
        ("get pods | wc", 'error: there is no shell here that would understand "|"', "work on it in Python"),
        ("get 'pods", "error: cannot read the command: No closing quotation", "Close every quotation mark."),
        ("get podz", "error: the server doesn't have a resource type \"podz\"", "Did you mean pods?"),
        ("get xyzzy", "error: the server doesn't have a resource type \"xyzzy\"", "kubectl api-resources"),
        ("get pods --wdie", "error: unknown flag: --wdie\nSee 'kubectl get --help' for usage.", ""),
        ("get pods --selectr=a", "error: unknown flag: --selectr\nSee 'kubectl get --help' for usage.", "--selector"),
        ("get pods -x", "error: unknown shorthand flag: 'x' in -x\nSee 'kubectl get --help' for usage.", ""),
        ("get pods -watch", "error: unknown shorthand flag: 'a' in -atch\nSee 'kubectl get --help' for usage.", ""),
        ("get pods -output=yaml", 'error: unable to match a printer suitable for the output format "utput=yaml", '
         "allowed formats are: custom-columns,custom-columns-file,go-template,go-template-file,json,jsonpath,"
         "jsonpath-as-json,jsonpath-file,name,template,templatefile,wide,yaml", ""),
        ("get pods -n", "error: flag needs an argument: 'n' in -n\nSee 'kubectl get --help' for usage.", ""),
        ("get pods --output", "error: flag needs an argument: --output\nSee 'kubectl get --help' for usage.", ""),
        (
            "logs web --tail=x",
            'error: invalid argument "x" for "--tail" flag: strconv.ParseInt: parsing "x": invalid syntax\n'
            "See 'kubectl logs --help' for usage.",
            "",
        ),
        (
            "get pods -w --request-timeout=5",
            'error: invalid argument "5" for "--request-timeout" flag: time: missing unit in duration "5"\n'
            "See 'kubectl get --help' for usage.",
            "",
        ),
        (
            "delete pod web --wait=perhaps",
            'error: invalid argument "perhaps" for "--wait" flag: strconv.ParseBool: parsing "perhaps": invalid syntax'
            "\nSee 'kubectl delete --help' for usage.",
            "",
        ),
        (
            "get",
            'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of '
            'supported resources.\n\nerror: Required resource not specified.\nUse "kubectl explain <resource>" for a '
            f"detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' {HELP}",
            "",
        ),
        ("get pod nope", 'Error from server (NotFound): pods "nope" not found', ""),
        ("get rs nope", 'Error from server (NotFound): replicasets.apps "nope" not found', ""),
        (
            "get pods -l a=b=c",
            'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "a=b=c", '
            "field selector \"\": found '=', expected: ',' or 'end of string'",
            "",
        ),
        (
            "get pods --field-selector spec.color=red",
            'Error from server (BadRequest): Unable to find "/v1, Resource=pods" that match label selector "", field '
            'selector "spec.color=red": field label not supported: spec.color',
            "",
        ),
        ("get pod web -l app=x", "error: name cannot be provided when a selector is specified", ""),
        ("get pod web -A", "error: a resource cannot be retrieved by name across all namespaces", ""),
        ("get pod/a/b", "error: arguments in resource/name form may not have more than one slash", ""),
        ("get pod/", "error: arguments in resource/name form must have a single resource and name", ""),
        (
            "get pod pod/web",
            "error: there is no need to specify a resource type as a separate argument when passing arguments in "
            "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
            "resource/<resource_name>'",
            "",
        ),
        ("get pods --sort-by=.x", 'error: couldn\'t find any field with path "{.x}" in the list of objects', ""),
        ("get po,svc -w", "error: you may only specify a single resource type", ""),
        ("describe rs web", 'Error from server (NotFound): replicasets.apps "web" not found', ""),
        ("describe pod nope", 'Error from server (NotFound): pods "nope" not found', ""),
        (
            "logs",
            "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required "
            f"argument for the logs command\nSee 'kubectl logs -h' {HELP}",
            "",
        ),
        ("logs web -c nope", "error: container nope is not valid for pod web", "Its containers are web, log."),
        ("logs nope", 'error: error from server (NotFound): pods "nope" not found in namespace "default"', ""),
        (
            "logs web -c log -p",
            'Error from server (BadRequest): previous terminated container "log" in pod "web" not found',
            "",
        ),
        ("exec", "error: pod, type/name or --filename must be specified", ""),
        ("exec web", "error: you must specify at least one command for the container", ""),
        (
            "exec web ls",
            "error: exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead\n"
            f"See 'kubectl exec -h' {HELP}",
            "",
        ),
        (
            "exec web -c nope -- ls",
            "Error from server (BadRequest): container nope is not valid for pod web",
            "Its containers are web, log.",
        ),
        (
            "exec done -- ls",
            "error: cannot exec into a container in a completed pod; current phase is Succeeded",
            "",
        ),
        (
            "exec web -c web -- nope",
            'error: Internal error occurred: exec: "nope": executable file not found in $PATH',
            "",
        ),
        ("delete pod", "error: resource(s) were provided, but no name was specified", "--all"),
        ("wait pod web", 'error: unrecognized condition: ""', "--for=condition=Ready"),
        ("wait --for=ready pod web", 'error: unrecognized condition: "ready"', "--for=condition=Ready"),
        ("wait --for=delete pods", "error: resource(s) were provided, but no name was specified", ""),
        ("wait --for=condition=Ready pods -l app=nope", "error: no matching resources found", ""),
        ("wait --for=condition=Ready pod nope", 'Error from server (NotFound): pods "nope" not found', ""),
        (
            "wait --for=jsonpath={.status.phase}Running pod web",
            'error: jsonpath wait format must be --for=jsonpath="{}"=value, not {.status.phase}Running',
            "--for=jsonpath=",
        ),
        ("wait --for=jsonpath={.status pod web", "error: error parsing jsonpath {.status, unclosed action", ""),
        ("delete pod nope", 'Error from server (NotFound): pods "nope" not found', ""),
        (
            "delete pod web --force --grace-period=3",
            "error: --force and --grace-period greater than 0 cannot be specified together",
            "",
        ),
        ("delete pod web --now --grace-period=3", "error: --now and --grace-period cannot be specified together", ""),
        ("label pod web", "error: at least one label update is required", ""),
        (
            "label app=x",
            "error: one or more resources must be specified as <resource> <name> or <resource>/<name>",
            "",
        ),
        ("label pod web app=x", "error: 'app' already has a value (shop), and --overwrite is false", ""),
        ("label pod web a=b web", "error: all resources must be specified before label changes: web", ""),
        ("label pod web a=b a-", "error: can not both modify and remove a label in the same command: a", ""),
        ("scale rs web", 'error: required flag(s) "replicas" not set', ""),
        (
            "scale rs web --replicas=-1",
            "error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
            "",
        ),
        (
            "scale pod web --replicas=2",
            "Error from server (NotFound): the server could not find the requested resource",
            "can be scaled",
        ),
        ("run web", 'error: required flag(s) "image" not set', "--image"),
        ("run --image=x", f"error: NAME is required for run\nSee 'kubectl run -h' {HELP}", ""),
        ("run x --image=x --restart=Sometimes", "error: invalid restart policy: Sometimes", "Always, OnFailure, Never"),
        ("run x --image='a b'", 'error: Invalid image name "a b": invalid reference format', ""),
        ("run x --image=x --env=A", "error: invalid env: A", "NAME=VALUE"),
        (
            "run x --image=x --dry-run=maybe",
            'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".',
            "",
        ),
        ("create", "error: must specify one of -f and -k", "-f -"),
        ("create pod web", "error: podlab's kubectl cannot create pod without a manifest", "with -f"),
        ("create ns", f"error: exactly one NAME is required, got 0\nSee 'kubectl create -h' {HELP}", ""),
        ("apply -f nope.yaml", 'error: the path "nope.yaml" does not exist', ""),
        ("apply -f -", "error: no objects passed to apply", ""),
        (
            "explain",
            'error: You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list '
            "of supported resources.",
            "",
        ),
        ("explain pod.spec.restartpolicy", 'error: field "restartpolicy" does not exist', "restartPolicy"),
        ("explain pod.spec.restartPolicy.x", 'error: field "x" does not exist', ""),
        ("explain podz", "error: the server doesn't have a resource type \"podz\"", ""),
        ("events --for web", "error: --for must be in resource/name form", "pod/web"),
    ],
)  # fmt: skip
def test_mistakes(command, stderr, hint):
    result = Kubectl(WEB).run(command)
    assert result.stderr == stderr + "\n"
    assert result.rc == 1
    assert hint in result.hint


@pytest.mark.parametrize(
    ("manifest", "stderr", "hint"),
    [
        (
            "kind: Pod",
            'error: error validating "STDIN": error validating data: apiVersion not set; if you choose to ignore these '
            "errors, turn validation off with --validate=false",
            "",
        ),
        (
            "a: b",
            'error: error validating "STDIN": error validating data: [apiVersion not set, kind not set]; if you choose '
            "to ignore these errors, turn validation off with --validate=false",
            "",
        ),
        (
            "{apiVersion: v1, kind: Pdo, metadata: {name: x}}",
            'error: resource mapping not found for name: "x" namespace: "" from "STDIN": no matches for kind "Pdo" in '
            'version "v1"\nensure CRDs are installed first',
            "Did you mean kind Pod?",
        ),
        (
            "{apiVersion: v1, kind: ReplicaSet, metadata: {name: x}}",
            'error: resource mapping not found for name: "x" namespace: "" from "STDIN": no matches for kind '
            '"ReplicaSet" in version "v1"\nensure CRDs are installed first',
            "A ReplicaSet is of version apps/v1.",
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: x, namespace: far}}",
            'error: the namespace from the provided object "far" does not match the namespace "z". You must pass '
            "'--namespace=far' to perform this operation.",
            "",
        ),
    ],
)
def test_manifests_that_are_none(manifest, stderr, hint):
    result = Kubectl(WEB).run("apply -n z -f -", manifest)
    assert (result.stderr, result.rc) == (stderr + "\n", 1)
    assert hint in result.hint


def test_text_that_is_no_yaml():
    result = Kubectl(WEB).run("apply -f -", "a: [b")
    assert result.stderr.startswith("error: error parsing STDIN: error converting YAML to JSON: yaml: line ")
    assert result.rc == 1
    assert result.hint


def test_every_command_is_there():
    assert {"apply", "describe", "get", "wait"} <= commands().keys()
    names = [flag.name for command in commands().values() for flag in command.all_flags]
    for command in commands().values():
        flags = command.all_flags
        assert len({flag.name for flag in flags}) == len(flags)
        shorts = [flag.short for flag in flags if flag.short]
        assert len(set(shorts)) == len(shorts), command.name
        assert command.usage in Kubectl(WEB).run(f"{command.name} --help").stdout
    assert "output" in names
    assert "describe" in Kubectl(WEB).run("").stdout


def test_every_resource_has_its_type():
    for resource in RESOURCES:
        assert resource.model() is not None, resource
        assert find_resource(resource.qualified) == resource


WORDS = st.sampled_from(
    [
        *commands(),
        "pods",
        "pod",
        "web",
        "pod/web",
        "-o",
        "yaml",
        "-l",
        "app=shop",
        "--",
        "-w",
        "all",
        "-A",
        "-n",
        "x",
        "-f",
    ]
)


@given(st.lists(WORDS | st.text(max_size=6), max_size=6), st.text(max_size=20))
def test_no_words_ever_raise(words, stdin):
    kubectl = Kubectl(FakeApi(pod("web")), read_file=lambda name: stdin)
    result = kubectl.run(words, stdin)
    assert isinstance(result, Result)
    assert (result.rc == 0) or result.stderr
    assert isinstance(kubectl.run(" ".join(words), stdin), Result)
