//! How offices shorten the words of headers.

use super::words::Word as W;

pub const SHORT: &[(W, &[&str])] = &[
    (W::Name, &["nma"]),
    (
        W::Business,
        &["ush", "usah", "perush", "perus", "prsh", "prush", "persh", "industr", "dagang"],
    ),
    (W::Owner, &["pmlk", "pem", "pemil", "pngsh", "pengush", "peng", "pimp", "pj", "pic"]),
    (W::Number, &["nom", "urut", "urt", "nmer"]),
    (W::Sum, &["jum", "juml", "jmh", "jlm", "byk", "ttl"]),
    (W::Value, &["nil", "nli"]),
    (W::Kind, &["jen", "jn"]),
    (W::Date, &["tg", "tggl", "tangg"]),
    (W::Year, &["tah", "thun"]),
    (W::Month, &["bl", "bul"]),
    (W::Phone, &["telf", "tlf", "tlpon", "telpn", "hape", "mobile", "cell", "telepun", "tilpun"]),
    (W::Sex, &["jk", "klmn", "klm"]),
    (W::Birth, &["lhr", "lhir"]),
    (W::Place, &["tmp", "tmpt", "temp", "lok"]),
    (W::Address, &["alm", "almt", "alamt", "addr", "alt"]),
    (W::Village, &["klrhn", "kelrh", "kelur", "dsa"]),
    (W::District, &["kecam", "kcmt", "kc", "subdistrict", "distrik"]),
    (W::Regency, &["kabup", "kbptn", "kbpt", "city"]),
    (W::Lat, &["lintg", "ltd", "latit"]),
    (W::Lon, &["bjr", "lgt", "longit"]),
    (W::Coordinate, &["koord", "koor", "coord", "krdnt"]),
    (W::Worker, &["pek", "kary", "karyw", "krj", "kj", "pkrj"]),
    (W::Male, &["laki2", "lk2", "lakis", "lki", "men"]),
    (W::Female, &["prmpn", "prmp", "perem", "perp", "wnt", "women", "cewek"]),
    (W::Investment, &["invest", "invst", "inves", "invs"]),
    (W::Capital, &["mdl"]),
    (W::Asset, &["ast"]),
    (W::Sales, &["omz", "omzt", "omst", "oms", "pjl", "penj", "sales", "revenue"]),
    (W::Production, &["produks", "prdksi", "prds"]),
    (W::Product, &["prdk", "brg", "prod1", "dibuat", "diproduksi", "dijual", "olahan"]),
    (W::Material, &["bhn", "bk"]),
    (W::Commodity, &["kom", "komod"]),
    (W::Sector, &["sekt", "bid"]),
    (W::Activity, &["dijalankan", "digeluti", "ditekuni", "dilakukan", "keg", "giat"]),
    (W::Capacity, &["kap", "kaps", "kpst", "kpsts", "capacity"]),
    (W::Unit, &["stn", "satn"]),
    (W::LegalForm, &["bdn", "bad"]),
    (
        W::Founded,
        &[
            "diri",
            "bdr",
            "brdr",
            "dirikan",
            "berdr",
            "dimulai",
            "memulai",
            "sejak",
            "established",
            "founded",
            "start",
            "started",
        ],
    ),
    (W::Registered, &["dftr", "daft", "reg"]),
    (W::Market, &["psr", "pemsrn"]),
    (W::Permit, &["ijn", "izn", "perijinan"]),
    (W::Certificate, &["sert", "sertf", "certificate"]),
    (W::Note, &["keter", "ketr", "remark", "remarks", "notes", "cttn"]),
    (W::Status, &["sts", "stat"]),
    (
        W::Attachment,
        &[
            "foto",
            "photo",
            "gambar",
            "upload",
            "unggah",
            "lampiran",
            "scan",
            "ttd",
            "tangan",
            "dokumentasi",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::words::WORDS;
    use super::*;

    #[test]
    fn no_spelling_is_of_two_words() {
        let mut seen = std::collections::HashSet::new();
        for (_, spellings) in WORDS.iter().chain(SHORT) {
            for spelling in *spellings {
                assert!(seen.insert(*spelling), "{spelling} stands twice");
            }
        }
    }
}
