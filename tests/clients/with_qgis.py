"""QGIS without a screen: its provider for OGC API - Features, vector tiles, and our project file."""

import os
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import quote

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform,  # noqa: E402
                       QgsFeatureRequest, QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsRectangle,
                       QgsVectorLayer, QgsVectorTileLayer)
from qgis.PyQt.QtCore import QSize  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402

from questions import answer, asked  # noqa: E402

MERCATOR = "EPSG:3857"


def identify(feature):
    names = feature.fields().names()
    return feature["id"] if "id" in names else feature["code"]


def features(address, questions):
    for one in questions:
        collection = one["collection"]
        source = f"url='{address}/ogc' typename='{collection}' pageSize='500' restrictToRequestBBOX='1'"
        for question in ("paging", "bbox", "filter"):
            # A layer of its own for each: what one question brought in answers no other.
            layer = QgsVectorLayer(source, collection, "OAPIF")
            if not layer.isValid():
                raise SystemExit(f"QGIS: {collection} is no layer: {layer.error().message()}")
            request = QgsFeatureRequest()
            if question == "bbox":
                request.setFilterRect(QgsRectangle(*one["box"])).setFlags(QgsFeatureRequest.ExactIntersect)
            if question == "filter":
                request.setFilterExpression(f"\"{one['name']}\" = '{one['value']}'")
            started = time.monotonic()
            found = [identify(feature) for feature in layer.getFeatures(request)]
            answer(collection, question, found, time.monotonic() - started)


def painted(layers, box):
    """How many pixels of a map differ from its ground."""
    settings = QgsMapSettings()
    settings.setLayers(layers)
    settings.setDestinationCrs(QgsCoordinateReferenceSystem(MERCATOR))
    to = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), settings.destinationCrs(), QgsProject.instance())
    settings.setExtent(to.transformBoundingBox(QgsRectangle(*box)))
    settings.setOutputSize(QSize(400, 400))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    ground = QColor("white").rgb()
    return sum(image.pixel(x, y) != ground for x in range(0, 400, 2) for y in range(0, 400, 2))


def tiles(address, box):
    for title, template in (("TileJSON's", f"{address}/api/v1/tiles/enterprises/{{z}}/{{x}}/{{y}}.mvt"),
                            ("OGC's", f"{address}/ogc/collections/enterprises/tiles/WebMercatorQuad/{{z}}/{{y}}/{{x}}")):
        started = time.monotonic()
        layer = QgsVectorTileLayer(f"type=xyz&url={quote(template, safe='')}&zmin=0&zmax=14", title)
        if not layer.isValid():
            raise SystemExit(f"QGIS: {template} is no layer of vector tiles")
        dots = painted([layer], box)
        if not dots:
            raise SystemExit(f"QGIS draws nothing of {template}")
        told(f"vector tiles, {title}", f"{dots} dots drawn", time.monotonic() - started)


def project(address, box):
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sentra.qgs"
        with urllib.request.urlopen(f"{address}/api/v1/qgis/sentra.qgs") as answered:
            path.write_bytes(answered.read())
        opened = QgsProject.instance()
        if not opened.read(str(path)):
            raise SystemExit(f"QGIS does not read our project: {opened.error()}")
        layers = list(opened.mapLayers().values())
        broken = [layer.name() for layer in layers if not layer.isValid()]
        if not layers or broken:
            raise SystemExit(f"QGIS: layers of our project that are none: {broken}, of {len(layers)}")
        dots = painted(layers, box)
        if not dots:
            raise SystemExit("QGIS draws nothing of our project")
        told("our project file", f"{len(layers)} layers, {dots} dots drawn", time.monotonic() - started)


def told(what, result, seconds):
    import json

    print(json.dumps({"what": what, "result": result, "seconds": seconds}), flush=True)


def main():
    address, questions = asked()
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    features(address, questions)
    tiles(address, questions[0]["box"])
    project(address, questions[0]["box"])
    sys.stdout.flush()
    application.exitQgis()


if __name__ == "__main__":
    main()
