"""The REST API of Kubernetes in front of a simulation, without a network: a `Request` goes in, a `Response` comes out.

`podlab.serve` puts it behind HTTPS. Models k8s.io/apiserver.
"""

from podlab.apiserver.rest.request import Request, Response
from podlab.apiserver.rest.rest import Rest

__all__ = ["Request", "Response", "Rest"]
