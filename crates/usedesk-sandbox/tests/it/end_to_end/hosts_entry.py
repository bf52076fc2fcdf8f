"""Calls https://secure.usedesk.com, which an entry in /etc/hosts leads to the sandbox on port 443.

Runs as root of new namespaces: neither the network nor the hosts file of the machine are touched.
"""

import fcntl
import socket
import struct
import subprocess
import sys

import requests

program, folder = sys.argv[1:]

# ip link set lo up
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
    fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))

hosts = f"{folder}/hosts"
with open(hosts, "w") as file:
    file.write("127.0.0.1 localhost\n127.0.0.1 secure.usedesk.com\n")
subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)

command = [program, "--port=443", f"--tls={folder}", "--host-name=secure.usedesk.com", "--quiet"]
sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
try:
    print(sandbox.stdout.readline().strip())
    form = {"api_token": "sandbox-token", "ticket_id": 4501, "status": 2}
    trusted = {"verify": f"{folder}/ca.pem", "timeout": 60}
    print(requests.post("https://secure.usedesk.com/uapi/update/ticket", data=form, **trusted).json())
    # Control calls may use the name, too.
    print(requests.get("https://secure.usedesk.com/sandbox/health", **trusted).json()["requests"])
    try:
        requests.get("https://secure.usedesk.com/", timeout=60)
    except requests.exceptions.SSLError:
        print("not trusted without the file")
finally:
    sandbox.kill()
