//! What each fault is called in words, in both languages.

use super::{Expected, Fault, Lang};

impl Expected {
    fn text(self, lang: Lang) -> &'static str {
        let (id, en) = match self {
            Self::Number => ("angka", "a number"),
            Self::WholeNumber => ("bilangan bulat", "a whole number"),
            Self::Boolean => ("true atau false", "true or false"),
            Self::Bbox => (
                "empat angka: bujur kiri, lintang bawah, bujur kanan, lintang atas",
                "four numbers: west, south, east, north",
            ),
            Self::LonLat => ("bujur,lintang dalam derajat", "longitude,latitude in degrees"),
            Self::Polygon => (
                "Polygon atau MultiPolygon GeoJSON dengan cincin tertutup",
                "a GeoJSON Polygon or MultiPolygon with closed rings",
            ),
            Self::RegionCode => {
                ("kode wilayah seperti 35.15.06.2001", "a region code such as 35.15.06.2001")
            }
            Self::Kbli => ("dua sampai lima angka KBLI", "two to five KBLI digits"),
            Self::Nib => ("NIB 13 angka", "a NIB of 13 digits"),
            Self::NationalId => ("NIK 16 angka", "a NIK of 16 digits"),
            Self::Year => ("tahun empat angka", "a year of four digits"),
            Self::Time => {
                ("waktu seperti 2026-01-31T00:00:00Z", "a time such as 2026-01-31T00:00:00Z")
            }
            Self::Date => ("tanggal seperti 2026-01-31", "a date such as 2026-01-31"),
            Self::Email => ("alamat surel", "an e-mail address"),
            Self::Phone => {
                ("nomor telepon seperti +6281234567890", "a phone number such as +6281234567890")
            }
            Self::Uuid => ("UUID", "a UUID"),
            Self::Json => ("JSON yang sah", "valid JSON"),
            Self::Cursor => ("kursor dari tautan `next`", "a cursor from a `next` link"),
            Self::Tile => ("ubin z/x/y yang ada", "an existing z/x/y tile"),
            Self::PublicationBasis => ("dasar publikasi", "a basis of publication"),
            Self::Country => {
                ("kode negara dua huruf besar", "a country code of two capital letters")
            }
            Self::Subject => (
                "cooperative:ID, sentra:ID, enterprise:ID atau region:KODE",
                "cooperative:ID, sentra:ID, enterprise:ID or region:CODE",
            ),
        };
        match lang {
            Lang::Id => id,
            Lang::En => en,
        }
    }
}

impl Fault {
    #[expect(clippy::too_many_lines, reason = "one table, one line a fact")]
    pub(super) fn indonesian(&self) -> String {
        match self {
            Self::Required => "Wajib diisi.".into(),
            Self::WrongType { message } => {
                format!("Jenis atau bentuk nilai tidak sesuai ({message}).")
            }
            Self::UnknownField => "Kolom ini tidak dikenal.".into(),
            Self::UnknownParameter => "Parameter ini tidak dikenal.".into(),
            Self::RepeatedParameter => "Parameter ini hanya boleh satu kali.".into(),
            Self::InternalOnly => "Ini hanya untuk petugas yang masuk.".into(),
            Self::UnknownCode { value, allowed } if allowed.is_empty() => {
                format!("Kode \"{value}\" tidak dikenal.")
            }
            Self::UnknownCode { value, allowed } => {
                format!("\"{value}\" tidak dikenal; yang ada: {allowed}.")
            }
            Self::Malformed { value, expected } => {
                format!("\"{value}\" tidak terbaca; yang diharapkan: {}.", expected.text(Lang::Id))
            }
            Self::OutOfRange { value, min, max } => {
                format!("{value} di luar batas {min} sampai {max}.")
            }
            Self::BodyTooLarge { max } => format!("Terlalu besar; paling banyak {max} bita."),
            Self::TooLong { max } => format!("Terlalu panjang; paling banyak {max} huruf."),
            Self::TooShort { min } => format!("Terlalu pendek; paling sedikit {min} huruf."),
            Self::TooMany { max } => format!("Terlalu banyak; paling banyak {max}."),
            Self::TooManyGroups { max } => {
                format!("Lebih dari {max} kelompok; persempit saringan.")
            }
            Self::WrongDimension { unit, other } => {
                format!("Satuan \"{unit}\" tidak sejenis dengan \"{other}\".")
            }
            Self::Together { with } => format!("Harus disertai `{with}`."),
            Self::WrongState { action, value } => {
                format!("`{action}` tidak berlaku selama nilainya `{value}`.")
            }
            Self::NamesThePerson => {
                "Catatan permintaan disimpan: tulis nomor atau tanggalnya, jangan namanya.".into()
            }
            Self::Mismatch => "Tidak cocok.".into(),
            Self::HoldsNationalId => "Catatan ini disimpan: jangan menulis NIK di dalamnya.".into(),
            Self::Ambiguous => {
                "Lebih dari satu yang cocok; bedakan dulu namanya pada data usaha.".into()
            }
            Self::Circular => {
                "Menunjuk, langsung atau melalui yang lain, kepada dirinya sendiri.".into()
            }
            Self::CursorMismatch => {
                "Kursor ini milik saringan atau urutan lain; mulai lagi tanpa kursor.".into()
            }
            Self::UnknownArea { id } => format!("Area \"{id}\" tidak ada; kirim lagi poligonnya."),
            Self::RegionUnknown { value } => format!(
                "Wilayah \"{value}\" tidak ditemukan di Provinsi Jawa Timur: di luar provinsi atau salah tulis."
            ),
            Self::RegionAmbiguous { value, candidates } => format!(
                "Wilayah \"{value}\" ada di beberapa tempat: {candidates}; sebutkan kabupaten/kota atau kecamatannya."
            ),
            Self::RegionGuessed { value, taken } => {
                format!("Wilayah \"{value}\" dibaca sebagai {taken}; periksa.")
            }
            Self::RegionFromPoint { taken, approximate: true } => format!(
                "Wilayah tidak disebut; diambil dari titik: {taken} (batas kecamatan perkiraan)."
            ),
            Self::RegionFromPoint { taken, approximate: false } => {
                format!("Wilayah tidak disebut; diambil dari titik: {taken}.")
            }
            Self::VillageElsewhere { village, district } => format!(
                "Desa/kelurahan \"{village}\" tidak ada di {district}; dicatat pada kecamatannya saja."
            ),
            Self::PointOutsideProvince { lon, lat } => {
                format!("Titik {lat}, {lon} berada di luar Provinsi Jawa Timur.")
            }
            Self::PointElsewhere { stated, found, approximate: true } => format!(
                "Petunjuk: titik tampak di {found}, sedangkan tertulis {stated} (batas kecamatan perkiraan); yang tertulis tetap berlaku."
            ),
            Self::PointElsewhere { stated, found, approximate: false } => format!(
                "Titik berada di {found}, sedangkan tertulis {stated}; yang tertulis tetap berlaku, periksa titiknya."
            ),
            Self::PointUnusable { value } => format!("Koordinat \"{value}\" tidak dapat dipakai."),
            Self::PointSwapped => "Lintang dan bujur tertukar; sudah dibalik.".into(),
            Self::DigitsLost { value } => format!(
                "\"{value}\" ditulis dengan notasi ilmiah: angka terakhirnya hilang dan tidak ditebak; isi ulang dari sumbernya."
            ),
            Self::PhoneUnusable { value } => format!("Nomor telepon \"{value}\" tidak terbaca."),
            Self::ExtraValue { value } => {
                format!("Lebih dari satu nilai dalam satu sel; \"{value}\" tidak dipakai.")
            }
            Self::NameFromOwner => {
                "Nama usaha kosong; dipakai nama pemilik (tidak tampil ke umum tanpa persetujuan)."
                    .into()
            }
            Self::SectorUnknown { value } if value.is_empty() => {
                "Sektor tidak diketahui; dicatat sebagai aneka.".into()
            }
            Self::SectorUnknown { value } => {
                format!("Sektor tidak dapat dibaca dari \"{value}\"; dicatat sebagai aneka.")
            }
            Self::CapacityUnclear { value, question } => question.text(value, Lang::Id),
            Self::RestrictedNotStored => {
                "Kolom terbatas ini dikenali tetapi tidak disimpan: registri tidak mempunyai tempatnya."
                    .into()
            }
            Self::SameAsRow { row } => format!("Sama persis dengan baris {row}; dilewati."),
            Self::Repeated { value, first } => {
                format!("\"{value}\" sudah ada pada nomor {first}.")
            }
            Self::Edition(fault) => fault.text(Lang::Id),
            Self::Cell(fault) => fault.text(Lang::Id),
            Self::File(fault) => fault.text(Lang::Id),
            Self::Expression(fault) => fault.text(Lang::Id),
            Self::NotStored => {
                "Baris tidak dapat disimpan; periksa isinya atau tanyakan kepada pengelola.".into()
            }
            Self::Unreadable { message } => format!("Tidak dapat dibaca: {message}."),
        }
    }

    #[expect(clippy::too_many_lines, reason = "one table, one line a fact")]
    pub(super) fn english(&self) -> String {
        match self {
            Self::Required => "Required.".into(),
            Self::WrongType { message } => format!("A value of the wrong type or form ({message})."),
            Self::UnknownField => "This field is not known.".into(),
            Self::UnknownParameter => "This parameter is not known.".into(),
            Self::RepeatedParameter => "This parameter may be given once only.".into(),
            Self::InternalOnly => "This is for signed-in staff only.".into(),
            Self::UnknownCode { value, allowed } if allowed.is_empty() => {
                format!("The code \"{value}\" is not known.")
            }
            Self::UnknownCode { value, allowed } => {
                format!("\"{value}\" is not known; there is: {allowed}.")
            }
            Self::Malformed { value, expected } => {
                format!("\"{value}\" cannot be read; expected: {}.", expected.text(Lang::En))
            }
            Self::OutOfRange { value, min, max } => format!("{value} is not within {min} to {max}."),
            Self::BodyTooLarge { max } => format!("Too large; at most {max} bytes."),
            Self::TooLong { max } => format!("Too long; at most {max} characters."),
            Self::TooShort { min } => format!("Too short; at least {min} characters."),
            Self::TooMany { max } => format!("Too many; at most {max}."),
            Self::TooManyGroups { max } => format!("More than {max} groups; narrow the filter."),
            Self::WrongDimension { unit, other } => {
                format!("The unit \"{unit}\" is not of the kind of \"{other}\".")
            }
            Self::Together { with } => format!("Must come with `{with}`."),
            Self::WrongState { action, value } => {
                format!("`{action}` is not possible while it is `{value}`.")
            }
            Self::NamesThePerson => {
                "The request is kept: give its number or date, not the name.".into()
            }
            Self::Mismatch => "Does not match.".into(),
            Self::HoldsNationalId => "This is kept: write no NIK in it.".into(),
            Self::Ambiguous => {
                "More than one is meant by this; tell their names apart in the record first.".into()
            }
            Self::Circular => "Points, by itself or through others, at itself.".into(),
            Self::CursorMismatch => {
                "This cursor belongs to another filter or sort order; start again without it.".into()
            }
            Self::UnknownArea { id } => format!("There is no area \"{id}\"; send its polygon again."),
            Self::RegionUnknown { value } => format!(
                "The region \"{value}\" is not found in East Java: outside the province, or misspelt."
            ),
            Self::RegionAmbiguous { value, candidates } => format!(
                "The region \"{value}\" exists in several places: {candidates}; name its regency or district."
            ),
            Self::RegionGuessed { value, taken } => {
                format!("The region \"{value}\" was read as {taken}; please check.")
            }
            Self::RegionFromPoint { taken, approximate: true } => format!(
                "No region stated; taken from the point: {taken} (district boundaries are approximate)."
            ),
            Self::RegionFromPoint { taken, approximate: false } => {
                format!("No region stated; taken from the point: {taken}.")
            }
            Self::VillageElsewhere { village, district } => {
                format!("There is no village \"{village}\" in {district}; recorded by its district only.")
            }
            Self::PointOutsideProvince { lon, lat } => {
                format!("The point {lat}, {lon} lies outside East Java.")
            }
            Self::PointElsewhere { stated, found, approximate: true } => format!(
                "Hint: the point seems to lie in {found} while {stated} is stated (district boundaries are approximate); the stated region stands."
            ),
            Self::PointElsewhere { stated, found, approximate: false } => format!(
                "The point lies in {found} while {stated} is stated; the stated region stands, check the point."
            ),
            Self::PointUnusable { value } => format!("The coordinates \"{value}\" cannot be used."),
            Self::PointSwapped => "Latitude and longitude were swapped; turned round.".into(),
            Self::DigitsLost { value } => format!(
                "\"{value}\" is in scientific notation: its last digits are lost and not guessed; enter it again from its source."
            ),
            Self::PhoneUnusable { value } => format!("The phone number \"{value}\" cannot be read."),
            Self::ExtraValue { value } => {
                format!("More than one value in a cell; \"{value}\" was not used.")
            }
            Self::NameFromOwner => {
                "No business name; the owner's name is used (not shown to the public without consent).".into()
            }
            Self::SectorUnknown { value } if value.is_empty() => {
                "The sector is not known; recorded as aneka (miscellaneous).".into()
            }
            Self::SectorUnknown { value } => {
                format!("No sector can be read from \"{value}\"; recorded as aneka (miscellaneous).")
            }
            Self::CapacityUnclear { value, question } => question.text(value, Lang::En),
            Self::RestrictedNotStored => {
                "This restricted column was recognised but is not stored: the registry has no field for it.".into()
            }
            Self::SameAsRow { row } => format!("The same as row {row}; skipped."),
            Self::Repeated { value, first } => {
                format!("\"{value}\" stands at number {first} already.")
            }
            Self::Edition(fault) => fault.text(Lang::En),
            Self::Cell(fault) => fault.text(Lang::En),
            Self::File(fault) => fault.text(Lang::En),
            Self::Expression(fault) => fault.text(Lang::En),
            Self::NotStored => {
                "The row could not be stored; check what it says, or ask the operator.".into()
            }
            Self::Unreadable { message } => format!("Cannot be read: {message}."),
        }
    }
}
