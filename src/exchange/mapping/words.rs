//! The words of headers, with the spellings that lists have of each.

use Word as W;

/// A word of headers in its one spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Word {
    Name,
    Business,
    Owner,
    Number,
    Code,
    Sum,
    Value,
    Kind,
    Date,
    Year,
    Month,
    Day,
    Period,
    Nib,
    Nik,
    Ktp,
    Kbli,
    Title,
    Phone,
    Email,
    Web,
    Sex,
    Birth,
    Place,
    Address,
    Street,
    Hamlet,
    Village,
    District,
    Regency,
    Province,
    Region,
    Lat,
    Lon,
    Coordinate,
    Worker,
    Male,
    Female,
    Investment,
    Capital,
    Asset,
    Sales,
    Production,
    Material,
    Product,
    Commodity,
    Sector,
    Branch,
    Activity,
    Category,
    Capacity,
    Unit,
    LegalForm,
    Entity,
    Founded,
    Registered,
    Issued,
    Scale,
    Market,
    Export,
    Halal,
    Pirt,
    Bpom,
    Sni,
    Brand,
    Permit,
    Certificate,
    Cooperative,
    Note,
    Status,
    Bps,
    Count,
    Machine,
    Member,
    Education,
    Contact,
    Used,
    Price,
    Post,
    /// A picture, a document, a signature.
    Attachment,
    /// An account with a bank.
    Bank,
    TaxNumber,
    /// What is left of the sales, what goods and people cost.
    Profit,
    /// Making and selling, as verbs: what is made or sold is a product, how much a capacity.
    Making,
    Selling,
    /// People beside the owner, and what is of the person alone.
    Other,
}

pub const WORDS: &[(W, &[&str])] = &[
    (W::Name, &["nama", "nm", "name"]),
    (
        W::Business,
        &[
            "usaha",
            "perusahaan",
            "ikm",
            "ukm",
            "umkm",
            "toko",
            "industri",
            "kopwan",
            "bisnis",
            "pelaku",
            "unitusaha",
            "pabrik",
            "outlet",
            "company",
            "business",
        ],
    ),
    (
        W::Owner,
        &[
            "pemilik",
            "pengusaha",
            "pimpinan",
            "penanggung",
            "ketua",
            "owner",
            "pengelola",
            "direktur",
            "pengrajin",
            "perajin",
            "pendiri",
            "wirausaha",
            "wirausahawan",
            "pelakuusaha",
            "manajer",
        ],
    ),
    (W::Number, &["no", "nomor", "nomer", "nmr", "num", "number"]),
    (W::Code, &["kode", "kd", "code"]),
    (W::Sum, &["jumlah", "jml", "jlh", "jmlh", "total", "banyaknya"]),
    (W::Value, &["nilai", "nominal", "value", "besaran"]),
    (W::Kind, &["jenis", "jns", "tipe", "type", "macam", "bentuk"]),
    (W::Date, &["tanggal", "tgl", "tglbln", "date"]),
    (W::Year, &["tahun", "thn", "th", "year"]),
    (W::Month, &["bulan", "bln", "perbulan", "month"]),
    (W::Day, &["hari", "perhari", "minggu", "perminggu"]),
    (W::Period, &["periode", "period", "jangka"]),
    (W::Nib, &["nib", "izinnib"]),
    (W::Nik, &["nik"]),
    (W::Ktp, &["ktp", "kependudukan", "identitas"]),
    (W::Kbli, &["kbli"]),
    (W::Title, &["uraian", "judul", "deskripsi", "keterangankbli"]),
    (
        W::Phone,
        &[
            "telepon",
            "telpon",
            "telp",
            "tlp",
            "tlpn",
            "hp",
            "handphone",
            "whatsapp",
            "wa",
            "ponsel",
            "seluler",
            "phone",
            "telephone",
            "notelp",
            "nohp",
            "nowa",
        ],
    ),
    (W::Email, &["email", "surel", "mail"]),
    (
        W::Web,
        &[
            "website",
            "situs",
            "web",
            "instagram",
            "facebook",
            "medsos",
            "sosmed",
            "media",
            "marketplace",
            "url",
            "tiktok",
            "shopee",
            "tokopedia",
        ],
    ),
    (W::Sex, &["kelamin", "gender", "sex"]),
    (W::Birth, &["lahir"]),
    (W::Place, &["tempat", "lokasi", "letak"]),
    (W::Address, &["alamat", "address", "domisili"]),
    (W::Street, &["jalan", "jln", "jl"]),
    (W::Hamlet, &["dusun", "dsn", "rt", "rw", "rtrw", "lingkungan", "blok"]),
    (
        W::Village,
        &[
            "desa",
            "kelurahan",
            "kel",
            "ds",
            "keldesa",
            "desakel",
            "desakelurahan",
            "kelurahandesa",
            "village",
        ],
    ),
    (W::District, &["kecamatan", "kec", "kcmtn", "district"]),
    (
        W::Regency,
        &["kabupaten", "kab", "kota", "kabkota", "kabupatenkota", "kotakabupaten", "regency"],
    ),
    (W::Province, &["provinsi", "propinsi", "prov"]),
    (W::Region, &["wilayah", "wil", "daerah"]),
    (W::Lat, &["lintang", "latitude", "lat", "northing"]),
    (W::Lon, &["bujur", "longitude", "long", "lng", "lon", "easting"]),
    (
        W::Coordinate,
        &[
            "koordinat",
            "kordinat",
            "gps",
            "titik",
            "latlong",
            "coordinate",
            "coordinates",
            "geotag",
            "maps",
            "geolokasi",
            "longlat",
        ],
    ),
    (
        W::Worker,
        &[
            "tenaga", "kerja", "tk", "karyawan", "pekerja", "pegawai", "naker", "tki", "buruh",
            "worker", "workers",
        ],
    ),
    (W::Male, &["laki", "lakilaki", "pria", "lk", "l", "male", "cowok"]),
    (W::Female, &["perempuan", "wanita", "pr", "p", "prp", "w", "female"]),
    (W::Investment, &["investasi", "inv", "investment"]),
    (W::Capital, &["modal", "permodalan"]),
    (W::Asset, &["aset", "asset", "kekayaan", "aktiva"]),
    (
        W::Sales,
        &["omzet", "omset", "penjualan", "pendapatan", "penghasilan", "turnover", "peredaran"],
    ),
    (W::Production, &["produksi", "prod", "production"]),
    (W::Material, &["bahan", "baku", "bb", "bp", "bbbp", "material", "penolong"]),
    (
        W::Product,
        &["produk", "hasil", "barang", "product", "product1", "dihasilkan", "dagangan", "jualan"],
    ),
    (W::Commodity, &["komoditi", "komoditas", "komoditinya", "komodity"]),
    (W::Sector, &["sektor", "bidang", "lapangan"]),
    (W::Branch, &["cabang", "subsektor", "golongan", "rumpun"]),
    (W::Activity, &["kegiatan", "aktivitas", "aktifitas"]),
    (W::Category, &["kategori", "kelompok", "klasifikasi", "klaster"]),
    (W::Capacity, &["kapasitas", "kapasitasproduksi", "volume", "vol", "output"]),
    (W::Unit, &["satuan", "sat", "unit", "ukuran"]),
    (W::LegalForm, &["badan", "legalitas"]),
    (W::Entity, &["hukum"]),
    (W::Founded, &["berdiri", "didirikan", "pendirian", "mulai", "beroperasi"]),
    (W::Registered, &["daftar", "terdaftar", "pendaftaran", "pendataan", "registrasi", "masuk"]),
    (W::Issued, &["terbit", "berlaku", "penerbitan", "kadaluarsa"]),
    (W::Scale, &["skala", "kelas"]),
    (W::Market, &["pemasaran", "pasar", "jangkauan", "distribusi"]),
    (W::Export, &["ekspor", "export"]),
    (W::Halal, &["halal"]),
    (W::Pirt, &["pirt", "irt"]),
    (W::Bpom, &["bpom"]),
    (W::Sni, &["sni"]),
    (W::Brand, &["merek", "merk", "hki", "haki", "brand"]),
    (W::Permit, &["izin", "ijin", "perizinan", "iumk", "siup", "tdp", "tdi", "iui", "situ"]),
    (W::Certificate, &["sertifikat", "sertifikasi"]),
    (W::Cooperative, &["koperasi"]),
    (
        W::Note,
        &[
            "keterangan",
            "ket",
            "catatan",
            "kendala",
            "kebutuhan",
            "permasalahan",
            "harapan",
            "saran",
        ],
    ),
    (W::Status, &["status", "kondisi", "aktif"]),
    (W::Bps, &["bps"]),
    (W::Count, &["unitnya", "banyak"]),
    (W::Machine, &["mesin", "peralatan", "alat", "teknologi"]),
    (W::Member, &["anggota"]),
    (
        W::Education,
        &[
            "pendidikan",
            "agama",
            "umur",
            "usia",
            "pelatihan",
            "bantuan",
            "pembinaan",
            "petugas",
            "surveyor",
            "enumerator",
        ],
    ),
    (W::Contact, &["kontak", "contact", "narahubung", "dihubungi", "person"]),
    (W::Used, &["terpakai", "utilisasi"]),
    (W::Price, &["harga"]),
    (W::Post, &["pos", "kodepos"]),
];

/// Words that say nothing by themselves, or say only in what a value is counted.
pub fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "data"
            | "dan"
            | "atau"
            | "per"
            | "yang"
            | "di"
            | "dari"
            | "dalam"
            | "lengkap"
            | "rp"
            | "ribu"
            | "juta"
            | "000"
            | "rupiah"
            | "orang"
            | "org"
            | "wajib"
            | "diisi"
            | "utama"
            | "induk"
            | "berusaha"
            | "jawab"
            | "pokok"
            | "rata"
            | "ke"
            | "sesuai"
            | "aktif"
            | "2020"
            | "2025"
            | "unggulan"
            | "apakah"
            | "sudah"
            | "punya"
            | "memiliki"
            | "ada"
            | "belum"
            | "berapa"
            | "anda"
            | "mohon"
            | "jika"
            | "5"
            | "digit"
            | "jt"
            | "s"
            | "d"
            | "dsb"
            | "milik"
            | "saat"
            | "ini"
            | "oleh"
            | "untuk"
            | "yg"
            | "dgn"
            | "dengan"
            | "utk"
            | "dr"
            | "pd"
            | "pada"
            | "bs"
            | "bisa"
            | "dpt"
            | "dapat"
            | "sdh"
            | "blm"
            | "apa"
            | "utm"
            | "saya"
            | "main"
            | "full"
            | "of"
            | "the"
            | "siapa"
            | "siapakah"
            | "bapak"
            | "ibu"
            | "bpk"
            | "sdr"
            | "saudara"
            | "kakak"
            | "selaku"
            | "saja"
            | "mana"
            | "kira"
            | "kira2"
            | "mampu"
            | "tersebut"
            | "tsb"
            | "ikut"
            | "kami"
            | "sewaktu"
            | "waktu"
            | "cukup"
            | "adalah"
            | "berada"
            | "sebagai"
            | "nya"
            | "bagi"
            | "dimana"
            | "kemana"
            | "what"
            | "is"
            | "are"
            | "your"
            | "do"
            | "does"
            | "you"
            | "which"
            | "where"
            | "how"
            | "many"
            | "much"
            | "in"
            | "a"
            | "an"
            | "and"
            | "or"
            | "for"
            | "dahulu"
            | "seluruh"
            | "semua"
            | "setiap"
            | "tiap"
            | "biasanya"
            | "selama"
            | "satu"
            | "secara"
            | "kah"
            | "itu"
            | "masing"
            | "dlm"
            | "kalau"
            | "bila"
            | "dimiliki"
            | "mempunyai"
            | "mulainya"
            | "terletak"
            | "jawaban"
            | "isian"
            | "juga"
            | "kapan"
            | "sekarang"
            | "terakhir"
            | "rerata"
            | "kurang"
            | "lebih"
    ) || word.len() == 4 && word.starts_with("20") && word.bytes().all(|byte| byte.is_ascii_digit())
}
