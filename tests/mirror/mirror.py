#!/usr/bin/env python3
"""A copy of the registry that stays right: follows /changes into an SQLite file.

    mirror.py --server https://sentra.contoh.id --credentials client.txt --copy copy.db

`client.txt` holds two lines, `client_id=…` and `client_secret=…`, as `sentra client add` prints them; it
is read again for each token, so a new secret is put there while this runs. The copy holds what the
client may see: the table `entities`, one row an entity, its document as JSON. It may be killed at any
moment: what was taken in and how far it came are one transaction. With `--once` it ends when it is up
to date. Python's standard library is all that it needs.
"""

import argparse
import http.client
import json
import signal
import socket
import sqlite3
import sys
import time
import urllib.parse

FEED = "/api/v1/changes"
WAIT = 30  # seconds that the server holds a request for which there is nothing yet
PAGE = 1000
# Seconds before another try; after each failure twice as long.
SOONEST, LATEST = 0.2, 15

SCHEMA = """
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS entities (
    id TEXT PRIMARY KEY, entity TEXT NOT NULL, tier TEXT, revision INTEGER NOT NULL, document TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS entities_entity ON entities (entity);
"""


def say(*words):
    print(*words, file=sys.stderr, flush=True)


class Refused(Exception):
    """The server does not know the client, or its secret is another now."""


class Trouble(Exception):
    """The server does not answer, or not now; `wait` is what it says itself."""

    def __init__(self, text, wait=None):
        super().__init__(text)
        self.wait = wait


class Server:
    """One connection, kept open."""

    def __init__(self, url, credentials):
        self.url = urllib.parse.urlsplit(url)
        self.credentials = credentials
        self.connection = None
        self.token, self.token_ends = None, 0.0

    def ask(self, method, path, headers, body=None):
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        try:
            if self.connection is None:
                self.connection = kind(self.url.netloc, timeout=WAIT + 30)
            self.connection.request(method, self.url.path.rstrip("/") + path, body, headers)
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, socket.timeout, http.client.HTTPException) as error:
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            raise Trouble(f"no answer: {error or type(error).__name__}") from error

    def new_token(self):
        """OAuth 2.0 client credentials: id and secret for a token that lives for minutes."""
        with open(self.credentials, encoding="utf-8") as file:
            given = dict(line.strip().split("=", 1) for line in file if "=" in line)
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials",
            "client_id": given.get("client_id", ""),
            "client_secret": given.get("client_secret", ""),
        })
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, headers, body = self.ask("POST", "/api/v1/auth/token", kind, form)
        if status in (400, 401):
            raise Refused(problem(body))
        if status != 200:
            raise Trouble(f"no token: {status} {problem(body)}", headers.get("Retry-After"))
        told = json.loads(body)
        # A minute early: the server's clock is another.
        self.token, self.token_ends = told["access_token"], time.monotonic() + told["expires_in"] - 60

    def get(self, path):
        """Status and JSON; with another token where the one at hand is not good any more."""
        for attempt in range(2):
            if self.token is None or time.monotonic() > self.token_ends:
                self.new_token()
            headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
            status, answered, body = self.ask("GET", path, headers)
            if status == 401 and attempt == 0:
                self.token = None
                continue
            break
        if status == 401:
            raise Refused(problem(body))
        if status == 429 or status >= 500:
            raise Trouble(f"{status} {problem(body)}", answered.get("Retry-After"))
        return status, json.loads(body)


def problem(body):
    """What an error says of itself (RFC 9457)."""
    try:
        told = json.loads(body)
        return f"{told.get('title')}: {told.get('detail')}"
    except ValueError:
        return body[:200].decode(errors="replace")


class Copy:
    def __init__(self, path):
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(SCHEMA)

    def state(self, name, default=None):
        row = self.db.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return row[0] if row else default

    def put(self, name, value):
        self.db.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (name, str(value)))

    def begin_anew(self):
        """Another log: nothing that was copied can be counted on."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute("DELETE FROM entities")
        self.db.execute("DELETE FROM state WHERE name IN ('next', 'since', 'log_epoch')")
        self.put("begun", int(self.state("begun", 0)) + 1)
        self.db.execute("COMMIT")

    def take_in(self, page):
        """A page of changes and how far they go, together or not at all."""
        since = since_of(page["next"])
        self.db.execute("BEGIN IMMEDIATE")
        for change in page["items"]:
            current = change.get("current")
            if change.get("removed"):
                self.db.execute("DELETE FROM entities WHERE id = ?", (change["entity_id"],))
            elif current is not None:
                row = (change["entity_id"], change["entity"], current.get("tier"), current.get("revision", 0),
                       json.dumps(current, ensure_ascii=False, sort_keys=True))
                self.db.execute("INSERT OR REPLACE INTO entities VALUES (?, ?, ?, ?, ?)", row)
        self.put("next", page["next"])
        self.put("since", since)
        self.put("log_epoch", page["log_epoch"])
        self.put("taken", int(self.state("taken", 0)) + len(page["items"]))
        self.db.execute("COMMIT")
        return since


def since_of(path):
    return int(urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)["since"][0])


def follow(server, copy, once):
    pause = SOONEST
    refused = None
    while True:
        path = copy.state("next") or f"{FEED}?since=0&wait={WAIT}&limit={PAGE}"
        # With `--once` nothing is waited for.
        path = path.replace(f"wait={WAIT}&", "wait=0&") if once else path.replace("wait=0&", f"wait={WAIT}&")
        try:
            status, page = server.get(path)
        except Refused as why:
            if str(why) != refused:
                say(f"REFUSED: {why} (revoked, ended, or another secret: put the new one into {server.credentials})")
                refused = str(why)
            server.token = None
            time.sleep(1)
            continue
        except Trouble as why:
            say(f"again in {why.wait or round(pause, 1)} s: {why}")
            time.sleep(float(why.wait or pause))
            pause = min(pause * 2, LATEST)
            continue
        pause = SOONEST
        if refused:
            say("accepted again")
            refused = None
        if status == 403:
            say(f"NOT ALLOWED: {page.get('detail')} The client needs the scope `changes`.")
            return 3
        # A restore gives the log another epoch; a file that was put back by hand may only be shorter.
        shorter = status == 200 and page["last_seq"] < since_of(page["next"])
        if shorter or (status == 409 and page.get("type", "").endswith(":log-epoch-changed")):
            say("BEGINS ANEW: the log is another one, the registry was restored from a backup")
            copy.begin_anew()
            continue
        if status != 200:
            say(f"UNEXPECTED: {status} {page.get('detail')}")
            return 4
        since = copy.take_in(page)
        if since >= page["last_seq"]:
            if copy.state("up_to") != str(since):
                copy.put("up_to", since)
            if once:
                return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--server", required=True)
    parser.add_argument("--credentials", required=True)
    parser.add_argument("--copy", required=True)
    parser.add_argument("--once", action="store_true", help="end when it is up to date")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    return follow(Server(given.server, given.credentials), Copy(given.copy), given.once)


if __name__ == "__main__":
    sys.exit(main())
