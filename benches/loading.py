#!/usr/bin/env python3
"""How fast a province is loaded, and how long people wait for their own writes meanwhile.

    python3 benches/loading.py                                   # 1,000,000 rows, SQLite
    ROWS=100000 DATABASE_URL=postgres://… python3 benches/loading.py   # an empty database

A server serves the same database; somebody changes records over HTTP, one after the other, while
`sentra generate` fills it.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time

ROWS = os.environ.get("ROWS", "1000000")
SENTRA = os.environ.get("SENTRA_BIN", "target/release/sentra")
RECORDS = 50
PAUSE = 0.05
DRAFT = {"name": "Tas Melati", "sectors": ["kulit-alas-kaki"], "region": "35.15.06.2001"}


class Person:
    """Somebody who is signed in."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.token = None
        self.sign_in()

    def sign_in(self):
        body = {"email": "bench@contoh.id", "password": "kata sandi bench"}
        self.token = self.ask("POST", "/api/v1/auth/session", body)[0]["access_token"]
        self.since = time.monotonic()

    def ask(self, method, path, body, **headers):
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        headers["Content-Type"] = "application/json"
        self.connection.request(method, path, json.dumps(body), headers)
        answer = self.connection.getresponse()
        content = answer.read()
        assert answer.status < 300, (answer.status, content)
        return json.loads(content), answer.headers


def main():
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("DATABASE_URL", f"sqlite://{folder}/load.db")
        # The server is measured, not its limits.
        env = {**os.environ, "DATABASE_URL": url, "SENTRA_RATE_LIMIT": "0"}
        env.setdefault("SENTRA_VAULT_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
        quiet = {"env": env, "stderr": subprocess.DEVNULL}
        subprocess.run([SENTRA, "migrate"], check=True, **quiet)
        subprocess.run([SENTRA, "seed"], check=True, **quiet)
        add = [SENTRA, "user", "add", "bench@contoh.id", "--role", "verifier", "--password-stdin"]
        subprocess.run(add, check=True, input=b"kata sandi bench\n", **quiet)
        serve = [SENTRA, "serve", "--listen", "127.0.0.1:0"]
        server = subprocess.Popen(serve, stdout=subprocess.PIPE, text=True, **quiet)
        try:
            address = server.stdout.readline().strip().removeprefix("http://")
            person = Person(address)
            paths = []
            for _ in range(RECORDS):
                paths.append(person.ask("POST", "/api/v1/enterprises", DRAFT)[1]["Location"])
            generate = [SENTRA, "generate", "--rows", ROWS, "--seed", "7"]
            loading = subprocess.Popen(generate, env=env, stderr=subprocess.PIPE, text=True)
            waits = []
            while loading.poll() is None:
                # Access tokens last ten minutes.
                if time.monotonic() - person.since > 500:
                    person.sign_in()
                path = paths[len(waits) % RECORDS]
                start = time.perf_counter()
                person.ask("PATCH", path, {"name": f"Tas {len(waits)}"}, **{"If-Match": "*"})
                waits.append(time.perf_counter() - start)
                time.sleep(PAUSE)
            told = loading.stderr.read()
            assert loading.returncode == 0, told
            print(told.strip())
            waits.sort()
            p50, p99 = (waits[int(len(waits) * part)] * 1000 for part in (0.5, 0.99))
            print(f"{len(waits)} PATCH meanwhile: p50 {p50:.0f} ms, p99 {p99:.0f} ms, longest {waits[-1] * 1000:.0f} ms")
            if url.startswith("sqlite://"):
                size = os.path.getsize(url.removeprefix("sqlite://"))
                print(f"{size / 1e6:.0f} MB on disk, {size / int(ROWS):.0f} bytes a row")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
