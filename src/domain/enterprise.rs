//! The enterprise: what a person may write of it ([`Draft`]), the whole document as staff see it
//! ([`Enterprise`], tier internal). What the public may see is made of it in [`super::projection`].

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::actor::Whose;
use super::codes::{
    BasisKind, ConsentTo, Existence, Kind, LegalForm, Nib, Period, PointMethod, Publication,
    Review, Sector, Sex, VisitOutcome,
};
use super::region::RegionCode;
use super::size::SizeClasses;
use super::trade::{Certificate, Channel, Need, Practice, PriceBand, RawMaterial};

/// What may be written of an enterprise. Computed fields (size, quality, place) are never typed in.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Name of the business, 1 to 200 characters.
    pub name: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub registrations: Vec<Registration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_form: Option<LegalForm>,
    /// Year of founding, 1800 to the present year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub founded_year: Option<i32>,
    /// Optional: the informal majority has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nib: Option<Nib>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kbli: Vec<Kbli>,
    /// At least one sector; the first is the main one.
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["kulit-alas-kaki"]))]
    pub sectors: Vec<Sector>,
    /// Commodity codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commodities: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Product>,
    /// The region as stated, a village where it is known: authoritative. May be left out where
    /// `point` is given: then it is taken from the point.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "35.15.06.2001")]
    pub region: Option<RegionCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub point: Option<Point>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<Owner>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workers: Option<Workers>,
    /// Business contact for the public; shown only with the owner's consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Certificate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// Internal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Need>,
    /// Internal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub practices: Vec<Practice>,
    /// Id of the cooperative that it is a member of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooperative: Option<Uuid>,
    /// Id of the sentra that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentra: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
}

impl Draft {
    /// Whether the owner agreed to something.
    pub fn agrees_to(&self, what: ConsentTo) -> bool {
        self.consents.iter().any(|consent| consent.to == what)
    }
}

/// Membership of an office's list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    pub kind: Kind,
    /// The office that keeps the list (internal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    /// Its number there (internal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<NaiveDate>,
}

/// An industrial classification code with its edition, kept as given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Kbli {
    /// Edition of the classification: `2020` or `2025`.
    #[schema(example = "2020")]
    pub edition: String,
    /// Two to five digits.
    #[schema(example = "15201")]
    pub code: String,
    #[serde(default)]
    pub main: bool,
}

/// A product and what can be made of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commodity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_band: Option<PriceBand>,
    /// Internal: individual capacity is confidential by law (UU 3/2014 art. 69-70).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<Capacity>,
    /// Per cent of the capacity that is used (internal).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 100)]
    pub utilisation: Option<u8>,
    /// Internal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw_materials: Vec<RawMaterial>,
    /// Country codes of two letters, ISO 3166-1 (internal).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["MY"]))]
    pub export_destinations: Vec<String>,
}

/// Quantity or range, unit and period. Unlike dimensions are never added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    pub min: f64,
    /// Equal to `min` where a single quantity is known.
    pub max: f64,
    /// A unit's code.
    #[schema(example = "pasang")]
    pub unit: String,
    pub period: Period,
    /// Days in a month that are worked, 1 to 31: without them a capacity per day has no monthly
    /// figure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 31)]
    pub working_days: Option<u8>,
}

/// A position in degrees (WGS 84), rounded to 7 decimals when written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    #[schema(minimum = -180, maximum = 180)]
    pub lon: f64,
    #[schema(minimum = -85, maximum = 85)]
    pub lat: f64,
    /// Accuracy in metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
    #[serde(default = "PointMethod::default_when_unsaid")]
    pub method: PointMethod,
}

impl PointMethod {
    fn default_when_unsaid() -> Self {
        Self::Map
    }
}

/// An owner or responsible person (internal).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Owner {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<Sex>,
    /// In the form `+62…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// Head count on a date (internal).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Workers {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub male: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub female: Option<u32>,
    /// Given where only the sum is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
}

impl Workers {
    /// The number of workers, where it is known.
    pub fn count(&self) -> Option<u32> {
        match (self.total, self.male, self.female) {
            (Some(total), _, _) => Some(total),
            (None, None, None) => None,
            (None, male, female) => {
                Some(male.unwrap_or_default().saturating_add(female.unwrap_or_default()))
            }
        }
    }
}

/// How the public may reach the business.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What the owner agreed to, when and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    pub to: ConsentTo,
    pub on: NaiveDate,
    /// E.g. a signed form, a message, a visit.
    pub how: String,
}

/// Why the record may be public.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicationBasis {
    pub kind: BasisKind,
    /// The consent, the decree or the source.
    pub text: String,
    pub on: NaiveDate,
}

/// What the point alone says of the place; beside the stated region, never above it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct LocatedIn {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub regency: Option<RegionCode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub district: Option<RegionCode>,
    /// Whether the district polygon is only approximate.
    pub approximate: bool,
}

impl LocatedIn {
    fn is_nowhere(&self) -> bool {
        self.regency.is_none()
    }
}

/// A named quality rule that the record breaks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QualityFlag {
    #[schema(example = "point_outside_region")]
    pub rule: String,
    pub severity: Severity,
}

/// How much a quality flag weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Hint,
    Warning,
    Error,
}

/// Where a record came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Source {
    /// A file, a campaign or a person.
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// The row in the file, as a person counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

/// The outcome of the last visit (internal).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Visit {
    pub outcome: VisitOutcome,
    pub on: NaiveDate,
    /// Who was there.
    pub by: String,
}

/// The whole document, as staff in its area see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Enterprise {
    pub id: Uuid,
    /// Counts up with every change; also the `ETag`.
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Sample data, not a real enterprise.
    pub sample: bool,
    #[serde(flatten)]
    pub draft: Draft,
    /// Names of the stated region, narrowest first.
    #[schema(example = "Kedensari, Tanggulangin, Kabupaten Sidoarjo")]
    pub region_name: String,
    /// The regency whose office is responsible: follows `region`.
    #[schema(value_type = String, example = "35.15")]
    pub responsible_region: RegionCode,
    #[serde(default, skip_serializing_if = "LocatedIn::is_nowhere")]
    pub located_in: LocatedIn,
    /// Known where owners' sexes are, or for a kopwan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub women_led: Option<bool>,
    pub public_place: PublicPlace,
    #[serde(flatten)]
    pub size: SizeClasses,
    pub review: Review,
    /// When it was submitted, returned or verified: since then it is as `review` says. Unknown for
    /// what a list vouched for, and for what was decided before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review_since: Option<DateTime<Utc>>,
    /// Who made what is under review; nobody verifies their own submission.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    pub publication: Publication,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication_basis: Option<PublicationBasis>,
    pub existence: Existence,
    /// The day on which it was recorded as closed or moved. Unknown for records that were before
    /// this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ceased_on: Option<NaiveDate>,
    /// The record that this one was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_visit: Option<Visit>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quality: Vec<QualityFlag>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

impl Enterprise {
    /// Whose it is.
    pub fn whose(&self) -> Whose<'_> {
        Whose {
            responsible_region: &self.responsible_region,
            author: self.author.as_deref(),
            cooperative: self.draft.cooperative,
        }
    }

    /// The worst of its quality flags.
    pub fn worst_flag(&self) -> Option<Severity> {
        self.quality.iter().map(|flag| flag.severity).max()
    }

    /// Since when it waits to be verified; None where it does not. Of what was submitted before that
    /// was kept, its last change is known.
    pub fn waits_since(&self) -> Option<DateTime<Utc>> {
        let waits = self.review == Review::Submitted;
        waits.then(|| self.review_since.unwrap_or(self.updated_at))
    }

    /// Whether the owner agreed to something.
    pub fn consents_to(&self, what: ConsentTo) -> bool {
        self.draft.agrees_to(what)
    }
}

/// The place that may be public: the point with consent, else the point of the narrowest region.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PublicPlace {
    pub lon: f64,
    pub lat: f64,
    pub precision: Precision,
}

/// What a public place stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Exact,
    Village,
    District,
    Regency,
}
