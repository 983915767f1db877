"""The server that is measured."""

import http.client
import json
import re
import subprocess
import time

EMAIL, PASSWORD = "bench@contoh.id", "kata sandi bench"


class Server:
    """`sentra serve` on any free port."""

    def __init__(self, generated):
        self.generated = generated

    def __enter__(self):
        self.log = (self.generated.folder / "server.log").open("a")
        self.start = time.monotonic()
        command = [self.generated.sentra, "serve", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            command, env=self.generated.env, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            raise SystemExit(f"the server did not start: see {self.log.name}")
        self.host = self.address.removeprefix("http://")
        Client(self).ask("GET", "/readyz")
        self.ready_seconds = time.monotonic() - self.start
        return self

    def searches(self):
        """Waits until words find something: the indexes may be filled yet. Answers since the start."""
        while True:
            connection = http.client.HTTPConnection(self.host, timeout=120)
            connection.request("GET", "/api/v1/enterprises?q=batik&limit=1")
            if connection.getresponse().status == 200:
                return time.monotonic() - self.start
            time.sleep(0.5)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.log.close()

    def memory(self, name="VmRSS"):
        """Megabytes; VmHWM is the most there ever was."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(rf"{name}:\s+(\d+)", status.read()).group(1)) * 1024 / 1e6


class Client:
    """One connection; signed in if asked to."""

    def __init__(self, server, signed_in=False):
        self.connection = http.client.HTTPConnection(server.host, timeout=120)
        self.token = None
        self.asked = time.monotonic()
        if signed_in:
            self.sign_in()

    def sign_in(self):
        self.token = None
        body = {"email": EMAIL, "password": PASSWORD}
        self.token = self.ask("POST", "/api/v1/auth/session", body)["access_token"]
        # Access tokens last ten minutes.
        self.until = time.monotonic() + 500

    def ask(self, method, path, body=None, **headers):
        if self.token:
            if time.monotonic() > self.until:
                self.sign_in()
            headers["Authorization"] = f"Bearer {self.token}"
        headers["Content-Type"] = "application/json"
        # A connection that rested while PostGIS answered is closed by the server.
        if time.monotonic() - self.asked > 2:
            self.connection.close()
        self.asked = time.monotonic()
        self.connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path}: {answer.status} {content[:500]!r}")
        return json.loads(content) if content else None
