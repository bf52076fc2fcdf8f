import json
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import requests

HTTP, HTTPS = sys.argv[1:]
sys.stdout.reconfigure(encoding="utf-8")
events = queue.Queue()


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        events.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def call(base, path, **parameters):
    return requests.post(base + path, data={"api_token": "sandbox-token", **parameters}, timeout=60)


def status(base):
    return call(base, "/ticket", ticket_id=5003).json()["ticket"]["status_id"]


print("ticket:", call(HTTP, "/ticket", ticket_id=5003).json()["ticket"]["subject"])

receiver = HTTPServer(("127.0.0.1", 0), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()
webhook = {"url": f"http://127.0.0.1:{receiver.server_port}/hook", "events": ["ticket_changed"]}
requests.patch(HTTP + "/sandbox/settings", json={"webhooks": [webhook]}, timeout=60).raise_for_status()
print(*events.get(timeout=60))

script = {"match": {"operation": "update_ticket"}, "status": 503}
requests.post(HTTP + "/sandbox/scripts", json=script, timeout=60).raise_for_status()
print("scripted:", call(HTTP, "/update/ticket", ticket_id=5003, status=2).status_code)
print("updated:", call(HTTP, "/update/ticket", ticket_id=5003, status=2).json()["status"])
event = events.get(timeout=60)
assert event["secret"] == "sandbox-secret"
change = event["trigger"]["data"][0]
print("webhook:", change["target"], change["old_value"], "to", change["value"])

journal = requests.get(HTTP + "/sandbox/requests?operation=update_ticket", timeout=60).json()
print("journal:", ", ".join(request["outcome"] for request in journal["requests"]))
print("over TLS:", status(HTTPS))
requests.post(HTTP + "/sandbox/reset", timeout=60).raise_for_status()
print("after the reset:", status(HTTPS))
