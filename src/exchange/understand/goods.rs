//! What is made, how much of it, and under which codes.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::mapping::ColumnMapping;
use super::super::mapping::header::spread;
use super::super::values;
use super::{Field, Reading, shown};
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::Sector;
use crate::domain::enterprise::{Capacity, Kbli, Product};
use crate::domain::fault::Fault;
use crate::domain::quantity::parse;
use crate::domain::reference::Commodity;
use crate::domain::text::{fold, squash, tidy_case};
use crate::domain::trade::RawMaterial;
use crate::domain::validate;

/// KBLI edition of a code whose list does not say.
const KBLI_EDITION: &str = "2020";
/// Sector of a row that tells none.
const NO_SECTOR: &str = "aneka";
/// Products that are taken of one cell.
const MOST: usize = 30;

impl Reading<'_, '_> {
    pub(super) fn kbli(&mut self) -> Vec<Kbli> {
        let Some(cell) = self.text(Field::Kbli) else { return Vec::new() };
        let codes = values::kbli(cell);
        if codes.is_empty() {
            self.say(Field::Kbli, CellFault::KbliUnreadable { value: shown(cell) });
        }
        let header = self.head(Field::Kbli).map_or("", |head: &ColumnMapping| &head.header);
        let edition = if header.contains("2025") { "2025" } else { KBLI_EDITION };
        let kbli = |(place, (stated, code)): (usize, (Option<String>, String))| Kbli {
            edition: stated.unwrap_or_else(|| edition.into()),
            code,
            main: place == 0,
        };
        codes.into_iter().take(MOST).enumerate().map(kbli).collect()
    }

    pub(super) fn products(&mut self) -> Vec<Product> {
        let has_capacity = self.at(Field::Capacity).is_some();
        // A capacity without a product is the commodity's.
        let mut names: Vec<String> = Vec::new();
        for &(column, _) in self.columns(Field::Product) {
            for name in values::entries(self.cells[column].text) {
                if !names.contains(&name) && names.len() < MOST {
                    names.push(name);
                }
            }
        }
        if names.is_empty() && has_capacity {
            names = self.text(Field::Commodity).map(values::entries).unwrap_or_default();
        }
        if names.is_empty() && has_capacity {
            self.say(Field::Capacity, Fault::Together { with: Field::Product.name() });
        }
        let mut products = Vec::with_capacity(names.len());
        for name in names {
            let commodity = self.reader.reference.commodity_in(&name);
            // A list gives one capacity: it is the first product's.
            let first = products.is_empty();
            let capacity = if first { self.capacity(commodity) } else { None };
            let raw_materials = if first { self.raw_materials() } else { Vec::new() };
            let commodity = commodity.map(|commodity| commodity.code.clone());
            let name = tidy_case(&name);
            products.push(Product {
                name,
                commodity,
                capacity,
                raw_materials,
                ..Product::default()
            });
        }
        products
    }

    /// The capacity, as far as it is clear and fits the commodity; what is not clear is asked.
    fn capacity(&mut self, commodity: Option<&Commodity>) -> Option<Capacity> {
        let quantity = self.text(Field::Capacity)?;
        let header = self.head(Field::Capacity).map(|head| spread(&head.header));
        let header = header.as_deref().unwrap_or_default();
        let unit = [Field::CapacityUnit, Field::CapacityPeriod].map(|field| self.text(field));
        let unit = unit.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let value = shown(format!("{quantity} {unit}").trim());
        let reading = parse::capacity(parse::Stated { quantity, unit: &unit, header });
        for question in reading.questions {
            self.say(Field::Capacity, Fault::CapacityUnclear { value: value.clone(), question });
        }
        let capacity = reading.capacity?;
        let faults = validate::capacity_faults(&capacity, commodity);
        let fits = faults.is_empty();
        for (_, fault) in faults {
            let suggestion = match &fault {
                Fault::WrongDimension { other, .. } => Some(other.clone()),
                _ => None,
            };
            let at = self.at(Field::Capacity).map(|(at, _)| at);
            self.suggest(at, Field::Capacity, fault, suggestion);
        }
        fits.then_some(capacity)
    }

    fn raw_materials(&self) -> Vec<RawMaterial> {
        let mut found: Vec<RawMaterial> = Vec::new();
        for entry in self.text(Field::RawMaterial).map(values::entries).unwrap_or_default() {
            let commodity = self.reader.reference.commodity_in(&entry);
            let Some(commodity) = commodity.map(|commodity| commodity.code.clone()) else {
                continue;
            };
            if found.iter().all(|known| known.commodity != commodity) {
                found.push(RawMaterial { commodity, origin: None });
            }
        }
        found
    }

    pub(super) fn commodities(&self, products: &[Product]) -> Vec<String> {
        let reference = self.reader.reference;
        let of_entry = |entry: &str| {
            let exact = reference.commodity(entry.trim());
            exact.or_else(|| reference.commodity_in(entry)).map(|commodity| commodity.code.clone())
        };
        let mut codes: Vec<String> = Vec::new();
        let stated = self.text(Field::Commodity);
        let named = |cell: &&str| reference.commodity_in(cell).is_some_and(|it| it.name == **cell);
        let stated = match stated.filter(named) {
            Some(whole) => vec![whole.to_owned()],
            None => stated.map(values::entries).unwrap_or_default(),
        };
        let of_products = products.iter().filter_map(|product| product.commodity.clone());
        let of_type = self.text(Field::ProductType).and_then(of_entry);
        let all =
            stated.iter().filter_map(|entry| of_entry(entry)).chain(of_products).chain(of_type);
        for code in all {
            if !codes.contains(&code) && codes.len() < MOST {
                codes.push(code);
            }
        }
        codes
    }

    /// As stated; else of the commodities, else of the KBLI codes; else the row is asked about.
    pub(super) fn sectors(&mut self, commodities: &[String], kbli: &[Kbli]) -> Vec<Sector> {
        let reference = self.reader.reference;
        let stated = self.text(Field::Sector);
        // A name may have a comma of its own.
        let whole = stated.and_then(sector);
        let cells = stated.filter(|_| whole.is_none()).map(values::entries).unwrap_or_default();
        let mut sectors: Vec<Sector> =
            whole.into_iter().chain(cells.iter().filter_map(|cell| sector(cell))).collect();
        if sectors.is_empty() {
            let of_commodity = |code: &String| reference.commodity(code).map(|known| known.sector);
            sectors.extend(commodities.iter().filter_map(of_commodity));
        }
        if sectors.is_empty() {
            sectors.extend(kbli.iter().filter_map(|kbli| Sector::from_kbli(&kbli.code)));
        }
        if sectors.is_empty() {
            let of_words = |cell: &String| {
                let known = reference.commodity_in(cell).map(|commodity| commodity.sector);
                known.or_else(|| of_words(cell))
            };
            sectors.extend(cells.iter().filter_map(of_words));
        }
        if sectors.is_empty() {
            let other = self.text(Field::ProductType).or_else(|| self.text(Field::Product));
            let value = shown(stated.or(other).unwrap_or_default());
            self.say(Field::Sector, Fault::SectorUnknown { value });
            sectors.extend(Sector::from_code(NO_SECTOR));
        }
        sectors
    }
}

/// Sectors by their codes and names, squashed.
static SECTORS: LazyLock<HashMap<String, Sector>> = LazyLock::new(|| {
    let names = Sector::all().iter().rev().flat_map(|entry| {
        let names = [&entry.name_en, &entry.name, &entry.code];
        names.map(|name| (squash(name), Sector::from_code(&entry.code)))
    });
    names.filter_map(|(name, sector)| Some((name, sector?))).collect()
});

/// A sector by its code or one of its names.
fn sector(cell: &str) -> Option<Sector> {
    SECTORS.get(&squash(cell)).copied()
}

/// A sector by the words of an office's own branches: `Industri Pangan`, `ILMEA`, `Sandang`.
fn of_words(cell: &str) -> Option<Sector> {
    let folded = fold(cell);
    let code = folded.split(' ').find_map(|word| {
        Some(match word {
            "pangan" | "makanan" | "minuman" | "mamin" | "kuliner" => "pangan",
            "sandang" | "tekstil" | "pakaian" | "konveksi" | "fashion" | "fesyen" => {
                "tekstil-pakaian"
            }
            "kulit" | "persepatuan" => "kulit-alas-kaki",
            "kerajinan" | "handicraft" | "craft" | "batik" => "kerajinan-batik",
            "furnitur" | "furniture" | "mebel" | "meubel" | "mebeler" | "kayu" => "furnitur-kayu",
            "kimia" | "farmasi" | "jamu" => "kimia-farmasi",
            "logam" | "mesin" | "elektronik" | "elektronika" | "ilmea" => "logam-mesin-elektronik",
            "bangunan" | "genteng" | "keramik" => "bahan-bangunan",
            "kertas" | "percetakan" | "cetak" => "kertas-percetakan",
            "aneka" => "aneka",
            "jasa" => "jasa",
            "dagang" | "perdagangan" => "perdagangan",
            "pertanian" | "perikanan" | "peternakan" => "pertanian-perikanan",
            _ => return None,
        })
    })?;
    Sector::from_code(code)
}
