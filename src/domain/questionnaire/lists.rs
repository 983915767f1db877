//! The code lists that a form offers, with their words in Indonesian.

use crate::domain::codes::Sector;
use crate::domain::quantity::unit;
use crate::domain::reference::Reference;

/// A code list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum List {
    Sector,
    Commodity,
    Unit,
    Kind,
    LegalForm,
    Sex,
    Period,
    Need,
    Practice,
    Certificate,
    Platform,
    Consent,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub code: String,
    pub label: String,
}

impl List {
    /// Its name in the form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sector => "sectors",
            Self::Commodity => "commodities",
            Self::Unit => "units",
            Self::Kind => "kinds",
            Self::LegalForm => "legal_forms",
            Self::Sex => "sexes",
            Self::Period => "periods",
            Self::Need => "needs",
            Self::Practice => "practices",
            Self::Certificate => "certificates",
            Self::Platform => "platforms",
            Self::Consent => "consents",
        }
    }

    /// Codes of a closed set; none for what an analyst extends.
    pub fn codes(self) -> Vec<String> {
        match self {
            Self::Sector => Sector::all().iter().map(|sector| sector.code.clone()).collect(),
            Self::Commodity => Vec::new(),
            Self::Unit => unit::units().iter().map(|unit| unit.code.clone()).collect(),
            fixed => fixed.fixed().iter().map(|(code, _)| (*code).to_owned()).collect(),
        }
    }

    /// All of it as a form offers it.
    pub fn choices(self, reference: &Reference) -> Vec<Choice> {
        let choice = |code: &str, label: &str| Choice { code: code.into(), label: label.into() };
        match self {
            Self::Sector => {
                Sector::all().iter().map(|sector| choice(&sector.code, &sector.name)).collect()
            }
            Self::Commodity => reference
                .commodities()
                .iter()
                .map(|commodity| choice(&commodity.code, &commodity.name))
                .collect(),
            Self::Unit => unit::units().iter().map(|unit| choice(&unit.code, &unit.name)).collect(),
            fixed => fixed.fixed().iter().map(|(code, label)| choice(code, label)).collect(),
        }
    }

    fn fixed(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Sector | Self::Commodity | Self::Unit => &[],
            Self::Kind => &[
                ("ikm", "IKM (industri kecil dan menengah)"),
                ("ukm", "UKM (usaha mikro, kecil dan menengah)"),
                ("kopwan", "Kopwan (koperasi wanita)"),
                ("koperasi", "Koperasi"),
            ],
            Self::LegalForm => &[
                ("perorangan", "Perorangan"),
                ("ud", "UD"),
                ("cv", "CV"),
                ("firma", "Firma"),
                ("pt", "PT"),
                ("pt_perorangan", "PT Perorangan"),
                ("koperasi", "Koperasi"),
                ("yayasan", "Yayasan"),
                ("lainnya", "Lainnya"),
            ],
            Self::Sex => &[("female", "Perempuan"), ("male", "Laki-laki")],
            Self::Period => &[
                ("day", "per hari"),
                ("week", "per minggu"),
                ("month", "per bulan"),
                ("year", "per tahun"),
            ],
            Self::Need => &[
                ("capital", "Modal"),
                ("marketing", "Pemasaran"),
                ("management", "Manajemen"),
                ("workers", "Tenaga kerja"),
                ("materials", "Bahan baku"),
                ("machines", "Mesin"),
                ("skills", "Keterampilan"),
                ("legality", "Perizinan"),
            ],
            Self::Practice => &[
                ("waste_sorted", "Limbah dipilah"),
                ("waste_treated", "Limbah diolah"),
                ("waste_collected", "Limbah diangkut"),
                ("wastewater_treated", "Air limbah diolah"),
                ("protective_equipment", "Alat pelindung diri"),
                ("fire_extinguisher", "Alat pemadam api"),
                ("first_aid", "Kotak P3K"),
                ("ventilation", "Ventilasi cukup"),
                ("clean_water", "Air bersih"),
                ("chemicals_stored", "Bahan kimia disimpan aman"),
            ],
            Self::Certificate => &[
                ("halal", "Halal"),
                ("pirt", "PIRT"),
                ("bpom", "BPOM"),
                ("sni", "SNI"),
                ("tkdn", "TKDN"),
                ("trademark", "Merek terdaftar"),
                ("siinas", "SIINas"),
                ("iso", "ISO"),
                ("haccp", "HACCP"),
                ("svlk", "SVLK (legalitas kayu)"),
                ("batikmark", "Batikmark"),
                ("other", "Lainnya"),
            ],
            Self::Platform => &[
                ("store", "Toko sendiri"),
                ("market", "Pasar"),
                ("website", "Situs sendiri"),
                ("shopee", "Shopee"),
                ("tokopedia", "Tokopedia"),
                ("lazada", "Lazada"),
                ("bukalapak", "Bukalapak"),
                ("instagram", "Instagram"),
                ("facebook", "Facebook"),
                ("tiktok", "TikTok"),
                ("whatsapp", "WhatsApp"),
                ("e_katalog", "e-Katalog pemerintah"),
                ("export", "Ekspor"),
                ("other", "Lainnya"),
            ],
            Self::Consent => &[
                ("publish", "Data usaha boleh diterbitkan"),
                ("exact_point", "Titik lokasi boleh ditampilkan"),
                ("contact", "Kontak usaha boleh ditampilkan"),
                ("capacity", "Kapasitas boleh ditampilkan"),
                ("personal_name", "Nama pemilik boleh ditampilkan"),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use super::*;
    use crate::domain::codes::{ConsentTo, Kind, LegalForm, Period, Sex};
    use crate::domain::trade::{CertificateType, Need, Platform, Practice};

    #[test]
    fn every_code_has_its_words() {
        let sets: [(List, &[&str]); 9] = [
            (List::Kind, Kind::VARIANTS),
            (List::LegalForm, LegalForm::VARIANTS),
            (List::Sex, Sex::VARIANTS),
            (List::Period, Period::VARIANTS),
            (List::Need, Need::VARIANTS),
            (List::Practice, Practice::VARIANTS),
            (List::Certificate, CertificateType::VARIANTS),
            (List::Platform, Platform::VARIANTS),
            (List::Consent, ConsentTo::VARIANTS),
        ];
        for (list, codes) in sets {
            assert_eq!(list.codes(), codes, "{list:?}");
        }
    }
}
