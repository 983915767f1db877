"""How long people wait who read, while others write and segments of the atlas are merged."""

import itertools
import re
import subprocess
import threading
import time
from random import Random

from .data import say
from .load import ask_us
from .server import EMAIL, PASSWORD, Client

CONNECTIONS = 32
RECORDS = 20_000


def half_of(saturated, server, operation, seconds):
    """The same questions at about half of what saturates: each connection waits between two."""
    wanted = saturated.rate / 2
    busy = saturated.p50 * CONNECTIONS / 8 / 2
    delay = max(CONNECTIONS / wanted * 1e3 - busy / CONNECTIONS, 1)
    return ask_us(server.address, operation, CONNECTIONS, seconds, round(2 * delay))


class Writer:
    """Changes one record after the other over HTTP, as fast as it is let, in a thread."""

    def __init__(self, generated, server):
        self.server, self.waits, self.stopped = server, [], threading.Event()
        random = Random(7)
        keys = sorted(random.sample(range(1, generated.rows + 1), min(RECORDS, generated.rows)))
        marks = ",".join("?" * 500)
        rows = []
        for at in range(0, len(keys), 500):
            some = keys[at : at + 500]
            sql = f"SELECT id FROM enterprises WHERE key IN ({marks[: 2 * len(some) - 1]})"
            rows += [id for (id,) in generated.query(sql, *some)]
        random.shuffle(rows)
        self.ids = itertools.cycle(rows)

    def __enter__(self):
        self.client = Client(self.server, signed_in=True)
        self.thread = threading.Thread(target=self._write)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()

    def _write(self):
        while not self.stopped.is_set():
            start = time.perf_counter()
            # The address is of the record alone: no count and no tile is another by it.
            change = {"address": f"Jalan Melati No. {len(self.waits)}"}
            path = f"/api/v1/enterprises/{next(self.ids)}"
            self.client.ask("PATCH", path, change, **{"If-Match": "*"})
            self.waits.append((time.perf_counter() - start) * 1e3)

    def told(self, seconds):
        waits = sorted(self.waits)
        p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
        return f"{len(waits) / seconds:,.0f} changes a second, p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def measure(generated, server, operations, saturated, seconds, grow):
    """Of each operation its times without and with a writer, and with a bulk load beside it if `grow`
    says of how many rows (the set is then used up); what the writers were told."""
    generated.run("user", "add", EMAIL, "--role", "verifier", "--password-stdin", input=PASSWORD + "\n")
    lines, told = [], []
    for operation in operations:
        say(f"{operation.name}, beside writers")
        full = saturated[operation.name]
        quiet = half_of(full, server, operation, seconds)
        with Writer(generated, server) as writer:
            start = time.monotonic()
            written = half_of(full, server, operation, seconds)
            told.append(writer.told(time.monotonic() - start))
        lines.append([operation.name, quiet, written, None])
    if grow:
        generated.dirty_file.write_text("")
        for line, operation, seed in zip(lines, operations, itertools.count(1_000)):
            full, rows = saturated[operation.name], grow // len(lines)
            line[3], rate = growing(generated, server, full, operation, rows, seed)
            told.append(f"{rate:,.0f} rows a second loaded beside {operation.name}")
    return lines, told


def growing(generated, server, saturated, operation, rows, seed):
    """The questions while so many rows are loaded by another process: the worst five seconds."""
    say(f"while {rows:,} rows are loaded")
    command = [generated.sentra, "generate", "--rows", str(rows), "--seed", str(seed)]
    loading = subprocess.Popen(command, env=generated.env, stderr=subprocess.PIPE, text=True)
    worst = None
    while loading.poll() is None:
        found = half_of(saturated, server, operation, 5)
        worst = found if worst is None or found.p99 > worst.p99 else worst
    told = loading.stderr.read()
    if loading.returncode != 0:
        raise SystemExit(f"rows could not be loaded: {told}")
    return worst, int(re.search(r"(\d+) rows/s", told).group(1))
