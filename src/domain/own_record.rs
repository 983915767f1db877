//! What an owner is shown of their own record by a link: all of the public and the internal tier,
//! but nothing that is another person's or the staff's own; of the restricted tier that it is known.
//! Beside it, who sees each field.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use strum::VariantNames;
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::{BasisKind, ConsentTo, Existence, Publication, Review, VisitOutcome};
use super::enterprise::{Draft, Enterprise, PublicPlace, QualityFlag};
use super::projection::public_name;
use super::reference::Reference;
use super::region::RegionCode;
use super::restricted::Restricted;
use super::size::SizeClasses;
use super::text::squash;
use super::tier::{FIELDS, Tier};

/// An owner's own record.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OwnRecord {
    pub id: Uuid,
    /// Also the `ETag`: a change names it in `If-Match`.
    pub revision: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Sample data, not a real enterprise.
    pub sample: bool,
    /// For which of the owners the link was made.
    pub owner: String,
    /// Until when the link is good.
    pub expires_at: DateTime<Utc>,
    /// The name under which the public sees it, or would if it were published.
    #[schema(example = "Usaha Sepatu kulit, Surodinawan")]
    pub public_name: String,
    /// Names of the region, narrowest first.
    pub region_name: String,
    /// The regency whose office is responsible.
    #[schema(value_type = String, example = "35.15")]
    pub responsible_region: RegionCode,
    /// What is written of it. Of other owners the name alone; `consents` stand apart.
    pub written: Draft,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub women_led: Option<bool>,
    pub public_place: PublicPlace,
    #[serde(flatten)]
    pub size: SizeClasses,
    pub review: Review,
    pub publication: Publication,
    /// On what ground it is published; null where it is not.
    pub basis: Option<OwnBasis>,
    pub existence: Existence,
    pub last_visit: Option<OwnVisit>,
    /// What an automatic check found.
    pub quality: Vec<QualityFlag>,
    pub restricted: OwnRestricted,
    /// Each thing that may be agreed to.
    pub consents: Vec<OwnConsent>,
    /// Who sees each field as things stand.
    pub audience: Vec<FieldAudience>,
}

/// On what ground a record is published.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OwnBasis {
    pub kind: BasisKind,
    /// The decree or the source; null where it is a consent, which may name a person.
    pub text: Option<String>,
    pub on: NaiveDate,
}

/// The last visit: not who came.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OwnVisit {
    pub outcome: VisitOutcome,
    pub on: NaiveDate,
}

/// Of what is restricted, that it is known: a link on paper may be in the wrong hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnRestricted {
    /// Of the owner that the link is for: its last four digits.
    #[schema(example = "************1234")]
    pub national_id: Option<String>,
    /// Which others are kept: `birth_date` of that owner, `business_capital`, `investment_value`,
    /// `annual_sales`, `production_values`.
    pub known: Vec<&'static str>,
}

/// One thing that may be agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct OwnConsent {
    pub to: ConsentTo,
    pub given: bool,
    /// Since when; null where it is not given.
    pub on: Option<NaiveDate>,
}

/// Who sees a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldAudience {
    #[schema(example = "products[].capacity")]
    pub field: &'static str,
    pub seen_by: Audience,
}

/// Who sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = OwnAudience)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Anybody.
    Public,
    /// Staff of the area.
    Staff,
    /// Persons who were given the right, each time for a purpose that is logged.
    Named,
}

impl OwnRecord {
    /// The record as the owner of this name is shown it, with what is restricted of it.
    pub fn new(
        enterprise: &Enterprise,
        restricted: Restricted,
        owner: &str,
        expires_at: DateTime<Utc>,
        reference: &Reference,
    ) -> Self {
        let public_name = public_name(enterprise, reference);
        let basis = enterprise.publication_basis.as_ref().map(|basis| OwnBasis {
            kind: basis.kind,
            text: (basis.kind != BasisKind::Consent).then(|| basis.text.clone()),
            on: basis.on,
        });
        let last_visit = enterprise.last_visit.as_ref();
        Self {
            id: enterprise.id,
            revision: enterprise.revision,
            created_at: enterprise.created_at,
            updated_at: enterprise.updated_at,
            sample: enterprise.sample,
            owner: owner.to_owned(),
            expires_at,
            region_name: enterprise.region_name.clone(),
            responsible_region: enterprise.responsible_region.clone(),
            written: written(&enterprise.draft, owner),
            women_led: enterprise.women_led,
            public_place: enterprise.public_place.clone(),
            size: enterprise.size.clone(),
            review: enterprise.review,
            publication: enterprise.publication,
            basis,
            existence: enterprise.existence,
            last_visit: last_visit.map(|visit| OwnVisit { outcome: visit.outcome, on: visit.on }),
            quality: enterprise.quality.clone(),
            restricted: OwnRestricted::new(restricted, owner),
            consents: consents(&enterprise.draft),
            audience: audience(enterprise, public_name == enterprise.draft.name),
            public_name,
        }
    }
}

/// What is written, without what is another owner's alone.
fn written(draft: &Draft, owner: &str) -> Draft {
    let mut written = draft.clone();
    written.consents.clear();
    for other in written.owners.iter_mut().filter(|other| !is_named(&other.name, owner)) {
        other.phone = None;
        other.email = None;
    }
    written
}

/// Whether a name is an owner's.
pub fn is_named(name: &str, owner: &str) -> bool {
    squash(name) == squash(owner)
}

impl OwnRestricted {
    fn new(restricted: Restricted, owner: &str) -> Self {
        let restricted = restricted.masked();
        let person = restricted.persons.into_iter().find(|person| is_named(&person.name, owner));
        let born = person.as_ref().is_some_and(|person| person.birth_date.is_some());
        let known = [
            ("birth_date", born),
            ("business_capital", restricted.business_capital.is_some()),
            ("investment_value", restricted.investment_value.is_some()),
            ("annual_sales", restricted.annual_sales.is_some()),
            ("production_values", !restricted.production_values.is_empty()),
        ];
        let known = known.into_iter().filter_map(|(name, known)| known.then_some(name)).collect();
        Self { national_id: person.and_then(|person| person.national_id), known }
    }
}

fn consents(draft: &Draft) -> Vec<OwnConsent> {
    let of = |name: &&str| {
        let to: ConsentTo = name.parse().ok()?;
        let given = draft.consents.iter().find(|consent| consent.to == to);
        Some(OwnConsent { to, given: given.is_some(), on: given.map(|consent| consent.on) })
    };
    ConsentTo::VARIANTS.iter().filter_map(of).collect()
}

/// Who sees each field: as the table of tiers has it, of a record that is published or not.
fn audience(enterprise: &Enterprise, under_its_name: bool) -> Vec<FieldAudience> {
    let published = enterprise.publication == Publication::Published;
    let fields = FIELDS.iter().copied().flatten();
    let shown = fields.filter(|field| matches!(field.entity, "enterprise" | "restricted"));
    shown
        .map(|field| {
            let public = match field.path {
                // Hidden only where it is an owner's name.
                "name" => under_its_name,
                // Public as `public_place`.
                "point" => enterprise.consents_to(ConsentTo::ExactPoint),
                _ => {
                    let agreed = field.consent.is_none_or(|to| enterprise.consents_to(to));
                    field.tier == Tier::Public && agreed
                }
            };
            let seen_by = match field.tier {
                Tier::Restricted => Audience::Named,
                _ if published && public => Audience::Public,
                _ => Audience::Staff,
            };
            FieldAudience { field: field.path, seen_by }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(publication: &str, consents: &serde_json::Value) -> OwnRecord {
        let enterprise: Enterprise = serde_json::from_value(json!({
            "id": Uuid::nil(), "revision": 3, "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-02T00:00:00Z", "sample": false, "name": "Siti Contoh",
            "sectors": ["kulit-alas-kaki"], "region": "35.15.06.2001",
            "products": [{"name": "Tas"}],
            "owners": [
                {"name": "Siti Contoh", "phone": "+62811", "email": "siti@contoh.id"},
                {"name": "Budi Contoh", "phone": "+62822", "email": "budi@contoh.id"}
            ],
            "consents": consents,
            "region_name": "Kalisampurno, Tanggulangin", "responsible_region": "35.15",
            "public_place": {"lon": 112.7, "lat": -7.5, "precision": "village"},
            "size_class": "micro", "ikm_class": "kecil", "bps_class": "micro", "size_rule": "2021",
            "review": "verified", "author": "enumerator@contoh.id", "publication": publication,
            "publication_basis": {"kind": "consent", "text": "surat Budi Contoh", "on": "2026-01-01"},
            "existence": "active",
            "last_visit": {"outcome": "found", "on": "2026-01-01", "by": "petugas@contoh.id"},
            "sources": [{"name": "petugas@contoh.id"}]
        }))
        .expect("a document");
        let restricted = serde_json::from_value(json!({
            "business_capital": 75_000_001,
            "persons": [
                {"name": "SITI  CONTOH", "national_id": "3515064408770003", "birth_date": "1977-08-04"},
                {"name": "Budi Contoh", "national_id": "3515064408770009"}
            ]
        }));
        let restricted = restricted.expect("restricted values");
        let until = DateTime::UNIX_EPOCH;
        OwnRecord::new(&enterprise, restricted, "Siti Contoh", until, &Reference::default())
    }

    fn seen_by(record: &OwnRecord, field: &str) -> Audience {
        record.audience.iter().find(|line| line.field == field).expect("a line").seen_by
    }

    #[test]
    fn nothing_of_others_nor_of_the_staff_and_no_restricted_value_is_shown() {
        let record = shown("published", &json!([]));
        let text = serde_json::to_string(&record).expect("JSON");
        for hidden in [
            "+62822",
            "budi@contoh.id",
            "petugas@contoh.id",
            "enumerator@contoh.id",
            "surat Budi",
            "351506440877",
            "1977",
            "75000001",
        ] {
            assert!(!text.contains(hidden), "{hidden}");
        }
        assert_eq!(record.restricted.national_id.as_deref(), Some("************0003"));
        assert_eq!(record.restricted.known, ["birth_date", "business_capital"]);
        assert_eq!(record.written.owners[0].phone.as_deref(), Some("+62811"));
        assert_eq!(record.written.owners[1].name, "Budi Contoh");
    }

    #[test]
    fn who_sees_a_field_follows_publication_and_consent() {
        let none = shown("published", &json!([]));
        assert_ne!(none.public_name, "Siti Contoh");
        assert_eq!(seen_by(&none, "sectors"), Audience::Public);
        for staff in ["name", "contact", "products[].capacity", "point", "owners", "workers"] {
            assert_eq!(seen_by(&none, staff), Audience::Staff, "{staff}");
        }
        assert_eq!(seen_by(&none, "annual_sales"), Audience::Named);
        let consent = |to: &str| json!({"to": to, "on": "2026-02-03", "how": "surat"});
        let given = ["exact_point", "contact", "capacity", "personal_name"].map(consent);
        let all = shown("published", &json!(given));
        for public in ["name", "contact", "products[].capacity", "point"] {
            assert_eq!(seen_by(&all, public), Audience::Public, "{public}");
        }
        assert_eq!(seen_by(&all, "owners"), Audience::Staff);
        let hidden = shown("unpublished", &json!(given));
        assert!(hidden.audience.iter().all(|line| line.seen_by != Audience::Public));
        let told: Vec<bool> = all.consents.iter().map(|consent| consent.given).collect();
        assert_eq!(told, [false, true, true, true, true]);
        assert_eq!(all.consents[1].on, NaiveDate::from_ymd_opt(2026, 2, 3));
    }
}
