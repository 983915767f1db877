"""A phone with ODK Collect: the form list, forms, lists and their hashes, and submissions over a
connection that is lost, cut or raced as in the field. It knows OpenRosa and nothing of the server."""

import csv
import email.utils
import hashlib
import http.client
import io
import socket
import threading
import uuid
import xml.etree.ElementTree as xml
from pathlib import Path
from urllib.parse import urlencode, urlsplit

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
XFORMS = "{http://www.w3.org/2002/xforms}"
ENTITIES = "{http://www.opendatakit.org/xforms/entities}"
RESPONSE = "{http://openrosa.org/http/response}"
TAKEN = (201, 202)
TRUE = ("1", "true")


class Wrong(Exception):
    """The server did not answer as Collect needs it."""


def need(true, message):
    if not true:
        raise Wrong(message)


class Phone:
    def __init__(self, base, folder, device):
        self.base = base.rstrip("/")
        self.where = urlsplit(self.base)
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.device = device
        self.forms = {}

    @property
    def form(self):
        """The id of its only form."""
        (form,) = self.forms
        return form

    # Requests.

    def connect(self):
        return http.client.HTTPConnection(self.where.hostname, self.where.port, timeout=120)

    def ask(self, method, url, body=None, headers=None):
        """Status, headers and body. A url of the server's, or a path below the phone's own."""
        parts = urlsplit(url if "://" in url else f"{self.base}/{url}")
        need((parts.hostname, parts.port) == (self.where.hostname, self.where.port), f"another server: {url}")
        # As Collect does it: with its id, and an hour that is not right.
        target = f"{parts.path}?{'&'.join(filter(None, [parts.query, urlencode({'deviceID': self.device})]))}"
        sent = {"X-OpenRosa-Version": "1.0", "Date": "Thu, 26 Nov 2026 03:04:05 GMT",
                "User-Agent": "org.odk.collect.android", **(headers or {})}
        connection = self.connect()
        try:
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            connection.close()

    def get_xml(self, url):
        status, headers, body = self.ask("GET", url)
        need(status == 200, f"{url}: {status} {body[:300]!r}")
        need(headers.get_content_type() == "text/xml", f"{url}: {headers['Content-Type']}")
        need(headers["X-OpenRosa-Version"] == "1.0", f"{url}: no X-OpenRosa-Version")
        need(email.utils.parsedate_to_datetime(headers["Date"]), f"{url}: no Date")
        return xml.fromstring(body)

    def get_file(self, url, hashed):
        status, _, body = self.ask("GET", url)
        need(status == 200, f"{url}: {status} {body[:300]!r}")
        need(hashed == f"md5:{hashlib.md5(body).hexdigest()}", f"{url}: not of the hash that was told")
        return body

    # Forms.

    def update(self):
        """Takes every form with its files, as `match_exactly` does. Form id -> path of the form."""
        root = self.get_xml("formList")
        need(root.tag == f"{LIST}xforms", f"formList: {root.tag}")
        self.forms = {}
        for form in root.findall(f"{LIST}xform"):
            told = {part.tag.removeprefix(LIST): part.text or "" for part in form}
            for part in ("formID", "name", "version", "hash", "downloadUrl"):
                need(told.get(part), f"formList: a form without {part}, so Collect shows none")
            folder = self.folder / told["formID"]
            folder.mkdir(exist_ok=True)
            (folder / "form.xml").write_bytes(self.get_file(told["downloadUrl"], told["hash"]))
            if told.get("manifestUrl"):
                self.take_files(told["manifestUrl"], folder)
            self.saved_to(folder / "form.xml")
            self.forms[told["formID"]] = folder / "form.xml"
        return self.forms

    def take_files(self, url, folder):
        root = self.get_xml(url)
        need(root.tag == f"{MANIFEST}manifest", f"{url}: {root.tag}")
        for file in root.findall(f"{MANIFEST}mediaFile"):
            name, hashed, at = (file.findtext(f"{MANIFEST}{part}") for part in ("filename", "hash", "downloadUrl"))
            need(name and "/" not in name, f"{url}: a file {name!r}")
            body = self.get_file(at, hashed)
            if file.get("type") == "entityList":
                header = body.decode().splitlines()[0].lstrip("\ufeff")
                need(header.startswith("name,label,__version"), f"{name} begins {header[:60]}")
                rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
                # Where each one's own branch would begin.
                own = [{**row, "__trunkVersion": row["__version"], "__branchId": str(uuid.uuid4())} for row in rows]
                self.write_list(folder / name, header.split(","), own)
            else:
                (folder / name).write_bytes(body)

    # Lists of entities: a phone without a connection keeps its own changes in them.

    def entities(self, form, name):
        with (self.folder / form / f"{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def write_list(self, at, fields, rows):
        fields = [*fields, *(own for own in ("__trunkVersion", "__branchId") if own not in fields)]
        with at.open("w", newline="") as file:
            writer = csv.DictWriter(file, fields, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def saved_to(self, form):
        """Property of an entity -> path of the question that is saved to it."""
        properties = {}
        for bind in xml.parse(form).iter(f"{XFORMS}bind"):
            name = bind.get(f"{ENTITIES}saveto")
            if name:
                reserved = name.lower() in ("name", "label") or name.startswith("__")
                need(not reserved, f"no property of an entity may be called {name}")
                properties[name] = bind.get("nodeset")
        return properties

    def keep_change(self, form, submission):
        """What Collect does to its list when a form that changes or makes an entity is finalised.
        The id of the entity."""
        root = xml.fromstring(submission)
        entity = root.find("{*}meta/{*}entity")
        values = {"label": entity.findtext("{*}label")} if entity.findtext("{*}label") else {}
        for name, path in self.saved_to(self.forms[form]).items():
            found = root.find("/".join(f"{{*}}{step}" for step in path.split("/")[2:]))
            if found is not None:
                values[name] = found.text or ""
        at = self.folder / form / f"{entity.get('dataset')}.csv"
        rows = self.entities(form, entity.get("dataset"))
        fields = list(csv.reader(at.open(newline="")))[0]
        fields += [name for name in values if name not in fields]
        row = next((row for row in rows if row["name"] == entity.get("id")), None)
        if row is None:
            need(entity.get("create") in TRUE, "an entity that is not there is changed")
            rows.append({"name": entity.get("id"), "__version": "1", "__branchId": str(uuid.uuid4()), **values})
        else:
            need(entity.get("update") in TRUE, "an entity that is there is made")
            row.update({"__version": str(int(row["__version"]) + 1), **values})
        self.write_list(at, fields, rows)
        return entity.get("id")

    # Submissions.

    def largest(self):
        status, headers, _ = self.ask("HEAD", "submission")
        need(status == 204, f"HEAD submission: {status}; Collect knows 204 only")
        need(headers["X-OpenRosa-Accept-Content-Length"], "HEAD submission: no X-OpenRosa-Accept-Content-Length")
        return int(headers["X-OpenRosa-Accept-Content-Length"])

    def parts(self, submission, files, incomplete=False):
        """The body of a post and its content type. `files`: name -> bytes."""
        boundary = str(uuid.uuid4())
        body = bytearray()

        def part(name, content, kind, filename=None):
            said = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
            head = (f"--{boundary}\r\nContent-Disposition: {said}\r\n"
                    f"Content-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n")
            body.extend(head.encode() + content + b"\r\n")

        part("xml_submission_file", submission.encode(), "text/xml", "kunjungan.xml")
        for name, content in files.items():
            part(name, content, "image/jpeg", name)
        if incomplete:
            part("*isIncomplete*", b"yes", "text/plain; charset=utf-8")
        body.extend(f"--{boundary}--\r\n".encode())
        return bytes(body), f"multipart/form-data; boundary={boundary}"

    def post(self, submission, files=None, incomplete=False):
        """Status and message."""
        body, kind = self.parts(submission, files or {}, incomplete)
        status, headers, answer = self.ask("POST", "submission", body, {"Content-Type": kind})
        if status in TAKEN:
            need(headers.get_content_type() == "text/xml", f"submission: {headers['Content-Type']}")
            root = xml.fromstring(answer)
            need(root.tag == f"{RESPONSE}OpenRosaResponse", f"submission: {root.tag}")
            return status, root.findtext(f"{RESPONSE}message") or ""
        return status, answer.decode(errors="replace")

    def send(self, submission, files=None):
        status, message = self.post(submission, files)
        need(status in TAKEN, f"submission: {status} {message[:300]}")

    def send_split(self, submission, files):
        """One file a post: the submission again each time, all but the last incomplete."""
        names = list(files)
        for name in names:
            status, message = self.post(submission, {name: files[name]}, incomplete=name != names[-1])
            need(status in TAKEN, f"split submission: {status} {message[:300]}")

    def head_of(self, body, kind):
        path = f"{self.where.path}/submission?{urlencode({'deviceID': self.device})}"
        return (f"POST {path} HTTP/1.1\r\nHost: {self.where.netloc}\r\nX-OpenRosa-Version: 1.0\r\n"
                f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n").encode()

    def cut(self, submission, files=None, at=0.5):
        """The connection breaks in the middle of the body."""
        body, kind = self.parts(submission, files or {})
        with socket.create_connection((self.where.hostname, self.where.port), timeout=30) as wire:
            wire.sendall(self.head_of(body, kind) + body[:int(len(body) * at)])
            # A reset, not an end: as from a phone that lost its cell.
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")

    def lose_answer(self, submission, files=None):
        """All is sent; the connection ends before the answer."""
        body, kind = self.parts(submission, files or {})
        with socket.create_connection((self.where.hostname, self.where.port), timeout=30) as wire:
            wire.sendall(self.head_of(body, kind) + body)

    def race(self, submission, files=None, posts=2):
        """The same post several times at the same moment: the last byte of each is held back until
        all are ready. The statuses."""
        body, kind = self.parts(submission, files or {})
        ready, statuses = threading.Barrier(posts), []

        def one():
            connection = self.connect()
            try:
                connection.connect()
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.sock.sendall(self.head_of(body, kind) + body[:-1])
                ready.wait(30)
                connection.sock.sendall(body[-1:])
                answer = http.client.HTTPResponse(connection.sock, method="POST")
                answer.begin()
                answer.read()
                statuses.append(answer.status)
            except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
                statuses.append(repr(error))
            finally:
                connection.close()

        threads = [threading.Thread(target=one) for _ in range(posts)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return statuses
