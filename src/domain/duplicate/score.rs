//! How likely two records are the same: bits of evidence for and against (Fellegi and Sunter),
//! added up from odds that are long at the start.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use super::fact::{Fact, Reason};
use super::words::Word;
use super::{CERTAIN, LIKELY, Rarity, Traits};
use crate::domain::region::Level;
use crate::geography::distance_m;

/// Two records of a province are seldom the same.
const AT_FIRST: f64 = -21.0;
/// A score is so many points a bit around this one.
const MIDDLE: f64 = 50.0;
const POINTS: f64 = 2.0;

/// How sure it is. Nothing is ever done by it without a person.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantNames,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[schema(as = DuplicateClass)]
pub enum Class {
    Unlikely,
    Likely,
    Certain,
}

impl Class {
    /// The class of a score.
    pub fn of(score: u8) -> Self {
        match score {
            CERTAIN.. => Self::Certain,
            LIKELY.. => Self::Likely,
            _ => Self::Unlikely,
        }
    }

    /// The least score of the class.
    pub fn least_score(self) -> u8 {
        match self {
            Self::Certain => CERTAIN,
            Self::Likely => LIKELY,
            Self::Unlikely => 0,
        }
    }
}

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// 0 to 100.
    pub score: u8,
    /// What weighs most first.
    pub reasons: Vec<Reason>,
}

impl Verdict {
    pub fn class(&self) -> Class {
        Class::of(self.score)
    }
}

/// Compares two records.
pub fn compare(one: &Traits, two: &Traits, rarity: &Rarity) -> Verdict {
    let facts = [
        name(one, two, rarity),
        owner(one, two, rarity),
        either(&one.phones, &two.phones, (Fact::SamePhone, 13.0), (Fact::OtherPhone, -1.0)),
        either(
            one.nib.as_slice(),
            two.nib.as_slice(),
            (Fact::SameNib, 13.0),
            (Fact::OtherNib, -10.0),
        ),
        either(
            &one.national_ids,
            &two.national_ids,
            (Fact::SameNationalId, 13.0),
            (Fact::OtherNationalId, -12.0),
        ),
        product(one, two),
        region(one, two),
        distance(one, two),
    ];
    let mut reasons: Vec<Reason> = facts
        .into_iter()
        .flatten()
        .map(|(fact, weight)| Reason { fact, weight: (weight * 10.0).round() / 10.0 })
        .collect();
    reasons.sort_by(|a, b| b.weight.abs().total_cmp(&a.weight.abs()));
    let bits = reasons.iter().map(|reason| reason.weight).sum::<f64>() + AT_FIRST;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let score = (MIDDLE + POINTS * bits).round().clamp(0.0, 100.0) as u8;
    Verdict { score, reasons }
}

type Weighed = Option<(Fact, f64)>;

/// Two lists of words held against each other.
struct Matched {
    /// Bits of the words that both have, the rarest whole, the others less: they are not
    /// independent of it.
    bits: f64,
    /// Bits of those that only one has.
    apart: f64,
    /// Neither side's rarest word is one of the other's.
    strange: bool,
    /// How alike they are, 0 to 1, by what their words tell.
    alike: f64,
}

/// `bits` says what each word tells.
fn matched(one: &[Word], two: &[Word], bits: impl Fn(&Word) -> f64) -> Matched {
    let (bits_one, bits_two): (Vec<f64>, Vec<f64>) =
        (one.iter().map(&bits).collect(), two.iter().map(&bits).collect());
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (i, left) in one.iter().enumerate() {
        for (j, right) in two.iter().enumerate() {
            let alike = left.alike(right);
            if alike > 0.0 {
                pairs.push((alike, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut left, mut right) = (vec![0.0; one.len()], vec![0.0; two.len()]);
    let mut shared: Vec<f64> = Vec::new();
    for (alike, i, j) in pairs {
        if left[i] == 0.0 && right[j] == 0.0 {
            (left[i], right[j]) = (alike, alike);
            // A misspelt word is as rare as what it is taken for.
            shared.push(alike * alike * bits_one[i].min(bits_two[j]));
        }
    }
    if shared.len() < one.len().max(two.len()) {
        // Sumberrejeki and Sumber Rejeki, Sumbe Rrejeki.
        let (whole, other) = (run_together(one), run_together(two));
        let close = if whole == other {
            1.0
        } else if whole.len() >= 8 && strsim::osa_distance(&whole, &other) == 1 {
            0.85
        } else {
            0.0
        };
        if close > 0.0 {
            left.fill(close);
            right.fill(close);
            let words = if one.len() > two.len() { &bits_one } else { &bits_two };
            shared = words.iter().map(|bits| bits * close).collect();
        }
    }
    shared.sort_by(|a, b| b.total_cmp(a));
    let weights = [1.0, 0.7, 0.4, 0.2];
    let bits = shared.iter().zip(weights).map(|(bits, weight)| bits * weight).sum();
    let apart = |bits: &[f64], met: &[f64]| -> f64 {
        bits.iter().zip(met).map(|(bits, met)| bits * (1.0 - met)).sum()
    };
    let apart = apart(&bits_one, &left) + apart(&bits_two, &right);
    let rarest = |bits: &[f64], met: &[f64]| {
        let place = (0..bits.len()).max_by(|a, b| bits[*a].total_cmp(&bits[*b]));
        place.is_none_or(|place| met[place] == 0.0)
    };
    let whole = bits_one.iter().chain(&bits_two).sum::<f64>();
    Matched {
        bits,
        apart,
        strange: rarest(&bits_one, &left) && rarest(&bits_two, &right),
        alike: if whole > 0.0 { (whole - apart) / whole } else { 0.0 },
    }
}

fn run_together(words: &[Word]) -> String {
    words.iter().map(|word| word.sound.as_str()).collect()
}

fn per_cent(share: f64) -> u8 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 100")]
    let per_cent = (share * 100.0).round().clamp(0.0, 100.0) as u8;
    per_cent
}

fn name(one: &Traits, two: &Traits, rarity: &Rarity) -> Weighed {
    if one.name.is_empty() || two.name.is_empty() {
        return None;
    }
    // An owner's name in that of the business tells again what the owner tells.
    let both = !one.owners.is_empty() && !two.owners.is_empty();
    let owners: Vec<&Word> = one.owners.iter().chain(&two.owners).flatten().collect();
    let owned = |word: &Word| both && owners.iter().any(|owner| owner.alike(word) > 0.8);
    let bits = |word: &Word| rarity.bits(word) * if owned(word) { 0.2 } else { 1.0 };
    let found = matched(&one.name, &two.name, bits);
    let strange = if found.strange { 5.0 } else { 0.0 };
    let weight = (found.bits.min(15.0) - strange - (found.apart * 0.3).min(8.0)).max(-9.0);
    let fact = match found.alike {
        alike if alike > 0.99 && found.bits < 10.0 => Fact::CommonName,
        alike if alike > 0.99 => Fact::SameName,
        alike if weight > 0.0 => Fact::SimilarName { alike: per_cent(alike) },
        _ => Fact::OtherName,
    };
    Some((fact, weight))
}

/// The two owners that are most alike.
fn owner(one: &Traits, two: &Traits, rarity: &Rarity) -> Weighed {
    let pairs =
        one.owners.iter().flat_map(|left| two.owners.iter().map(move |right| (left, right)));
    let weighed =
        pairs.filter(|(left, right)| !left.is_empty() && !right.is_empty()).map(|(left, right)| {
            let found = matched(left, right, |word| rarity.bits(word));
            let strange = if found.strange { 6.0 } else { 0.0 };
            let weight =
                (found.bits.min(14.0) - strange - (found.apart * 0.45).min(8.0)).max(-10.0);
            let fact = match found.alike {
                alike if alike > 0.99 => Fact::SameOwner,
                alike if weight > 0.0 => Fact::SimilarOwner { alike: per_cent(alike) },
                _ => Fact::OtherOwner,
            };
            (fact, weight)
        });
    weighed.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// Something that both have in common, or both have and not in common.
fn either<T: PartialEq>(one: &[T], two: &[T], same: (Fact, f64), other: (Fact, f64)) -> Weighed {
    if one.is_empty() || two.is_empty() {
        return None;
    }
    Some(if one.iter().any(|value| two.contains(value)) { same } else { other })
}

fn product(one: &Traits, two: &Traits) -> Weighed {
    let named =
        either(&one.products, &two.products, (Fact::SameProduct, 3.0), (Fact::OtherProduct, -1.0));
    let kind = either(
        &one.commodities,
        &two.commodities,
        (Fact::SameProduct, 2.0),
        (Fact::OtherProduct, -7.0),
    );
    match (named, kind) {
        (Some((Fact::SameProduct, weight)), _) => Some((Fact::SameProduct, weight)),
        (_, Some(kind)) => Some(kind),
        (named, None) => named,
    }
}

fn region(one: &Traits, two: &Traits) -> Weighed {
    let (one, two) = (one.region.as_ref()?, two.region.as_ref()?);
    let both = |level| one.at(level).is_some_and(|code| two.at(level) == Some(code));
    Some(if both(Level::Village) {
        (Fact::SameVillage, 9.0)
    } else if both(Level::District) {
        // One of them may not say the village.
        let open = one.level() < Level::Village || two.level() < Level::Village;
        (Fact::SameDistrict, if open { 6.0 } else { 3.0 })
    } else if both(Level::Regency) {
        let open = one.level() < Level::District || two.level() < Level::District;
        (Fact::SameRegency, if open { 4.0 } else { 0.5 })
    } else {
        (Fact::OtherRegency, -6.0)
    })
}

fn distance(one: &Traits, two: &Traits) -> Weighed {
    let metres = distance_m(one.point?, two.point?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "on one planet")]
    let told = metres.round() as u32;
    Some(match metres {
        ..60.0 => (Fact::Near { metres: told }, 4.0),
        ..300.0 => (Fact::Near { metres: told }, 3.0),
        ..1_000.0 => (Fact::Near { metres: told }, 1.0),
        ..3_000.0 => (Fact::Far { metres: told }, -2.0),
        _ => (Fact::Far { metres: told }, -5.0),
    })
}
