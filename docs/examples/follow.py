#!/usr/bin/env python3
"""Keeps copy.db a copy of all that a service client may see, for as long as it runs; it may be stopped at
any moment. The client needs the scope `changes`."""

import base64
import json
import os
import sqlite3
import sys
import time
import urllib.error
import urllib.request

SENTRA = os.environ.get("SENTRA", "https://sentra.contoh.id")
START = "/api/v1/changes?since=0&wait=30&limit=1000"
ONCE = "--once" in sys.argv  # end when the copy is up to date


def ask(path, authorization, form=None):
    request = urllib.request.Request(SENTRA + path, form, {"Authorization": authorization})
    with urllib.request.urlopen(request, timeout=90) as answer:
        return json.load(answer)


def new_token():
    pair = f"{os.environ['SENTRA_CLIENT_ID']}:{os.environ['SENTRA_CLIENT_SECRET']}"
    basic = "Basic " + base64.b64encode(pair.encode()).decode()
    return ask("/api/v1/auth/token", basic, b"grant_type=client_credentials")["access_token"]


copy = sqlite3.connect("copy.db")
copy.execute("CREATE TABLE IF NOT EXISTS entities (id TEXT PRIMARY KEY, entity TEXT, document TEXT)")
copy.execute("CREATE TABLE IF NOT EXISTS progress (next TEXT)")
token = None
while True:
    row = copy.execute("SELECT next FROM progress").fetchone()
    path = row[0] if row else START
    path = path.replace("wait=30&", "wait=0&") if ONCE else path.replace("wait=0&", "wait=30&")
    try:
        token = token or new_token()
        page = ask(path, f"Bearer {token}")
    except urllib.error.HTTPError as error:
        if error.code == 409:  # restored from a backup: what was copied does not count any more
            with copy:
                copy.execute("DELETE FROM entities")
                copy.execute("DELETE FROM progress")
        elif error.code == 401 and token:  # ten minutes are over
            token = None
        elif error.code in (401, 403):
            sys.exit(f"the client is revoked, or has another secret or no scope `changes`: {error}")
        else:  # 429 and 503 say when to come again
            time.sleep(int(error.headers.get("Retry-After") or 5))
        continue
    except OSError as error:
        print(f"again in 5 s: {error}", file=sys.stderr)
        time.sleep(5)
        continue
    with copy:  # what was taken in and how far it goes: together or not at all
        for change in page["items"]:
            if change.get("removed"):  # withdrawn, moved out of the area, taken back
                copy.execute("DELETE FROM entities WHERE id = ?", (change["entity_id"],))
            elif change.get("current"):
                row = (change["entity_id"], change["entity"], json.dumps(change["current"]))
                copy.execute("INSERT OR REPLACE INTO entities VALUES (?, ?, ?)", row)
        copy.execute("DELETE FROM progress")
        copy.execute("INSERT INTO progress VALUES (?)", (page["next"],))
    if ONCE and f"since={page['last_seq']}&" in page["next"]:
        break
