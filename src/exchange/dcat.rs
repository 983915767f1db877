//! The catalogue as DCAT 3 in JSON-LD: <https://www.w3.org/TR/vocab-dcat-3/>, with the properties that
//! portals harvest (CKAN's `ckanext-dcat`). The context stands in the document, so that whoever reads
//! it asks nobody else.

mod datasets;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// The registry's data and figures, unless it says otherwise.
const CC_BY: &str = "https://creativecommons.org/licenses/by/4.0/";
const CC_BY_IGO: &str = "https://creativecommons.org/licenses/by/3.0/igo/";
const MIT: &str = "https://opensource.org/license/mit";
const MEDIA: &str = "https://www.iana.org/assignments/media-types/";
const GEOJSON_LITERAL: &str =
    "https://www.iana.org/assignments/media-types/application/vnd.geo+json";

/// What the catalogue is of.
pub struct Asked<'a> {
    /// Where this server is found, without a slash at the end.
    pub origin: &'a str,
    /// The office that publishes.
    pub publisher: &'a str,
    /// When the first record was written, and when a published one was last changed.
    pub began: Option<DateTime<Utc>>,
    pub changed: Option<DateTime<Utc>>,
    /// West, south, east and north of the province in degrees.
    pub bounds: [f64; 4],
    /// Origin and licence of the boundaries.
    pub regency_sources: &'a [String],
    pub district_sources: &'a [String],
    /// Figures that anybody may use.
    pub releases: &'a [Release],
}

/// A sealed release.
pub struct Release {
    pub id: Uuid,
    pub title: String,
    pub note: Option<String>,
    pub reference_date: NaiveDate,
    pub sealed_at: Option<DateTime<Utc>>,
    pub contact: String,
    /// Of sample data, not of real enterprises.
    pub sample: bool,
}

/// A text in Indonesian and English.
type Both = [&'static str; 2];

/// A theme of the European data portals, which others know too.
#[derive(Clone, Copy)]
enum Theme {
    Economy,
    Regions,
}

/// One way to have a dataset.
struct Distribution {
    /// After the origin.
    path: String,
    title: Both,
    media: &'static str,
    /// Short name of the format.
    format: &'static str,
    /// The address answers a whole file.
    file: bool,
    /// It is part of the OGC API.
    ogc: bool,
}

/// A dataset but for what all of them have.
struct Dataset {
    /// In its address within the catalogue.
    name: String,
    title: Value,
    description: Value,
    keywords: Vec<Value>,
    theme: Theme,
    licence: Option<&'static str>,
    /// From where it was taken.
    provenance: Vec<String>,
    issued: Option<DateTime<Utc>>,
    modified: Option<DateTime<Utc>>,
    /// First and last day that it tells of.
    temporal: (Option<NaiveDate>, Option<NaiveDate>),
    /// How often it changes, as the Dublin Core names it.
    frequency: &'static str,
    /// A page for people.
    page: &'static str,
    contact: Option<String>,
    distributions: Vec<Distribution>,
}

/// The whole catalogue.
pub fn catalogue(asked: &Asked) -> Value {
    let Asked { origin, .. } = asked;
    let datasets = datasets::all(asked);
    let newest = datasets.iter().filter_map(|dataset| dataset.modified).max();
    let written: Vec<Value> =
        datasets.iter().map(|dataset| write_dataset(asked, dataset)).collect();
    let served = datasets.iter().filter(|dataset| dataset.distributions.iter().any(|one| one.ogc));
    let served: Vec<Value> =
        served.map(|dataset| json!({"@id": address(origin, &dataset.name)})).collect();
    let mut whole = json!({
        "@context": {
            "adms": "http://www.w3.org/ns/adms#",
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
            "gsp": "http://www.opengis.net/ont/geosparql#",
            "locn": "http://www.w3.org/ns/locn#",
            "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "vcard": "http://www.w3.org/2006/vcard/ns#",
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        },
        "@id": address(origin, "catalogue"),
        "@type": "dcat:Catalog",
        "dct:title": both(["Katalog data Sentra", "Sentra data catalogue"]),
        "dct:description": both([
            "Daftar dan peta IKM, UKM dan koperasi wanita di Jawa Timur, angka resmi dan kode acuannya.",
            "Register and map of small producers and women's cooperatives in East Java, official figures and reference codes.",
        ]),
        "dct:publisher": publisher(asked),
        "dct:language": languages(),
        "dct:license": {"@id": CC_BY},
        "dct:spatial": spatial(asked.bounds),
        "foaf:homepage": {"@id": format!("{origin}/")},
        "dcat:themeTaxonomy": {"@id": THEMES},
        "dcat:service": [{
            "@id": address(origin, "ogc"),
            "@type": "dcat:DataService",
            "dct:title": both(["OGC API", "OGC API"]),
            "dct:publisher": {"@id": address(origin, "publisher")},
            "dcat:endpointURL": {"@id": format!("{origin}/ogc")},
            "dcat:endpointDescription": {"@id": format!("{origin}/ogc/api")},
            "dct:conformsTo": [
                {"@id": "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"},
                {"@id": "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core"},
            ],
            "dcat:servesDataset": served,
        }],
        "dcat:dataset": written,
    });
    put(&mut whole, "dct:issued", asked.began.map(time));
    put(&mut whole, "dct:modified", newest.map(time));
    whole
}

const THEMES: &str = "http://publications.europa.eu/resource/authority/data-theme";

/// The name of a thing of the catalogue.
fn address(origin: &str, name: &str) -> String {
    format!("{origin}/catalog.json#{name}")
}

fn put(object: &mut Value, name: &str, value: Option<Value>) {
    if let Some(value) = value {
        object[name] = value;
    }
}

fn both([id, en]: Both) -> Value {
    json!([{"@value": id, "@language": "id"}, {"@value": en, "@language": "en"}])
}

fn time(at: DateTime<Utc>) -> Value {
    let text = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({"@value": text, "@type": "xsd:dateTime"})
}

fn day(day: NaiveDate) -> Value {
    json!({"@value": day.to_string(), "@type": "xsd:date"})
}

fn languages() -> Value {
    let authority = "http://publications.europa.eu/resource/authority/language";
    json!([{"@id": format!("{authority}/IND")}, {"@id": format!("{authority}/ENG")}])
}

fn publisher(asked: &Asked) -> Value {
    json!({
        "@id": address(asked.origin, "publisher"),
        "@type": "foaf:Organization",
        "foaf:name": asked.publisher,
    })
}

fn spatial([west, south, east, north]: [f64; 4]) -> Value {
    let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
    let wkt: Vec<String> = corners.iter().map(|(lon, lat)| format!("{lon} {lat}")).collect();
    let ring: Vec<[f64; 2]> = corners.iter().map(|(lon, lat)| [*lon, *lat]).collect();
    let geojson = json!({"type": "Polygon", "coordinates": [ring]}).to_string();
    json!({
        "@type": "dct:Location",
        "skos:prefLabel": both(["Jawa Timur", "East Java"]),
        "dcat:bbox": {"@value": format!("POLYGON(({}))", wkt.join(", ")), "@type": "gsp:wktLiteral"},
        "locn:geometry": {"@value": geojson, "@type": GEOJSON_LITERAL},
    })
}

impl Theme {
    fn write(self) -> Value {
        let (code, names) = match self {
            Self::Economy => ("ECON", ["Ekonomi dan keuangan", "Economy and finance"]),
            Self::Regions => ("REGI", ["Wilayah dan kota", "Regions and cities"]),
        };
        json!({
            "@id": format!("{THEMES}/{code}"),
            "@type": "skos:Concept",
            "skos:prefLabel": both(names),
            "skos:inScheme": {"@id": THEMES},
        })
    }
}

fn write_dataset(asked: &Asked, dataset: &Dataset) -> Value {
    let origin = asked.origin;
    let own = address(origin, &dataset.name);
    let provenance = dataset
        .provenance
        .iter()
        .map(|text| json!({"@type": "dct:ProvenanceStatement", "rdfs:label": text}));
    let distributions = dataset.distributions.iter().enumerate().map(|(at, distribution)| {
        write_distribution(origin, dataset, distribution, &format!("{own}-{}", at + 1))
    });
    let mut written = json!({
        "@id": own,
        "@type": "dcat:Dataset",
        "dct:identifier": own,
        "dct:title": dataset.title,
        "dct:description": dataset.description,
        "dcat:keyword": dataset.keywords,
        "dcat:theme": dataset.theme.write(),
        "dct:publisher": {"@id": address(origin, "publisher")},
        "dct:language": languages(),
        "dct:spatial": spatial(asked.bounds),
        "dct:accrualPeriodicity": {
            "@id": format!("http://purl.org/cld/freq/{}", dataset.frequency),
        },
        "dcat:landingPage": {"@id": format!("{origin}{}", dataset.page)},
        "dcat:distribution": distributions.collect::<Vec<_>>(),
    });
    put(&mut written, "dct:license", dataset.licence.map(|licence| json!({"@id": licence})));
    put(&mut written, "dct:issued", dataset.issued.map(time));
    put(&mut written, "dct:modified", dataset.modified.map(time));
    if !dataset.provenance.is_empty() {
        written["dct:provenance"] = provenance.collect();
    }
    let (first, last) = dataset.temporal;
    if first.is_some() || last.is_some() {
        let mut period = json!({"@type": "dct:PeriodOfTime"});
        put(&mut period, "dcat:startDate", first.map(day));
        put(&mut period, "dcat:endDate", last.map(day));
        written["dct:temporal"] = period;
    }
    if let Some(contact) = &dataset.contact {
        written["dcat:contactPoint"] = json!({"@type": "vcard:Organization", "vcard:fn": contact});
    }
    written
}

fn write_distribution(
    origin: &str,
    dataset: &Dataset,
    distribution: &Distribution,
    own: &str,
) -> Value {
    let at = json!({"@id": format!("{origin}{}", distribution.path)});
    let mut written = json!({
        "@id": own,
        "@type": "dcat:Distribution",
        "dct:title": both(distribution.title),
        "dcat:accessURL": at,
        "dct:format": distribution.format,
        "dcat:mediaType": {"@id": format!("{MEDIA}{}", distribution.media)},
    });
    if distribution.file {
        written["dcat:downloadURL"] = at;
    }
    if distribution.ogc {
        written["dcat:accessService"] = json!({"@id": address(origin, "ogc")});
    }
    put(&mut written, "dct:license", dataset.licence.map(|licence| json!({"@id": licence})));
    put(&mut written, "dct:issued", dataset.issued.map(time));
    put(&mut written, "dct:modified", dataset.modified.map(time));
    written
}
