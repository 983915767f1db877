//! What columns are beside each other: one field, one column.

use super::profile::Form;
use super::{Candidate, Field, by_form, header};
use crate::domain::text::fold;

/// Nothing that only values hint at is surer than this.
const BY_HINT: f64 = 0.6;

/// Settles what several columns claim, or what one is only beside another.
pub fn all(candidates: &mut [(usize, Candidate)]) {
    settle_usage(candidates);
    settle_names(candidates);
    settle_products(candidates);
    settle_homes(candidates);
    settle_coordinates(candidates);
    settle_conflicts(candidates);
}

/// "Usaha" beside a column of names of businesses, or over the same few goods again and again, is
/// what is made.
fn settle_usage(candidates: &mut [(usize, Candidate)]) {
    let is_name = |candidate: &Candidate| candidate.field == Some(Field::Name);
    let names = candidates.iter().filter(|(_, candidate)| is_name(candidate)).count();
    for (_, candidate) in candidates {
        let bare = matches!(fold(&candidate.header).as_str(), "usaha" | "usahanya");
        let goods = candidate.profile.hints_at().is_some_and(|it| it.0 == Field::Product);
        if bare && goods && names > 1 && is_name(candidate) && !candidate.settled {
            candidate.becomes(Some(Field::Product), 0.7, "isinya barang, bukan nama usaha");
        }
    }
}

/// The owner's home is no place of the business where that stands in a column of its own.
fn settle_homes(candidates: &mut [(usize, Candidate)]) {
    let fields = [
        &[Field::Address, Field::AddressDetail][..],
        &[Field::Village],
        &[Field::District],
        &[Field::Regency],
    ];
    for same in fields {
        let homes: Vec<(usize, bool)> = (candidates.iter().enumerate())
            .filter(|(_, (_, it))| it.field.is_some_and(|field| same.contains(&field)))
            .map(|(place, (_, it))| (place, header::names_home(&it.header)))
            .collect();
        let of_business =
            |(place, home): &(usize, bool)| !home && candidates[*place].1.profile.seen > 0;
        if !homes.iter().any(of_business) {
            continue;
        }
        for (place, home) in homes {
            let candidate = &mut candidates[place].1;
            if home && !candidate.settled {
                candidate.becomes(Some(Field::Ignored), 0.8, "alamat pemilik, bukan alamat usaha");
            }
        }
    }
}

/// Beside a column that says that it names businesses, one that does not names persons, and a brand
/// is not the business's name.
fn settle_names(candidates: &mut [(usize, Candidate)]) {
    let words = |header: &str, some: &[&str]| {
        fold(&header::spread(header)).split(' ').any(|word| some.contains(&word))
    };
    let of_business = |header: &str| header::names_business(header) && !words(header, &["pelaku"]);
    let named = |candidate: &Candidate| candidate.field == Some(Field::Name);
    let sure =
        candidates.iter().any(|(_, candidate)| named(candidate) && of_business(&candidate.header));
    if !sure {
        return;
    }
    let mut owner_known =
        candidates.iter().any(|(_, candidate)| candidate.field == Some(Field::Owner));
    for (_, candidate) in candidates {
        if candidate.settled || !named(candidate) || of_business(&candidate.header) {
            continue;
        }
        if words(&candidate.header, &["merek", "merk", "brand"]) || owner_known {
            candidate.becomes(None, 0.5, "sudah ada kolom nama usaha");
        } else {
            candidate.becomes(Some(Field::Owner), 0.8, "nama orang, di samping kolom nama usaha");
            owner_known = true;
        }
    }
}

/// "Jenis barang yang dibuat" is a category beside a column of products, else the products.
fn settle_products(candidates: &mut [(usize, Candidate)]) {
    // What only the values hint at gives way to what a header says.
    let by_header = |(_, candidate): &(usize, Candidate)| {
        candidate.field == Some(Field::Product) && candidate.confidence > BY_HINT
    };
    let said = candidates.iter().any(by_header);
    for (_, candidate) in candidates.iter_mut() {
        let hinted = candidate.field == Some(Field::Product) && candidate.confidence <= BY_HINT;
        if hinted && said && !candidate.settled {
            candidate.becomes(None, 0.3, "judul kolom tidak dikenal");
        }
    }
    if candidates.iter().any(|(_, candidate)| candidate.field == Some(Field::Product)) {
        return;
    }
    let of_type = candidates.iter_mut().map(|(_, candidate)| candidate).find(|candidate| {
        candidate.field == Some(Field::ProductType)
            && !candidate.settled
            && header::names_kinds_of_products(&candidate.header)
    });
    if let Some(candidate) = of_type {
        candidate.becomes(Some(Field::Product), 0.8, "jenis produk, tanpa kolom produk lain");
    }
}

/// A latitude and a longitude that stand under each other's header are turned round.
fn settle_coordinates(candidates: &mut [(usize, Candidate)]) {
    let at = |field| {
        candidates
            .iter()
            .position(|(_, candidate)| candidate.field == Some(field) && !candidate.settled)
    };
    let (Some(lat), Some(lon)) = (at(Field::Lat), at(Field::Lon)) else { return };
    let share = |place: usize, form| candidates[place].1.profile.share(form);
    let swapped = share(lat, Form::Longitude) > 0.8 && share(lon, Form::Latitude) > 0.8;
    if swapped {
        let why = "judul lintang dan bujur tertukar, menurut isinya";
        candidates[lat].1.becomes(Some(Field::Lon), 0.85, why);
        candidates[lon].1.becomes(Some(Field::Lat), 0.85, why);
    }
}

/// A field that several columns could be is the surest one's; the others may be what their values
/// speak for.
fn settle_conflicts(candidates: &mut [(usize, Candidate)]) {
    for _ in 0..2 {
        let mut order: Vec<usize> = (0..candidates.len()).collect();
        let rank = |place: &usize| {
            let candidate: &Candidate = &candidates[*place].1;
            // Of two alike, the one that holds something.
            (candidate.settled, candidate.confidence, candidate.profile.seen > 0)
        };
        order.sort_by(|a, b| {
            let ((settled_a, sure_a, full_a), (settled_b, sure_b, full_b)) = (rank(a), rank(b));
            settled_b
                .cmp(&settled_a)
                .then(full_b.cmp(&full_a))
                .then(sure_b.total_cmp(&sure_a))
                .then(a.cmp(b))
        });
        let mut taken: Vec<Field> = Vec::new();
        for place in order {
            let candidate = &mut candidates[place].1;
            let Some(field) = candidate.field else { continue };
            if candidate.settled || field.may_repeat() || !taken.contains(&field) {
                taken.push(field);
                continue;
            }
            match candidate.profile.speaks_for() {
                Some((other, share)) if !taken.contains(&other) => {
                    let why = by_form(other, share, "judulnya sama dengan kolom lain");
                    candidate.becomes(Some(other), share * 0.7, &why);
                    taken.push(other);
                }
                _ => {
                    let why = format!("sudah ada kolom lain untuk {}", field.label());
                    candidate.becomes(None, 0.3, &why);
                }
            }
        }
    }
}
