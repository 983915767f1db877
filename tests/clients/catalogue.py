"""Reads /catalog.json of a running server with rdflib, as a harvester does, and says what it found.

    python3 tests/clients/catalogue.py http://127.0.0.1:8080

Needs rdflib. Nothing but the server is asked: the context stands in the document.
"""

import sys
import urllib.request

from rdflib import Graph
from rdflib.namespace import DCAT, DCTERMS, RDF


def main(origin):
    with urllib.request.urlopen(f"{origin}/catalog.json") as answer:
        assert answer.headers["Content-Type"] == "application/ld+json", answer.headers
        graph = Graph().parse(data=answer.read(), format="json-ld")
    catalogues = list(graph.subjects(RDF.type, DCAT.Catalog))
    assert len(catalogues) == 1, catalogues
    datasets = list(graph.objects(catalogues[0], DCAT.dataset))
    assert len(datasets) >= 8, datasets
    for dataset in datasets:
        assert (dataset, RDF.type, DCAT.Dataset) in graph, dataset
        titles = {title.language: str(title) for title in graph.objects(dataset, DCTERMS.title)}
        assert "id" in titles, dataset
        assert graph.value(dataset, DCTERMS.publisher) is not None, dataset
        assert graph.value(dataset, DCAT.theme) is not None, dataset
        distributions = list(graph.objects(dataset, DCAT.distribution))
        assert distributions, dataset
        for distribution in distributions:
            assert (distribution, RDF.type, DCAT.Distribution) in graph, distribution
            assert graph.value(distribution, DCAT.accessURL) is not None, distribution
            assert graph.value(distribution, DCAT.mediaType) is not None, distribution
        print(f"{titles['id']}: {len(distributions)}")
    services = list(graph.subjects(RDF.type, DCAT.DataService))
    assert len(services) == 1 and list(graph.objects(services[0], DCAT.servesDataset)), services
    print(f"{len(graph)} statements, {len(datasets)} datasets")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
