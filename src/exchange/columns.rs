//! Which column is which field: by the API's own names, and by the headers met in real lists.

use crate::domain::text::squash;

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    Name,
    Owner,
    /// A person or a phone number: each cell tells.
    Contact,
    OwnerSex,
    Phone,
    Email,
    Kind,
    LegalForm,
    FoundedYear,
    Nib,
    Kbli,
    Sector,
    Commodity,
    Product,
    /// A category of products: a commodity or a sector in other words.
    ProductType,
    Capacity,
    CapacityUnit,
    Region,
    Village,
    District,
    Regency,
    Address,
    AddressDetail,
    Lon,
    Lat,
    WorkersMale,
    WorkersFemale,
    WorkersTotal,
    /// Recognised, but of the restricted tier, which is not stored yet: NIK, birth date, money.
    Restricted,
    /// Known to be of no use: a running number, an icon, what the registry computes itself.
    Ignored,
}

/// Headers, squashed, for each field. The API's own names come first.
const ALIASES: &[(Field, &[&str])] = &[
    (
        Field::Name,
        &[
            "name",
            "nama",
            "namaikm",
            "namausaha",
            "namaperusahaan",
            "perusahaan",
            "namaukm",
            "namaumkm",
            "namaindustri",
            "namakoperasi",
            "namakopwan",
            "namatoko",
            "usaha",
            "merk",
            "merek",
        ],
    ),
    (
        Field::Owner,
        &[
            "owner",
            "owners",
            "ownername",
            "ownersname",
            "namapemilik",
            "pemilik",
            "namapengusaha",
            "pengusaha",
            "namapimpinan",
            "pimpinan",
            "namapengusahapimpinan",
            "penanggungjawab",
            "ketua",
            "namaketua",
        ],
    ),
    (Field::Contact, &["kontak", "contact", "kontakperson", "contactperson", "cp"]),
    (
        Field::OwnerSex,
        &["ownersex", "ownerssex", "sex", "jeniskelamin", "jk", "lp", "kelamin", "gender"],
    ),
    (
        Field::Phone,
        &[
            "phone",
            "ownerphone",
            "ownersphone",
            "contactphone",
            "telepon",
            "telp",
            "notelp",
            "notelepon",
            "nomortelepon",
            "tlp",
            "hp",
            "nohp",
            "nomorhp",
            "handphone",
            "whatsapp",
            "wa",
            "nowa",
            "telphp",
            "notelphp",
        ],
    ),
    (Field::Email, &["email", "owneremail", "ownersemail", "contactemail", "surel", "alamatemail"]),
    (
        Field::Kind,
        &[
            "kind",
            "kinds",
            "registrations",
            "registrationskind",
            "jenispelakuusaha",
            "jeniskoperasi",
            "kelompokusaha",
        ],
    ),
    (
        Field::LegalForm,
        &["legalform", "badanusaha", "bentukusaha", "bentukbadanusaha", "bentukbadanhukum"],
    ),
    (
        Field::FoundedYear,
        &["foundedyear", "tahunberdiri", "thberdiri", "tahundidirikan", "berdiri"],
    ),
    (Field::Nib, &["nib", "izinnib", "nonib", "nomornib", "nomorindukberusaha"]),
    (Field::Kbli, &["kbli", "kodekbli", "kblicode", "nokbli", "kbli5digit", "kbli2020"]),
    (
        Field::Sector,
        &[
            "sector",
            "sectors",
            "sektor",
            "cabangindustri",
            "jenisindustri",
            "bidangusaha",
            "sektorusaha",
        ],
    ),
    (Field::Commodity, &["commodity", "commodities", "komoditi", "komoditas"]),
    (
        Field::Product,
        &[
            "product",
            "products",
            "productsname",
            "produk",
            "namaproduk",
            "hasilproduksi",
            "kegiatan",
            "jenisusaha",
            "produkyangdihasilkan",
        ],
    ),
    (
        Field::ProductType,
        &["jenisproduk", "kategori", "kategoriproduk", "category", "kategoriusaha"],
    ),
    (
        Field::Capacity,
        &[
            "capacity",
            "kapasitas",
            "kapasitasproduksi",
            "jumlahkapasitasproduksi",
            "jumlahkapasitasproduksiperbulan",
            "kapasitasproduksiperbulan",
            "kapasitasproduksibulan",
            "kapasitasproduksibln",
            "kapasitasproduksith",
            "kapasitasproduksithn",
            "kapasitasproduksitahun",
            "kapasitasproduksipertahun",
            "kapasitasproduksihari",
            "kapasitasproduksiperhari",
            "kapasitasperbulan",
            "kapasitaspertahun",
            "kapasitasbulan",
            "kapasitastahun",
        ],
    ),
    (Field::CapacityUnit, &["capacityunit", "unit", "satuan", "satuanproduksi"]),
    (Field::Region, &["region", "koderegion", "kodewilayah", "kodedesa", "kodekelurahan"]),
    (
        Field::Village,
        &[
            "village",
            "desa",
            "kelurahan",
            "desakelurahan",
            "kelurahandesa",
            "kel",
            "desakel",
            "keldesa",
            "namadesa",
            "namakelurahan",
        ],
    ),
    (Field::District, &["district", "kecamatan", "kec", "namakecamatan"]),
    (
        Field::Regency,
        &[
            "regency",
            "responsibleregion",
            "kabupaten",
            "kota",
            "kabupatenkota",
            "kabkota",
            "kotakabupaten",
            "wilayah",
            "kab",
        ],
    ),
    (
        Field::Address,
        &["address", "alamat", "alamatusaha", "alamatperusahaan", "alamatlengkap", "jalan", "jln"],
    ),
    (Field::AddressDetail, &["dusun", "rtrw", "dusunrtrw", "rt", "rw"]),
    (
        Field::Lon,
        &["lon", "lng", "long", "longitude", "pointlon", "bujur", "x", "koordinatx", "garisbujur"],
    ),
    (Field::Lat, &["lat", "latitude", "pointlat", "lintang", "y", "koordinaty", "garislintang"]),
    (
        Field::WorkersMale,
        &[
            "workersmale",
            "tkl",
            "tenagakerjapria",
            "jumlahtenagakerjapria",
            "tenagakerjalakilaki",
            "tklakilaki",
            "tkpria",
        ],
    ),
    (
        Field::WorkersFemale,
        &[
            "workersfemale",
            "tkp",
            "tenagakerjawanita",
            "jumlahtenagakerjawanita",
            "tenagakerjaperempuan",
            "tkperempuan",
            "tkwanita",
        ],
    ),
    (
        Field::WorkersTotal,
        &["workers", "workerstotal", "jmltk", "tenagakerja", "jumlahtenagakerja", "jumlahtk", "tk"],
    ),
    (
        Field::Restricted,
        &[
            "nik",
            "noktp",
            "ktp",
            "nomorktp",
            "tanggallahir",
            "tgllahir",
            "nilaiinvestasi",
            "nilaiinvestasirp000",
            "investasi",
            "nilaiproduksi",
            "nilaiproduksirp000",
            "nilaibbbp",
            "nilaibbbprp000",
            "omzet",
            "omset",
            "modal",
            "modalusaha",
            "aset",
            "investmentvalue",
            "annualsales",
            "businesscapital",
            "nationalid",
            "birthdate",
        ],
    ),
    (
        Field::Ignored,
        &[
            "no",
            "nomor",
            "nourut",
            "id",
            "icon",
            "status",
            "keterangan",
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
            "skalausaha",
            "uraiankbli",
            "tanggalterbit",
            "bulantahundaftarusaha",
            "pemasaran",
            "pemasaranlokalregionalekspor",
            "precision",
        ],
    ),
];

impl Field {
    /// The field that a header names.
    pub fn of_header(header: &str) -> Option<Self> {
        let squashed = squash(header);
        ALIASES
            .iter()
            .find(|(_, names)| names.contains(&squashed.as_str()))
            .map(|(field, _)| *field)
    }

    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The fields of a header's columns: None for a column that nobody knows.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    header: Vec<String>,
    fields: Vec<Option<Field>>,
}

impl Mapping {
    pub fn of(header: &[String]) -> Self {
        let mut fields: Vec<Option<Field>> =
            header.iter().map(|name| Field::of_header(name)).collect();
        // Beside a column that says whose name it holds, a bare "Nama" is a person's, and a brand is
        // not the business's name.
        let says = |name: &String| !matches!(squash(name).as_str(), "nama" | "merek" | "merk");
        let sure = header
            .iter()
            .zip(&fields)
            .any(|(name, field)| *field == Some(Field::Name) && says(name));
        let owner_known = fields.contains(&Some(Field::Owner));
        for (name, field) in header.iter().zip(&mut fields) {
            if sure && *field == Some(Field::Name) && !says(name) {
                let person = squash(name) == "nama" && !owner_known;
                *field = person.then_some(Field::Owner);
            }
        }
        Self { header: header.to_vec(), fields }
    }

    /// Each column's header and field.
    pub fn columns(&self) -> impl Iterator<Item = (&str, Option<Field>)> {
        self.header.iter().map(String::as_str).zip(self.fields.iter().copied())
    }

    /// The first cell of a field that is not empty, with its header.
    pub fn cell<'a>(&'a self, field: Field, cells: &'a [String]) -> Option<(&'a str, &'a str)> {
        self.columns()
            .zip(cells)
            .filter(|((_, column), _)| *column == Some(field))
            .map(|((header, _), cell)| (header, cell.as_str()))
            .find(|(_, cell)| !super::values::is_blank(cell))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_real_lists_are_known() {
        for (header, field) in [
            ("Nama Pengusaha/Pimpinan", Field::Owner),
            ("TK L", Field::WorkersMale),
            ("Jml TK", Field::WorkersTotal),
            ("Desa/Kelurahan", Field::Village),
            ("NAMA IKM", Field::Name),
            ("Jumlah Kapasitas Produksi Perbulan", Field::Capacity),
            ("Nilai Investasi (Rp.000)", Field::Restricted),
            ("point.lon", Field::Lon),
            ("Cabang Industri", Field::Sector),
            ("Kapasitas Produksi/Th", Field::Capacity),
        ] {
            assert_eq!(Field::of_header(header), Some(field), "{header}");
        }
        assert_eq!(Field::of_header("Warna Kesukaan"), None);
    }

    #[test]
    fn a_bare_name_beside_a_business_name_is_the_owners() {
        let header = ["Nama", "Merek", "Nama Usaha"].map(str::to_owned);
        let fields: Vec<Option<Field>> =
            Mapping::of(&header).columns().map(|(_, field)| field).collect();
        assert_eq!(fields, [Some(Field::Owner), None, Some(Field::Name)]);
        let alone = Mapping::of(&["Nama".to_owned()]);
        assert_eq!(alone.columns().next(), Some(("Nama", Some(Field::Name))));
    }

    #[test]
    fn no_header_names_two_fields() {
        let mut seen = std::collections::HashSet::new();
        for (_, names) in ALIASES {
            for name in *names {
                assert!(seen.insert(*name), "{name} stands twice");
            }
        }
    }
}
