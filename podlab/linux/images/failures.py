"""What the kubelet says of an image that cannot be had, or that has no name."""

from __future__ import annotations

from podlab.api.image import DEFAULT_DOMAIN, InvalidReferenceError, parse


def fault(image: str) -> str | None:
    """What the kubelet says of a string that is no image name; None when it is one."""
    try:
        parse(image)
    except InvalidReferenceError as problem:
        return f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": {problem}'
    return None


def pull_failure(image: str, *, known: bool = False) -> str:
    """What the kubelet says when an image cannot be had: its registry refuses the connection, or knows no such image.

    Of a repository that Docker's registry does not know it does not say whether there is none or it is private; of one
    that it knows (`known`) it says that the tag is not there. Errors with a gRPC code keep it, unless it is Unknown.
    """
    reference = parse(image)
    host, path = reference.registry, reference.path
    failed = f'failed to pull and unpack image "{reference}": failed to resolve reference "{reference}"'
    name, _, port = host.partition(":")
    if host == DEFAULT_DOMAIN and not known:
        return (
            f"{failed}: pull access denied, repository does not exist or may require authorization: "
            "server message: insufficient_scope: authorization failed"
        )
    if not (port or name == "localhost" or name.replace(".", "").isdecimal()):
        return f"rpc error: code = NotFound desc = {failed}: {reference}: not found"
    local = name == "localhost" or name.startswith("127.")
    scheme, number = ("http", port or "80") if local else ("https", port or "443")
    address = "127.0.0.1" if name == "localhost" else name
    url = f"{scheme}://{host}/v2/{path}/manifests/{reference.digest or reference.tag}"
    return f'{failed}: failed to do request: Head "{url}": dial tcp {address}:{number}: connect: connection refused'
