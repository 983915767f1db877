//! The lists that the template's columns choose from, each a column of their sheet.

use rust_xlsxwriter::{Format, Worksheet, XlsxError};

use super::CODES;
use crate::domain::codes::Sector;
use crate::domain::quantity::unit::units;
use crate::domain::reference::Reference;
use crate::domain::region::{Level, RegionCode};
use crate::exchange::sheet::column_letters;

/// Row of the first entry, as a person counts it.
const FIRST: usize = 4;

/// A list to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    District,
    /// The district of each village, in the villages' order.
    VillageDistrict,
    Village,
    Kind,
    LegalForm,
    Sex,
    Sector,
    Commodity,
    Unit,
    Period,
    YesNo,
}

/// The lists of a regency, with their headers.
pub struct Lists(Vec<(List, &'static str, Vec<String>)>);

impl Lists {
    pub fn of(regency: &RegionCode, reference: &Reference) -> Self {
        let gazetteer = &reference.gazetteer;
        let mut districts: Vec<_> = gazetteer.within(Level::District, regency).collect();
        districts.sort_by(|a, b| a.name.cmp(&b.name));
        let (mut of_district, mut villages) = (Vec::new(), Vec::new());
        for district in &districts {
            let mut names: Vec<String> = gazetteer
                .within(Level::Village, &district.code)
                .map(|village| village.name.clone())
                .collect();
            names.sort();
            of_district.extend(std::iter::repeat_n(district.name.clone(), names.len()));
            villages.extend(names);
        }
        let mut commodities: Vec<String> =
            reference.commodities().iter().map(|commodity| commodity.name.clone()).collect();
        commodities.sort();
        let fixed = |all: &[&str]| all.iter().map(|entry| (*entry).to_owned()).collect();
        Self(vec![
            (
                List::District,
                "Kecamatan",
                districts.iter().map(|district| district.name.clone()).collect(),
            ),
            (List::VillageDistrict, "Kecamatan dari desa", of_district),
            (List::Village, "Desa/Kelurahan", villages),
            (
                List::Kind,
                "Jenis pelaku usaha",
                fixed(&["IKM", "UKM", "Koperasi Wanita", "Koperasi"]),
            ),
            (
                List::LegalForm,
                "Badan usaha",
                fixed(&[
                    "Perorangan",
                    "UD",
                    "CV",
                    "Firma",
                    "PT",
                    "PT Perorangan",
                    "Koperasi",
                    "Yayasan",
                    "Lainnya",
                ]),
            ),
            (List::Sex, "Jenis kelamin", fixed(&["Perempuan", "Laki-laki"])),
            (
                List::Sector,
                "Sektor",
                Sector::all().iter().map(|sector| sector.name.clone()).collect(),
            ),
            (List::Commodity, "Komoditas", commodities),
            (List::Unit, "Satuan", units().iter().map(|unit| unit.code.clone()).collect()),
            (List::Period, "Periode", fixed(&["minggu", "bulan", "tahun"])),
            (List::YesNo, "Ya/Tidak", fixed(&["Ya", "Tidak"])),
        ])
    }

    fn find(&self, list: List) -> Option<(usize, &[String])> {
        let place = self.0.iter().position(|(known, ..)| *known == list)?;
        Some((place, &self.0[place].2))
    }

    /// The first entry of a list; of villages, the first of the first district.
    pub fn first(&self, list: List) -> Option<&str> {
        self.find(list)?.1.first().map(String::as_str)
    }

    /// Where a list stands, for a formula.
    pub fn range(&self, list: List) -> String {
        let (place, entries) = self.find(list).unwrap_or_default();
        let (column, last) = (column_letters(place), FIRST + entries.len().max(1) - 1);
        format!("={}!${column}${FIRST}:${column}${last}", CODES.0)
    }

    /// The villages of the district that a cell names: they stand together.
    pub fn villages_of(&self, cell: &str) -> String {
        let of_district = self.range(List::VillageDistrict);
        let of_district = of_district.trim_start_matches('=');
        let place = self.find(List::Village).map_or(0, |(place, _)| place);
        let (sheet, column, above) = (CODES.0, column_letters(place), FIRST - 1);
        format!(
            "=OFFSET({sheet}!${column}${above},MATCH({cell},{of_district},0),0,COUNTIF({of_district},{cell}),1)"
        )
    }

    pub fn write(&self, sheet: &mut Worksheet, named: (&str, &str)) -> Result<(), XlsxError> {
        sheet.set_name(named.0)?;
        let bold = Format::new().set_bold();
        sheet.write_string_with_format(0, 0, named.1, &bold)?;
        for (column, (_, header, entries)) in (0_u16..).zip(&self.0) {
            sheet.write_string_with_format(2, column, *header, &bold)?;
            for (row, entry) in (3_u32..).zip(entries) {
                sheet.write_string(row, column, entry)?;
            }
            sheet.set_column_width(column, 24)?;
        }
        Ok(())
    }
}
