"""DuckDB on files: the exports of enterprises, and pages of the other collections, as docs/ogc-clients.md has it."""

import tempfile
import time
import urllib.request
from pathlib import Path

import duckdb
import duckdb_extension_spatial

from questions import answer, asked


def fetched(url, path):
    with urllib.request.urlopen(url) as answered:
        path.write_bytes(answered.read())
    return path


def database():
    """With the spatial extension out of its Python package, of DuckDB's own version."""
    folder = Path(duckdb_extension_spatial.__file__).parent
    connection = duckdb.connect()
    connection.execute(f"LOAD '{next(folder.glob('extensions/*/spatial.duckdb_extension'))}'")
    return connection


def main():
    address, questions = asked()
    connection = database()
    with tempfile.TemporaryDirectory() as place:
        for one in questions:
            for format, relation, shape in files(address, one["collection"], Path(place)):
                west, south, east, north = one["box"]
                inside = f"ST_Intersects({shape}, ST_MakeEnvelope({west}, {south}, {east}, {north}))"
                wanted = f"\"{one['name']}\" = '{one['value']}'"
                key = "id" if one["collection"] not in ("regencies", "districts", "villages") else "code"
                for question, condition in (("paging", "TRUE"), ("bbox", inside), ("filter", wanted)):
                    started = time.monotonic()
                    rows = connection.execute(f'SELECT "{key}" FROM {relation} WHERE {condition}').fetchall()
                    answer(one["collection"], f"{question}, {format}", [id for (id,) in rows], time.monotonic() - started)


def files(address, collection, folder):
    """Each with the relation to select from and its geometry."""
    if collection != "enterprises":
        path = fetched(f"{address}/ogc/collections/{collection}/items?limit=10000", folder / f"{collection}.geojson")
        yield "GeoJSON", f"ST_Read('{path}')", "geom"
        return
    place = 'ST_Point(CAST("place.lon" AS DOUBLE), CAST("place.lat" AS DOUBLE))'
    for format, ending, relation, shape in (("GeoParquet", "parquet", "read_parquet('{}')", "geometry"),
                                            ("CSV", "csv", "read_csv('{}', all_varchar = true)", place),
                                            ("GeoJSON", "geojson", "ST_Read('{}')", "geom"),
                                            ("FlatGeobuf", "fgb", "ST_Read('{}')", "geom")):
        columns = "id,name,regency" + (",place.lon,place.lat" if ending == "csv" else "")
        url = f"{address}/api/v1/exports/enterprises.{ending}?columns={columns}"
        yield format, relation.format(fetched(url, folder / f"enterprises.{ending}")), shape


if __name__ == "__main__":
    main()
