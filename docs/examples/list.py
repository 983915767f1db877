#!/usr/bin/env python3
"""All enterprises that pass a filter, page by page, into usaha.csv. Nobody needs to sign in."""

import csv
import json
import os
import urllib.request

SENTRA = os.environ.get("SENTRA", "https://sentra.contoh.id")


def items(path):
    while path:
        with urllib.request.urlopen(SENTRA + path) as answer:
            page = json.load(answer)
        yield from page["items"]
        path = page["next"]  # null on the last page


with open("usaha.csv", "w", newline="", encoding="utf-8") as file:
    rows = csv.writer(file)
    rows.writerow(["id", "name", "region", "sector", "lon", "lat"])
    for item in items("/api/v1/enterprises?region=35.15&limit=1000"):
        place = item["public_place"]
        rows.writerow([item["id"], item["name"], item["region"], item["sectors"][0], place["lon"], place["lat"]])
