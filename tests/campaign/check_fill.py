"""Fill.java fills as Collect does: choices from lists, relevance, constraints, repeats, entities, edits."""

import subprocess
import tempfile
import xml.etree.ElementTree as xml
from pathlib import Path

from pyxform.xls2xform import convert

from fill import describe, fill

FORM = """
| settings | | | |
| | form_title | form_id | version |
| | Kunjungan | kunjungan | 2026010101 |
| survey | | | | | | | | | | |
| | type | name | label | required | relevant | constraint | constraint_message | calculation | choice_filter | save_to |
| | start | start | | | | | | | | |
| | end | end | | | | | | | | |
| | today | today | | | | | | | | |
| | deviceid | device | | | | | | | | |
| | select_one_from_file villages.csv | village | Desa | yes | | | | | | |
| | select_one kind | kind | Jenis | yes | | | | | | |
| | select_one_from_file enterprises.csv | enterprise | Usaha | yes | ${kind} = 'revisit' | | | | village = ${village} | |
| | calculate | known | | | | | | instance('enterprises')/root/item[name=${enterprise}]/label | | |
| | calculate | new_id | | | | | | once(uuid()) | | |
| | begin_group | business | Usaha | | ${kind} != 'none' | | | | | |
| | text | name | Nama | yes | | string-length(.) <= 20 | terlalu panjang | | | name_of |
| | geopoint | point | Titik | yes | | | | | | place |
| | integer | workers | Pekerja | | | . >= 0 | negatif | | | workers |
| | decimal | price | Harga | | | | | | | |
| | date | since | Sejak | | | . <= today() | belum | | | |
| | image | photo | Foto | | | | | | | |
| | select_multiple needs | needs | Kebutuhan | | | | | | | |
| | begin_repeat | products | Produk | | | | | | | |
| | text | product | Produk | yes | | | | | | |
| | integer | amount | Jumlah | | | | | | | |
| | end_repeat | | | | | | | | | |
| | end_group | | | | | | | | | |
| choices | | | |
| | list_name | name | label |
| | kind | new | Baru |
| | kind | revisit | Lama |
| | kind | none | Tidak ada |
| | needs | capital | Modal |
| | needs | marketing | Pasar |
| entities | | | | | |
| | list_name | entity_id | create_if | update_if | label |
| | enterprises | if(${kind} = 'revisit', ${enterprise}, ${new_id}) | ${kind} = 'new' | ${kind} = 'revisit' | ${name} |
"""
VILLAGES = 'name,label\n35.15.06.2001,Desa Satu\n35.15.06.2002,"Desa Dua, Timur"\n'
# The second was changed without a connection already: the phone knows where its branch began.
ENTERPRISES = """name,label,__version,__trunkVersion,__branchId,village
0190-a,Sepatu Jaya,3,,,35.15.06.2001
0190-b,Tas Maju,5,4,b0,35.15.06.2001
0190-c,Batik,1,,,35.15.06.2002
"""
FOUND = {
    "village": "35.15.06.2001", "kind": "new", "business/name": "Kerupuk & Udang", "point": "-7.5 112.7 0 5",
    "workers": "3", "price": "2.5", "since": "2020-01-31", "photo": "1.jpg", "needs": "capital marketing",
    "products/product": "a", "products[2]/product": "b", "products[2]/amount": "2",
    "/data/business/products[3]/product": "c",
}
AT = {"clock": "2026-03-02T08:00:00+07:00", "minutes": 12, "properties": {"deviceid": "hp-1"}}


def text(root, path):
    """The text of an element whatever its namespace; None where it is not there."""
    found = root.find("/".join(f"{{*}}{step}" for step in path.split("/")))
    return None if found is None else found.text or ""


def entity(root):
    return root.find("{*}meta/{*}entity").attrib


def refused(name, why, at, answers, **more):
    return {"case": name, "expect": why, "answers": answers, **more}, why, at


def main():
    folder = Path(tempfile.mkdtemp())
    form = folder / "form.xml"
    form.write_text(convert(xlsform=FORM, validate=False).xform)
    (folder / "villages.csv").write_text(VILLAGES)
    (folder / "enterprises.csv").write_text(ENTERPRISES)
    subprocess.run([Path(__file__).parent / "validate", form], check=True, stdout=subprocess.DEVNULL)

    questions = {question["path"]: question for question in describe(form, folder)}
    assert questions["/data/village"]["choices"] == ["35.15.06.2001", "35.15.06.2002"]
    assert not questions["/data/enterprise"]["relevant"] and questions["/data/enterprise"]["required"]

    revisit = {"village": "35.15.06.2001", "kind": "revisit", "enterprise": "0190-b", "business/name": "Tas",
               "point": "-7.5 112.7 0 5"}
    few = {key: value for key, value in FOUND.items() if "product" not in key}
    cases = [{"case": "new", "instance_id": "uuid:1", "answers": FOUND, **AT},
             {"case": "without repeats", "answers": few},
             {"case": "none", "answers": {"village": "35.15.06.2001", "kind": "none"}},
             {"case": "revisit", "answers": revisit, **AT}]
    new, without, none, known = [xml.fromstring(told["xml"]) for told in fill(cases, form, folder)]
    assert (new.tag, new.get("id"), new.get("version")) == ("data", "kunjungan", "2026010101")
    assert text(new, "meta/instanceID") == "uuid:1" and text(new, "device") == "hp-1"
    assert text(new, "start") == "2026-03-02T08:00:00.000+07:00" and text(new, "end") == "2026-03-02T08:12:00.000+07:00"
    assert text(new, "today") == "2026-03-02" and text(new, "business/point") == "-7.5 112.7 0.0 5.0"
    assert text(new, "business/needs") == "capital marketing" and text(new, "enterprise") is None
    products = [(text(one, "product"), text(one, "amount")) for one in new.findall("business/products")]
    assert products == [("a", ""), ("b", "2"), ("c", "")], products
    assert (entity(new)["create"], entity(new)["update"]) == ("1", "0")
    assert text(new, "meta/entity/label") == "Kerupuk & Udang"
    assert not without.findall("business/products") and text(without, "meta/instanceID").startswith("uuid:")
    assert none.find("business") is None and (entity(none)["create"], entity(none)["update"]) == ("0", "0")
    assert text(known, "known") == "Tas Maju"
    assert entity(known) == {"dataset": "enterprises", "create": "0", "update": "1", "id": "0190-b", "baseVersion": "5",
                             "trunkVersion": "4", "branchId": "b0"}

    before = fill(cases[:1], form, folder)[0]["xml"]
    change = {"case": "edit", "edit": before, "answers": {"business/name": "Kerupuk Baru", "products[4]/product": "d"}}
    edited = xml.fromstring(fill([change], form, folder)[0]["xml"])
    assert text(edited, "meta/deprecatedID") == "uuid:1" and text(edited, "meta/instanceID") not in ("uuid:1", "")
    assert text(edited, "business/name") == "Kerupuk Baru" and text(edited, "business/workers") == "3"
    assert len(edited.findall("business/products")) == 4 and text(edited, "start") == text(new, "start")
    assert entity(edited)["id"] == entity(xml.fromstring(before))["id"], "an edit is of the same entity"

    few = {"village": "35.15.06.2001", "business/name": "x"}
    wrong = [
        refused("another village's", "choice", "/data/enterprise", {**revisit, "enterprise": "0190-c"}),
        refused("too long", "constraint", "/data/business/name", {**FOUND, "business/name": "x" * 21}),
        refused("in the future", "constraint", "/data/business/since", {**FOUND, "since": "2126-01-01"}),
        refused("left out", "required", "/data/business/point", {**few, "kind": "new"}),
        refused("not relevant", "not_asked", "business/name", {**few, "kind": "none"}),
        refused("no such question", "not_asked", "colour", {**FOUND, "colour": "red"}),
        refused("a word for a number", "type", "/data/business/workers", {**FOUND, "workers": "tiga"}),
    ]
    for told, (case, why, at) in zip(fill([case for case, _, _ in wrong], form, folder), wrong):
        assert (told.get("refused"), told["at"]) == (why, at), (case["case"], told)
    (folder / "enterprises.csv").unlink()
    assert fill(cases[:1], form, folder)[0]["error"] == "broken", "a list that is missing is told"

    broken = folder / "broken.xml"
    broken.write_text(form.read_text().replace('ref="/data/village"', 'ref="/data/desa"'))
    done = subprocess.run([Path(__file__).parent / "validate", broken], capture_output=True)
    assert done.returncode != 0, "ODK Validate refuses a form whose question has no place"
    print("Fill.java: as Collect")


if __name__ == "__main__":
    main()
