//! Layouts of other offices' systems and habits, written down with their truth before it was looked
//! whether they are read. What was read of each when it was first seen stands at its head; the
//! reading was then mended in general, so that these are no longer unseen.

use sentra::exchange::mapping::Field;

use super::columns::{self as c, column};
use super::layouts::{Format, Layout};

pub fn layouts() -> Vec<Layout> {
    vec![
        licences(),
        industry_system(),
        village_book(),
        form(),
        statistics(),
        members(),
        abbreviated(),
        camel_case(),
        training(),
        english(),
    ]
}

/// The licensing system's dump, with the workers of each sex.
///
/// First seen at 1.000.
fn licences() -> Layout {
    let columns = vec![
        column(&["id_proyek"], Some(Field::Ignored), c::number),
        column(&["nama_perusahaan"], Some(Field::Name), c::name),
        column(&["nib"], Some(Field::Nib), c::nib),
        column(&["tgl_terbit_oss"], Some(Field::Ignored), c::note),
        column(&["uraian_jenis_perusahaan"], Some(Field::LegalForm), c::legal_form),
        column(&["uraian_skala_usaha"], Some(Field::Ignored), c::note),
        column(&["kbli"], Some(Field::Kbli), c::kbli),
        column(&["uraian_kbli"], Some(Field::Ignored), c::kbli_title),
        column(&["kl_sektor_pembina"], Some(Field::Ignored), c::ministry),
        column(&["alamat_usaha"], Some(Field::Address), c::address),
        column(&["kab_kota_usaha"], Some(Field::Regency), c::regency),
        column(&["kecamatan_usaha"], Some(Field::District), c::district),
        column(&["kelurahan_usaha"], Some(Field::Village), c::village),
        column(&["longitude"], Some(Field::Lon), c::lon),
        column(&["latitude"], Some(Field::Lat), c::lat),
        column(&["nm_user"], Some(Field::Owner), c::owner),
        column(&["nik_user"], Some(Field::NationalId), c::nik),
        column(&["email_user"], Some(Field::Email), c::email),
        column(&["no_telp_user"], Some(Field::Phone), c::phone),
        column(&["tki_lk"], Some(Field::WorkersMale), c::male),
        column(&["tki_pr"], Some(Field::WorkersFemale), c::female),
        column(&["jml_investasi"], Some(Field::InvestmentValue), c::investment),
    ];
    Layout::named("oss-jember.xlsx", Format::Xlsx, "35.09", columns)
}

/// The ministry's system of industries.
///
/// First seen at 0.950.
fn industry_system() -> Layout {
    let columns = vec![
        column(&["No"], Some(Field::Ignored), c::number),
        column(&["Nama Perusahaan"], Some(Field::Name), c::name),
        column(&["Nama Penanggung Jawab"], Some(Field::Owner), c::owner),
        column(&["Alamat Pabrik"], Some(Field::Address), c::address),
        column(&["Kabupaten/Kota Pabrik"], Some(Field::Regency), c::regency),
        column(&["Kecamatan Pabrik"], Some(Field::District), c::district),
        column(&["Desa Pabrik"], Some(Field::Village), c::village),
        column(&["Telepon Kantor"], Some(Field::Phone), c::phone),
        column(&["Email Perusahaan"], Some(Field::Email), c::email),
        column(&["KBLI 5 Digit"], Some(Field::Kbli), c::kbli),
        column(&["Deskripsi KBLI"], Some(Field::Ignored), c::kbli_title),
        column(&["Komoditi Utama"], Some(Field::Product), c::product),
        column(&["Kapasitas Terpasang per Bulan"], Some(Field::Capacity), c::capacity_month),
        column(&["Satuan Kapasitas"], Some(Field::CapacityUnit), c::unit),
        column(&["Tahun Mulai Produksi Komersial"], Some(Field::FoundedYear), c::founded),
        column(&["TK Produksi Laki-Laki"], Some(Field::WorkersMale), c::male),
        column(&["TK Produksi Perempuan"], Some(Field::WorkersFemale), c::female),
        column(&["Lat Pabrik"], Some(Field::Lat), c::lat),
        column(&["Lng Pabrik"], Some(Field::Lon), c::lon),
        column(&["Status Verifikasi"], Some(Field::Ignored), c::note),
    ];
    Layout::named("siinas-gresik.csv", Format::Csv(';'), "35.25", columns)
}

/// The book that villages keep.
///
/// First seen at 0.929.
fn village_book() -> Layout {
    let columns = vec![
        column(&["No. Urt", ""], Some(Field::Ignored), c::number),
        column(&["Nama Pelaku UMKM", ""], Some(Field::Owner), c::owner),
        column(&["L/P", ""], Some(Field::OwnerSex), c::sex),
        column(&["Nama Usaha", ""], Some(Field::Name), c::name),
        column(&["Jenis Usaha", ""], Some(Field::Product), c::product),
        column(&["Alamat Usaha", "Dsn / RT / RW"], Some(Field::AddressDetail), c::hamlet),
        column(&["", "Ds / Kel"], Some(Field::Village), c::village),
        column(&["", "Kec"], Some(Field::District), c::district),
        column(&["Jml Naker", "L"], Some(Field::WorkersMale), c::male),
        column(&["", "P"], Some(Field::WorkersFemale), c::female),
        column(&["Kepemilikan Izin", "NIB"], Some(Field::Nib), c::nib),
        column(&["", "Hlal"], Some(Field::Halal), c::halal),
        column(&["No HP / WA", ""], Some(Field::Phone), c::phone),
        column(&["Ket", ""], Some(Field::Ignored), c::note),
    ];
    Layout {
        titles: &["BUKU DATA UMKM", "KABUPATEN BLITAR", "SEMESTER II TAHUN 2024"],
        numbered: true,
        ..Layout::named("buku-desa-blitar.ods", Format::Ods, "35.05", columns)
    }
}

/// Answers to a form on the web.
///
/// First seen at 0.833.
fn form() -> Layout {
    let columns = vec![
        column(&["Timestamp"], Some(Field::Ignored), c::timestamp),
        column(&["Email Address"], Some(Field::Email), c::email),
        column(&["Nama Lengkap Pemilik Usaha (sesuai KTP)"], Some(Field::Owner), c::owner),
        column(&["Nomor Induk Kependudukan"], Some(Field::NationalId), c::nik),
        column(&["No HP/WA Aktif"], Some(Field::Phone), c::phone),
        column(&["Nama Brand / Usaha Anda"], Some(Field::Name), c::name),
        column(&["Produk apa yang Anda jual?"], Some(Field::Product), c::product),
        column(&["Alamat Lengkap Tempat Usaha"], Some(Field::Address), c::address),
        column(&["Kelurahan / Desa tempat usaha"], Some(Field::Village), c::village),
        column(&["Kecamatan tempat usaha"], Some(Field::District), c::district),
        column(&["Kabupaten/Kota tempat usaha"], Some(Field::Regency), c::regency),
        column(&["Sejak tahun berapa usaha dimulai?"], Some(Field::FoundedYear), c::founded),
        column(&["Berapa jumlah tenaga kerja Anda?"], Some(Field::WorkersTotal), c::workers),
        column(&["Jika sudah punya NIB, tuliskan nomornya"], Some(Field::Nib), c::nib),
        column(&["Apakah produk Anda sudah bersertifikat halal?"], Some(Field::Halal), c::halal),
        column(&["Koordinat lokasi (Google Maps)"], Some(Field::Coordinates), c::both),
        column(&["Upload foto produk"], Some(Field::Ignored), c::link),
        column(&["Saya menyatakan data yang saya isi benar"], Some(Field::Ignored), c::agreed),
    ];
    Layout::named("google-form-malang.csv", Format::Csv(','), "35.07", columns)
}

/// Microdata as the statistics office lays it out: codes of regions beside their names.
///
/// First seen at 1.000.
fn statistics() -> Layout {
    let columns = vec![
        column(&["kdprov"], Some(Field::Ignored), c::province_code),
        column(&["nmkab"], Some(Field::Regency), c::regency),
        column(&["nmkec"], Some(Field::District), c::district),
        column(&["nmdesa"], Some(Field::Village), c::village),
        column(&["no_urut_ruta"], Some(Field::Ignored), c::number),
        column(&["nama_usaha"], Some(Field::Name), c::name),
        column(&["nama_pengusaha"], Some(Field::Owner), c::owner),
        column(&["jk_pengusaha"], Some(Field::OwnerSex), c::sex),
        column(&["umur_pengusaha"], Some(Field::Ignored), c::age),
        column(&["telp_usaha"], Some(Field::Phone), c::phone),
        column(&["kbli_2020"], Some(Field::Kbli), c::kbli),
        column(&["produk_utama"], Some(Field::Product), c::product),
        column(&["thn_mulai_usaha"], Some(Field::FoundedYear), c::founded),
        column(&["jml_tk_lk"], Some(Field::WorkersMale), c::male),
        column(&["jml_tk_pr"], Some(Field::WorkersFemale), c::female),
        column(&["omzet_setahun_2023"], Some(Field::AnnualSales), c::sales),
        column(&["lat_gps"], Some(Field::Lat), c::lat),
        column(&["long_gps"], Some(Field::Lon), c::lon),
        column(&["kode_petugas"], Some(Field::Ignored), c::age),
    ];
    Layout::named("mikrodata-ponorogo.csv", Format::Csv(';'), "35.02", columns)
}

/// A cooperative's members and what they make.
///
/// First seen at 0.867.
fn members() -> Layout {
    let columns = vec![
        column(&["NO. ANGGOTA"], Some(Field::Ignored), c::number),
        column(&["NAMA ANGGOTA"], Some(Field::Owner), c::owner),
        column(&["L/P"], Some(Field::OwnerSex), c::sex),
        column(&["TTL"], Some(Field::BirthDate), c::birth),
        column(&["NO. KTP"], Some(Field::NationalId), c::nik),
        column(&["ALAMAT"], Some(Field::Address), c::address),
        column(&["RT/RW"], Some(Field::AddressDetail), c::hamlet),
        column(&["DESA"], Some(Field::Village), c::village),
        column(&["KEC."], Some(Field::District), c::district),
        column(&["TELP./HP"], Some(Field::Phone), c::phone),
        column(&["NAMA USAHA ANGGOTA"], Some(Field::Name), c::name),
        column(&["USAHA YANG DIJALANKAN"], Some(Field::Product), c::product),
        column(&["SIMPANAN POKOK"], Some(Field::RestrictedOther), c::deposit),
        column(&["SIMPANAN WAJIB"], Some(Field::RestrictedOther), c::deposit),
        column(&["PINJAMAN"], Some(Field::RestrictedOther), c::deposit),
    ];
    Layout {
        titles: &["DAFTAR ANGGOTA KOPERASI WANITA \"MELATI\"", "KAB. TRENGGALEK"],
        ..Layout::named("anggota-trenggalek.xlsx", Format::Xlsx, "35.03", columns)
    }
}

/// Everything shortened that can be.
///
/// First seen at 0.765.
fn abbreviated() -> Layout {
    let columns = vec![
        column(&["No.Urt", ""], Some(Field::Ignored), c::number),
        column(&["Nm. Perush.", ""], Some(Field::Name), c::name),
        column(&["Nm. Pmlk.", ""], Some(Field::Owner), c::owner),
        column(&["Almt.", "Jln/Dsn"], Some(Field::Address), c::address),
        column(&["", "Ds./Kel."], Some(Field::Village), c::village),
        column(&["", "Kec."], Some(Field::District), c::district),
        column(&["Tlp./HP", ""], Some(Field::Phone), c::phone),
        column(&["Prod. Utm.", ""], Some(Field::Product), c::product),
        column(&["Kaps. Prod./bln", ""], Some(Field::Capacity), c::capacity_month),
        column(&["Sat.", ""], Some(Field::CapacityUnit), c::unit),
        column(&["Jml. TK", "Lk"], Some(Field::WorkersMale), c::male),
        column(&["", "Pr"], Some(Field::WorkersFemale), c::female),
        column(&["Inv. (Rp.000)", ""], Some(Field::InvestmentValue), c::investment_thousands),
        column(&["Omz./th 2023 (jt Rp)", ""], Some(Field::AnnualSales), c::sales_millions),
        column(&["Thn. Bdr.", ""], Some(Field::FoundedYear), c::founded),
        column(&["Bdn. Ush.", ""], Some(Field::LegalForm), c::legal_form),
        column(&["Ket.", ""], Some(Field::Ignored), c::note),
    ];
    Layout {
        titles: &["DATA IKM KAB. MADIUN", "KEADAAN S/D DESEMBER 2023"],
        ..Layout::named("singkatan-madiun.xlsx", Format::Xlsx, "35.19", columns)
    }
}

/// What an application gives out: names of its variables.
///
/// First seen at 0.500 (and refused as a recapitulation).
fn camel_case() -> Layout {
    let columns = vec![
        column(&["idUsaha"], Some(Field::Ignored), c::number),
        column(&["namaUsaha"], Some(Field::Name), c::name),
        column(&["namaPemilik"], Some(Field::Owner), c::owner),
        column(&["jenisKelamin"], Some(Field::OwnerSex), c::sex),
        column(&["tglLahir"], Some(Field::BirthDate), c::birth),
        column(&["noHp"], Some(Field::Phone), c::phone),
        column(&["alamatUsaha"], Some(Field::Address), c::address),
        column(&["desaKelurahan"], Some(Field::Village), c::village),
        column(&["kecamatanUsaha"], Some(Field::District), c::district),
        column(&["kabKota"], Some(Field::Regency), c::regency),
        column(&["produkUtama"], Some(Field::Product), c::product),
        column(&["kodeKbli"], Some(Field::Kbli), c::kbli),
        column(&["nomorNib"], Some(Field::Nib), c::nib),
        column(&["tahunBerdiri"], Some(Field::FoundedYear), c::founded),
        column(&["jumlahPekerjaPria"], Some(Field::WorkersMale), c::male),
        column(&["jumlahPekerjaWanita"], Some(Field::WorkersFemale), c::female),
        column(&["nilaiInvestasi"], Some(Field::InvestmentValue), c::investment),
        column(&["sertifikatHalal"], Some(Field::Halal), c::halal),
        column(&["titikLokasi"], Some(Field::Coordinates), c::both),
        column(&["createdBy"], Some(Field::Ignored), c::note),
    ];
    Layout::named("aplikasi-tuban.csv", Format::Csv(','), "35.23", columns)
}

/// Who came to a training.
///
/// First seen at 1.000.
fn training() -> Layout {
    let columns = vec![
        column(&["NO"], Some(Field::Ignored), c::number),
        column(&["NAMA PESERTA"], Some(Field::Owner), c::owner),
        column(&["NAMA USAHA/IKM"], Some(Field::Name), c::name),
        column(&["PRODUK OLAHAN"], Some(Field::Product), c::products),
        column(&["ALAMAT"], Some(Field::Address), c::address),
        column(&["DESA/KELURAHAN"], Some(Field::Village), c::village),
        column(&["KECAMATAN"], Some(Field::District), c::district),
        column(&["NO. WHATSAPP"], Some(Field::Phone), c::phone),
        column(&["NIB (ADA/NO.)"], Some(Field::Nib), c::nib),
        column(&["SERT. HALAL"], Some(Field::Halal), c::halal),
        column(&["UMUR"], Some(Field::Ignored), c::age),
        column(&["PENDIDIKAN TERAKHIR"], Some(Field::Ignored), c::note),
        column(&["TANDA TANGAN"], Some(Field::Ignored), c::nothing),
    ];
    Layout {
        titles: &["DAFTAR PESERTA PELATIHAN IKM", "KABUPATEN PAMEKASAN TAHUN 2025"],
        ..Layout::named("peserta-pamekasan.xlsx", Format::Xlsx, "35.28", columns)
    }
}

/// In English, as a donor's project keeps it.
///
/// First seen at 0.938.
fn english() -> Layout {
    let columns = vec![
        column(&["S/N"], Some(Field::Ignored), c::number),
        column(&["Business Name"], Some(Field::Name), c::name),
        column(&["Owner's Full Name"], Some(Field::Owner), c::owner),
        column(&["Gender"], Some(Field::OwnerSex), c::sex),
        column(&["Mobile Phone"], Some(Field::Phone), c::phone),
        column(&["Village"], Some(Field::Village), c::village),
        column(&["Sub-district"], Some(Field::District), c::district),
        column(&["Regency/City"], Some(Field::Regency), c::regency),
        column(&["Main Product"], Some(Field::Product), c::product),
        column(&["Year Established"], Some(Field::FoundedYear), c::founded),
        column(&["Male Workers"], Some(Field::WorkersMale), c::male),
        column(&["Female Workers"], Some(Field::WorkersFemale), c::female),
        column(&["Halal Certificate"], Some(Field::Halal), c::halal),
        column(&["GPS Latitude"], Some(Field::Lat), c::lat),
        column(&["GPS Longitude"], Some(Field::Lon), c::lon),
        column(&["Remarks"], Some(Field::Ignored), c::note),
    ];
    Layout::named("donor-sumenep.xlsx", Format::Xlsx, "35.29", columns)
}
