//! A release as it is sealed: what it says of itself, and its figures. Written always the same, byte
//! by byte.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::basis::Basis;
use super::campaign::CampaignFigures;
use super::cell::{Cell, Margin, grid};
use super::population::Population;
use super::rounding::{Thresholds, round};
use super::sums::{self, SumCell};
use super::words::{campaign_definitions, definitions};
use super::{BASE, DOMINANCE, LEAST, SHOWN_FROM};

/// What a release says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Header {
    pub id: Uuid,
    #[schema(example = "Statistik industri kecil dan menengah Jawa Timur 2026")]
    pub title: String,
    /// The day that the figures stand for.
    pub reference_date: NaiveDate,
    /// When the record was read.
    pub sealed_at: DateTime<Utc>,
    /// The place in the log of changes up to which it was read.
    pub seq: i64,
    /// The log that the place is in.
    pub log_epoch: String,
    /// The figures are of sample data, not of real enterprises.
    pub sample: bool,
    pub licence: String,
    /// The office that answers questions.
    #[schema(example = "Disperindag Provinsi Jawa Timur")]
    pub contact: String,
    /// What else a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How small groups are protected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rules {
    /// A group smaller than this is not told.
    pub least: u32,
    /// What counts are multiples of.
    pub base: i64,
    /// Rounded counts below this are hidden.
    pub shown_from: i64,
    /// Contributors that a sum needs at least.
    pub contributors: u32,
    /// Greatest share of a sum that one contributor may have, in per cent.
    pub dominance_percent: u32,
}

impl Rules {
    fn current() -> Self {
        Self {
            least: LEAST,
            base: BASE,
            shown_from: SHOWN_FROM,
            contributors: LEAST,
            dominance_percent: u32::try_from(DOMINANCE).unwrap_or_default(),
        }
    }
}

/// What a field means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Definition {
    #[schema(example = "count")]
    pub field: String,
    /// In Indonesian.
    pub text: String,
    pub text_en: String,
}

/// A sealed release.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The form of this document.
    pub form: String,
    #[serde(flatten)]
    pub header: Header,
    pub rules: Rules,
    pub definitions: Vec<Definition>,
    #[serde(flatten)]
    pub basis: Basis,
    pub cells: Vec<Cell>,
    pub sums: Vec<SumCell>,
    /// Of the campaign that it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<CampaignFigures>,
}

const FORM: &str = "sentra-release/1";

impl Release {
    /// The same, of a campaign.
    #[must_use]
    pub fn of_campaign(mut self, figures: CampaignFigures) -> Self {
        self.definitions.extend(campaign_definitions());
        Self { campaign: Some(figures), ..self }
    }

    /// The counts of a region by one thing, or in all: those that fit.
    pub fn count(&self, region: &str, fits: impl Fn(&Cell) -> bool) -> impl Iterator<Item = &Cell> {
        let start = self.cells.partition_point(|cell| cell.region.as_str() < region);
        let region = region.to_owned();
        self.cells[start..]
            .iter()
            .take_while(move |cell| cell.region.as_str() == region)
            .filter(move |cell| fits(cell))
    }
}

/// The figures of a population. `inherited`: what earlier releases told of thresholds; answered
/// is what is known of them now.
pub fn compute(
    header: Header,
    basis: Basis,
    population: &Population,
    inherited: &Thresholds,
) -> (Release, Thresholds) {
    let (rounded, thresholds) = round(&population.counts, inherited);
    let mut totals: HashMap<Margin, i64> = HashMap::new();
    for (cell, count) in rounded.into_iter().filter(|(_, count)| *count > 0) {
        for margin in cell.margins() {
            *totals.entry(margin).or_default() += count;
        }
    }
    let mut cells = Vec::new();
    for region in &basis.regions {
        for margin in grid(&region.code) {
            let count = totals.get(&margin).copied().filter(|count| *count >= SHOWN_FROM);
            cells.push(Cell::new(&region.code, &margin, count));
        }
    }
    let release = Release {
        form: FORM.to_owned(),
        header,
        rules: Rules::current(),
        definitions: definitions(),
        sums: sums::cells(&basis, population),
        basis,
        cells,
        campaign: None,
    };
    (release, thresholds)
}
