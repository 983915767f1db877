//! What a file is: the companion that Satu Data (Perpres 39/2019) asks for beside every dataset.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::columns::{Column, ColumnKind, default_columns};
use super::filter_words;
use crate::domain::reference::Reference;

/// Licence of the public tier.
const LICENCE: &str = "CC BY 4.0";
const LICENCE_URL: &str = "https://creativecommons.org/licenses/by/4.0/";

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExportText)]
pub struct Said {
    pub id: String,
    pub en: String,
}

impl Said {
    pub(super) fn new(id: impl Into<String>, en: impl Into<String>) -> Self {
        Self { id: id.into(), en: en.into() }
    }
}

/// What an export holds, from where, as of when and under which terms.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExportMetadata)]
pub struct Metadata {
    pub title: Said,
    /// What a row is.
    pub concept: Said,
    pub producer: Said,
    pub source: Said,
    /// The day that the records are told for: the filter's `as_of`, or today (Asia/Jakarta).
    pub reference_date: NaiveDate,
    pub made_at: DateTime<Utc>,
    /// Tier of the file: in an internal one, records of other areas are of the public tier still.
    #[schema(value_type = String, example = "public")]
    pub tier: &'static str,
    pub filter: FilterSaid,
    pub counts: ExportCounts,
    pub columns: Vec<ColumnSaid>,
    /// Longitude, latitude in degrees.
    #[schema(value_type = String, example = "OGC:CRS84")]
    pub crs: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub licence: Option<Licence>,
    /// How it may be used, where it is not under a licence too.
    pub terms: Said,
    pub attribution: Said,
    /// For staff: the place in the log of changes up to which at least the file tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogPlace>,
}

/// The filter of an export.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExportFilter)]
pub struct FilterSaid {
    /// As it is asked for.
    #[schema(example = "kind=ikm&region=35.15")]
    pub query: String,
    pub words: Said,
}

/// How many records an export has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ExportCounts {
    /// Of those that the reader may see.
    pub enterprises: u64,
    /// For staff: to how many of them the internal tier is theirs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal: Option<usize>,
}

/// A column of an export.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExportColumn)]
pub struct ColumnSaid {
    #[schema(value_type = String, example = "size_class")]
    pub name: &'static str,
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    #[schema(value_type = String, example = "public")]
    pub tier: &'static str,
    pub definition: Said,
}

#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExportLicence)]
pub struct Licence {
    #[schema(value_type = String)]
    pub name: &'static str,
    #[schema(value_type = String)]
    pub url: &'static str,
}

/// A place in the log of changes.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExportLogPlace)]
pub struct LogPlace {
    pub epoch: String,
    pub seq: i64,
}

/// What is known of an export when it is told about.
pub struct Facts<'a> {
    /// As it is asked for.
    pub query: &'a str,
    pub as_of: Option<NaiveDate>,
    pub now: DateTime<Utc>,
    /// Today where the registry is.
    pub today: NaiveDate,
    /// Whether the internal tier is in it.
    pub internal: bool,
    pub counts: ExportCounts,
    pub columns: Option<&'a [&'static Column]>,
    pub log: Option<LogPlace>,
}

impl Metadata {
    pub fn new(facts: Facts, reference: &Reference) -> Self {
        let reference_date = facts.as_of.unwrap_or(facts.today);
        let default = default_columns();
        let columns = facts.columns.unwrap_or(&default);
        let (licence, terms) = if facts.internal {
            let id = "Memuat data internal: hanya untuk tugas dinas, tidak boleh diteruskan \
                      (UU 27/2022, UU 3/2014 pasal 69-70).";
            let en = "Holds internal data: for official duties alone, not to be passed on \
                      (UU 27/2022, UU 3/2014 art. 69-70).";
            (None, Said::new(id, en))
        } else {
            let id = format!("Boleh dipakai siapa pun dengan menyebut sumber ({LICENCE}).");
            let en = format!("Anyone may use it and names the source ({LICENCE}).");
            (Some(Licence { name: LICENCE, url: LICENCE_URL }), Said::new(id, en))
        };
        let producer = Said::new(
            "Pemerintah Provinsi Jawa Timur bersama kabupaten/kota (dinas perindustrian dan perdagangan, \
             dinas koperasi dan UKM)",
            "The Province of East Java with its regencies and cities (offices of industry and trade, \
             of cooperatives and small business)",
        );
        let attribution = Said::new(
            format!("Sentra, Pemerintah Provinsi Jawa Timur, keadaan {reference_date}"),
            format!("Sentra, Province of East Java, as of {reference_date}"),
        );
        Self {
            title: Said::new(
                "Usaha industri kecil dan menengah, UKM, dan koperasi wanita di Jawa Timur",
                "Small and medium industry, small business and women's cooperatives in East Java",
            ),
            concept: Said::new(
                "Satu baris adalah satu usaha di satu tempat; satu usaha bisa tercatat di beberapa \
                 daftar dinas.",
                "A row is an enterprise in one place; one enterprise may be on several offices' lists.",
            ),
            producer,
            source: Said::new(
                "Registri Sentra: daftar dinas, pendataan lapangan, dan pembaruan pemilik",
                "The Sentra registry: offices' lists, field work and owners' corrections",
            ),
            reference_date,
            made_at: facts.now,
            tier: if facts.internal { "internal" } else { "public" },
            filter: FilterSaid {
                query: facts.query.to_owned(),
                words: filter_words::said(facts.query, reference),
            },
            counts: facts.counts,
            columns: columns.iter().map(|column| ColumnSaid::of(column)).collect(),
            crs: "OGC:CRS84",
            licence,
            terms,
            attribution,
            log: facts.log,
        }
    }

    /// The lines of a workbook's sheet about itself; the first is the header.
    pub fn lines(&self) -> Vec<[String; 2]> {
        let line = |name: &str, text: &str| [name.to_owned(), text.to_owned()];
        let mut lines = vec![
            line("Keterangan", "Isi"),
            line("Judul", &self.title.id),
            line("Konsep", &self.concept.id),
            line("Produsen data", &self.producer.id),
            line("Sumber", &self.source.id),
            line("Keadaan per", &self.reference_date.to_string()),
            line("Dibuat (UTC)", &self.made_at.format("%F %T").to_string()),
            line("Tingkat", self.tier),
            line("Saringan", &self.filter.words.id),
            line("Saringan (parameter)", &self.filter.query),
            line("Jumlah usaha", &self.counts.enterprises.to_string()),
            line("Sistem koordinat", self.crs),
            line("Ketentuan", &self.terms.id),
            line("Sebutkan sumber", &self.attribution.id),
        ];
        let columns = self.columns.iter();
        lines.extend(columns.map(|column| line(column.name, &column.definition.id)));
        lines
    }
}

impl ColumnSaid {
    fn of(column: &Column) -> Self {
        let [id, en] = column.definition();
        Self {
            name: column.name,
            kind: column.kind,
            tier: column.tier.into(),
            definition: Said::new(id, en),
        }
    }
}
