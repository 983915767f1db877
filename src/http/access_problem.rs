//! The part of the table of problems that is about accounts, sign-in and service clients.

use actix_web::http::StatusCode;

use super::problem::Facts;
use crate::registry::AccessError;
use crate::registry::clients::TokenRefusal;

pub fn access_facts(error: &AccessError) -> Facts {
    use StatusCode as S;
    let fixed = |status, kind, titles, id: &str, en: &str| {
        (status, kind, titles, [id.to_owned(), en.to_owned()])
    };
    match error {
        AccessError::SecondFactorNeeded => fixed(
            S::UNAUTHORIZED,
            "second-factor-needed",
            ["Perlu kode kedua", "Second factor needed"],
            "Kirim lagi dengan `code`: kode dari aplikasi autentikator Anda.",
            "Send it again with `code`: the code that your authenticator app shows.",
        ),
        AccessError::SecondFactorFailed => fixed(
            S::UNAUTHORIZED,
            "second-factor-failed",
            ["Kode kedua salah", "Second factor wrong"],
            "Kode salah atau sudah dipakai; tunggu kode berikutnya.",
            "The code is wrong or was used already; wait for the next one.",
        ),
        AccessError::ResetFailed => fixed(
            S::UNAUTHORIZED,
            "reset-failed",
            ["Kata sandi tidak diganti", "Password not set"],
            "Surel atau kode sekali pakai salah, atau kodenya sudah berakhir.",
            "The e-mail address or the one-time code is wrong, or the code has ended.",
        ),
        AccessError::LockedOut { seconds } => (
            S::TOO_MANY_REQUESTS,
            "locked-out",
            ["Terlalu banyak kegagalan", "Too many failures"],
            [
                format!("Terlalu sering gagal untuk surel ini; coba lagi dalam {seconds} detik."),
                format!("This address has failed too often; try again in {seconds} seconds."),
            ],
        ),
        AccessError::NoToken(refusal) => no_token(*refusal),
        AccessError::OwnAccount => fixed(
            S::FORBIDDEN,
            "own-account",
            ["Akun sendiri", "Own account"],
            "Tidak seorang pun mengubah hak akunnya sendiri; mintalah administrator lain.",
            "Nobody changes what their own account may do; ask another administrator.",
        ),
        AccessError::UserNotFound(_) => fixed(
            S::NOT_FOUND,
            "user-not-found",
            ["Akun tidak ditemukan", "Account not found"],
            "Tidak ada akun dengan surel ini di wilayah Anda.",
            "There is no account with this address in your area.",
        ),
        AccessError::UserExists(_) => fixed(
            S::CONFLICT,
            "user-exists",
            ["Akun sudah ada", "Account exists"],
            "Sudah ada akun dengan surel ini.",
            "There is an account with this address already.",
        ),
        AccessError::SessionNotFound => fixed(
            S::NOT_FOUND,
            "session-not-found",
            ["Sesi tidak ditemukan", "Session not found"],
            "Akun Anda tidak punya sesi dengan id ini.",
            "Your account has no session with this id.",
        ),
        AccessError::LinkNotGood => fixed(
            S::NOT_FOUND,
            "link-not-good",
            ["Tautan tidak berlaku", "The link is not good"],
            "Tautan ini salah, sudah berakhir atau sudah dicabut. Mintalah tautan baru kepada petugas.",
            "This link is wrong, over or revoked. Ask the office for another one.",
        ),
        AccessError::ClientNotFound(_) => fixed(
            S::NOT_FOUND,
            "client-not-found",
            ["Klien tidak ditemukan", "Client not found"],
            "Tidak ada klien layanan dengan id ini di wilayah Anda.",
            "There is no service client with this id in your area.",
        ),
    }
}

/// Why a service client gets no token (RFC 6749, section 5.2).
fn no_token(refusal: TokenRefusal) -> Facts {
    let (status, id, en) = match refusal {
        TokenRefusal::InvalidRequest => (
            StatusCode::BAD_REQUEST,
            "Kirim application/x-www-form-urlencoded, setiap parameter satu kali, dan kredensial dengan satu cara.",
            "Send application/x-www-form-urlencoded, each parameter once, and the credentials in one way.",
        ),
        TokenRefusal::InvalidClient => (
            StatusCode::UNAUTHORIZED,
            "Id atau rahasia klien salah, atau klien sudah berakhir.",
            "The client's id or secret is wrong, or the client has ended.",
        ),
        TokenRefusal::InvalidScope => (
            StatusCode::BAD_REQUEST,
            "Klien ini tidak punya cakupan yang diminta.",
            "This client does not have the scope that is asked for.",
        ),
        TokenRefusal::UnsupportedGrantType => (
            StatusCode::BAD_REQUEST,
            "Hanya grant_type=client_credentials yang diterima.",
            "Only grant_type=client_credentials is accepted.",
        ),
    };
    let titles = ["Tidak ada token", "No token"];
    (status, "no-token", titles, [id.to_owned(), en.to_owned()])
}
