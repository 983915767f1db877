//! The API's own names for its fields, and headers of one meaning that [`super::header`] would not
//! make out of their words.

use super::Field;

/// Headers, squashed.
const EXACT: &[(Field, &[&str])] = &[
    (Field::Id, &["idsentra", "sentraid"]),
    (
        Field::Name,
        &["name", "nama", "usaha", "perusahaan", "merk", "merek", "brand", "ikm", "umkm", "ukm"],
    ),
    (Field::Owner, &["owner", "owners", "ownername", "ownersname", "namalengkap", "fullname"]),
    (Field::Contact, &["kontak", "contact", "kontakperson", "contactperson", "cp", "narahubung"]),
    (
        Field::OwnerSex,
        &[
            "ownersex",
            "ownerssex",
            "sex",
            "jk",
            "lp",
            "kelamin",
            "gender",
            "lataup",
            "pl",
            "lkpr",
            "mf",
            "jkel",
        ],
    ),
    (Field::BirthDate, &["birthdate", "ttl", "dob"]),
    (Field::NationalId, &["nationalid", "ktp"]),
    (Field::Phone, &["phone", "ownerphone", "ownersphone", "contactphone"]),
    (Field::Email, &["owneremail", "ownersemail", "contactemail"]),
    (Field::Website, &["url", "contacturl", "website", "web", "medsos", "sosmed"]),
    (Field::Kind, &["kind", "kinds", "registrations", "registrationskind"]),
    (Field::LegalForm, &["legalform"]),
    (Field::FoundedYear, &["foundedyear", "berdiri"]),
    (Field::Kbli, &["kblicode"]),
    (Field::Sector, &["sector", "sectors"]),
    (Field::Commodity, &["commodity", "commodities"]),
    (Field::Product, &["product", "products", "productsname", "kegiatan", "jenisusaha"]),
    (Field::ProductType, &["category", "kategori"]),
    (Field::Capacity, &["capacity"]),
    (Field::CapacityUnit, &["capacityunit", "unit"]),
    (Field::Region, &["region"]),
    (Field::Village, &["village"]),
    (Field::District, &["district"]),
    (Field::Regency, &["regency", "responsibleregion", "wilayah", "kota"]),
    (Field::Address, &["address", "jalan", "jln", "jl"]),
    (Field::AddressDetail, &["rt", "rw", "dsn", "lingkungan", "blok"]),
    (Field::Lon, &["lon", "lng", "long", "pointlon", "x", "koordinatx", "xcoord"]),
    (Field::Lat, &["lat", "pointlat", "y", "koordinaty", "ycoord"]),
    (Field::WorkersMale, &["workersmale", "tkl", "ltk"]),
    (Field::WorkersFemale, &["workersfemale", "tkp", "ptk"]),
    (Field::WorkersTotal, &["workers", "workerstotal", "tk", "karyawan", "pegawai"]),
    (Field::Trademark, &["trademark"]),
    (Field::InvestmentValue, &["investmentvalue"]),
    (Field::BusinessCapital, &["businesscapital"]),
    (Field::AnnualSales, &["annualsales"]),
    (
        Field::Ignored,
        &[
            "no",
            "nomor",
            "nourut",
            "id",
            "icon",
            "status",
            "tier",
            "revision",
            "createdat",
            "updatedat",
            "sample",
            "regionname",
            "womenled",
            "review",
            "publication",
            "existence",
            "quality",
            "sources",
            "locatedin",
            "publicplace",
            "consents",
            "publicationbasis",
            "precision",
            "timestamp",
            "foto",
            "gambar",
            "objectid",
            "fid",
            "gid",
            "kodepos",
            "catatansentra",
        ],
    ),
];

/// The field that a squashed header names by itself.
pub fn field(squashed: &str) -> Option<Field> {
    EXACT.iter().find(|(_, names)| names.contains(&squashed)).map(|(field, _)| *field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_names_two_fields() {
        let mut seen = std::collections::HashSet::new();
        for (_, names) in EXACT {
            for name in *names {
                assert!(seen.insert(*name), "{name} stands twice");
            }
        }
    }
}
