//! RFC 9457 problems: the one table that maps facts to statuses and texts.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use super::access_problem::access_facts;
use super::gate::{MAX_HEADERS, MAX_URI};
use crate::db::DbError;
use crate::domain::fault::{Fault, FieldFault, Lang};
use crate::registry::{AccessError, RegistryError};

/// An error of the API.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Stable name of the kind of problem.
    #[schema(example = "urn:sentra:problem:invalid-parameters")]
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: String,
    /// Path of the request.
    instance: String,
    /// For a question to the operator: the log has it too.
    request_id: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ProblemField>,
    /// Of `/auth/token` only, as OAuth 2.0 names it (RFC 6749).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "invalid_client")]
    error: Option<&'static str>,
}

/// What is wrong with one field or parameter.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemField {
    #[schema(example = "bbox")]
    field: String,
    #[schema(example = "malformed")]
    code: &'static str,
    detail: String,
}

/// An error on its way to the client.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct ApiError(#[from] pub RegistryError);

impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        Self(error.into())
    }
}

impl From<actix_web::error::BlockingError> for ApiError {
    fn from(_: actix_web::error::BlockingError) -> Self {
        Self(RegistryError::Internal("a worker thread was lost"))
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        facts(&self.0).0
    }

    fn error_response(&self) -> HttpResponse {
        // `represent` writes the body: it knows the request and its language.
        HttpResponse::new(self.status_code())
    }
}

/// Status, name of the kind, title and detail in Indonesian and English.
pub type Facts = (StatusCode, &'static str, [&'static str; 2], [String; 2]);

/// The table.
#[expect(clippy::too_many_lines, reason = "one table, one line a fact")]
fn facts(error: &RegistryError) -> Facts {
    use StatusCode as S;
    let fixed = |status, kind, titles, id: &str, en: &str| {
        (status, kind, titles, [id.to_owned(), en.to_owned()])
    };
    match error {
        RegistryError::NotSignedIn => fixed(
            S::UNAUTHORIZED,
            "not-signed-in",
            ["Belum masuk", "Not signed in"],
            "Tindakan ini hanya untuk petugas yang masuk.",
            "This is for signed-in staff only.",
        ),
        RegistryError::SignInFailed => fixed(
            S::UNAUTHORIZED,
            "sign-in-failed",
            ["Gagal masuk", "Sign-in failed"],
            "Surel atau kata sandi salah.",
            "The e-mail address or the password is wrong.",
        ),
        RegistryError::BadToken => fixed(
            S::UNAUTHORIZED,
            "bad-token",
            ["Token tidak berlaku", "Token not valid"],
            "Token tidak sah atau sudah berakhir; masuk lagi.",
            "The token is not valid or has expired; sign in again.",
        ),
        RegistryError::Forbidden => fixed(
            S::FORBIDDEN,
            "forbidden",
            ["Tidak diizinkan", "Not allowed"],
            "Peran atau wilayah Anda tidak mengizinkan ini.",
            "Your role or area does not allow this.",
        ),
        RegistryError::InternalOnly(_) => fixed(
            S::FORBIDDEN,
            "internal-only",
            ["Hanya untuk petugas", "For staff only"],
            "Permintaan memakai saringan atau ukuran internal.",
            "The request uses internal filters or measures.",
        ),
        RegistryError::BadParameters(_) => fixed(
            S::BAD_REQUEST,
            "invalid-parameters",
            ["Parameter tidak sah", "Invalid parameters"],
            "Periksa parameter yang disebut.",
            "Check the parameters that are named.",
        ),
        RegistryError::Invalid(_) => fixed(
            S::UNPROCESSABLE_ENTITY,
            "invalid-content",
            ["Isian tidak sah", "Invalid content"],
            "Periksa kolom yang disebut; tidak ada yang disimpan.",
            "Check the fields that are named; nothing was stored.",
        ),
        RegistryError::EnterpriseNotFound(_) => fixed(
            S::NOT_FOUND,
            "enterprise-not-found",
            ["Usaha tidak ditemukan", "Enterprise not found"],
            "Tidak ada usaha dengan id ini.",
            "There is no enterprise with this id.",
        ),
        RegistryError::DocumentNotFound { .. } => fixed(
            S::NOT_FOUND,
            "not-found",
            ["Tidak ditemukan", "Not found"],
            "Tidak ada data dengan id ini.",
            "There is nothing with this id.",
        ),
        RegistryError::RevisionNotFound(n) => (
            S::NOT_FOUND,
            "revision-not-found",
            ["Revisi tidak ditemukan", "Revision not found"],
            [format!("Tidak ada revisi {n}."), format!("There is no revision {n}.")],
        ),
        RegistryError::WrongTransition { action, field, value } => (
            S::CONFLICT,
            "wrong-transition",
            ["Langkah tidak berlaku", "Not from this state"],
            [
                format!("`{action}` tidak dapat dilakukan selama {field} adalah `{value}`."),
                format!("`{action}` is not possible while {field} is `{value}`."),
            ],
        ),
        RegistryError::FileGone => fixed(
            S::CONFLICT,
            "file-gone",
            ["Berkas sudah tidak ada", "File gone"],
            "Berkas impor ini sudah dihapus atau kedaluwarsa; unggah lagi.",
            "The file of this import was taken away or has expired; upload it again.",
        ),
        RegistryError::SubmissionDiffers => fixed(
            S::CONFLICT,
            "submission-differs",
            ["Kiriman berbeda", "Another submission"],
            "Kiriman lain sudah ada dengan nama ini; kirim perubahannya sebagai koreksi.",
            "Another submission has this name; send the change as a correction.",
        ),
        RegistryError::ReleaseWithdrawn => fixed(
            S::GONE,
            "release-withdrawn",
            ["Rilis ditarik", "Release withdrawn"],
            "Rilis ini sudah ditarik; angkanya tidak lagi diberikan.",
            "This release was withdrawn; its figures are no longer given.",
        ),
        RegistryError::OwnSubmission => fixed(
            S::FORBIDDEN,
            "own-submission",
            ["Ajuan sendiri", "Own submission"],
            "Tidak seorang pun memverifikasi ajuannya sendiri; mintalah petugas lain.",
            "Nobody verifies their own submission; ask another officer.",
        ),
        RegistryError::OwnVerification => fixed(
            S::FORBIDDEN,
            "own-verification",
            ["Verifikasi sendiri", "Own verification"],
            "Yang memverifikasi tidak memeriksa ulang sendiri; mintalah petugas lain.",
            "Nobody checks again what they verified themselves; ask another officer.",
        ),
        RegistryError::Flagged => fixed(
            S::CONFLICT,
            "flagged",
            ["Ada tanda mutu", "Quality flags"],
            "Data ini bertanda galat atau peringatan; periksa satu per satu.",
            "The record has an error or a warning; look at it by itself.",
        ),
        RegistryError::MayBeDuplicate => fixed(
            S::CONFLICT,
            "may-be-duplicate",
            ["Mungkin duplikat", "May be a duplicate"],
            "Data ini mungkin sama dengan data lain; putuskan pasangannya lebih dahulu.",
            "The record may be the same as another one; decide of the pair first.",
        ),
        RegistryError::OtherOffice => fixed(
            S::FORBIDDEN,
            "other-office",
            ["Milik dinas lain", "Another office's"],
            "Salah satu dari kedua data ini di luar wilayah Anda; tanyakan kepada dinas setempat.",
            "One of the two records is outside your area; ask the other office.",
        ),
        RegistryError::VaultKey(_) => fixed(
            S::SERVICE_UNAVAILABLE,
            "vault-not-available",
            ["Brankas tidak tersedia", "Vault not available"],
            "Nilai terbatas tidak dapat disimpan atau dibaca; tidak ada yang disimpan.",
            "Restricted values cannot be stored or read; nothing was stored.",
        ),
        RegistryError::RegionNotFound(code) => (
            S::NOT_FOUND,
            "region-not-found",
            ["Wilayah tidak ditemukan", "Region not found"],
            [
                format!("Wilayah {code} atau batasnya tidak ada."),
                format!("The region {code}, or its boundary, does not exist."),
            ],
        ),
        RegistryError::KbliNotFound { edition, code } => (
            S::NOT_FOUND,
            "kbli-not-found",
            ["Kode KBLI tidak ditemukan", "KBLI code not found"],
            [
                format!("KBLI {edition} tidak memuat kode {code}."),
                format!("KBLI {edition} has no code {code}."),
            ],
        ),
        RegistryError::NowhereInTheProvince { lon, lat } => (
            S::NOT_FOUND,
            "no-region-here",
            ["Di luar provinsi", "Outside the province"],
            [
                format!("Titik {lat}, {lon} di laut atau di luar Jawa Timur."),
                format!("The point {lat}, {lon} is in the sea or outside East Java."),
            ],
        ),
        RegistryError::RevisionMissing => fixed(
            S::PRECONDITION_REQUIRED,
            "revision-missing",
            ["Revisi belum disebut", "Revision missing"],
            "Kirim If-Match dengan ETag dari data yang Anda ubah.",
            "Send If-Match with the ETag of what you changed.",
        ),
        RegistryError::RevisionStale { current } => (
            S::PRECONDITION_FAILED,
            "revision-stale",
            ["Sudah diubah orang lain", "Changed by somebody else"],
            [
                format!(
                    "Data sekarang pada revisi {current}; ambil lagi, lalu ulangi perubahan Anda."
                ),
                format!(
                    "The record is at revision {current} now; read it again and repeat your change."
                ),
            ],
        ),
        RegistryError::IdempotencyKeyReused => fixed(
            S::UNPROCESSABLE_ENTITY,
            "idempotency-key-reused",
            ["Kunci dipakai lagi", "Key used again"],
            "Idempotency-Key ini milik permintaan lain.",
            "This Idempotency-Key belongs to another request.",
        ),
        RegistryError::LogEpochChanged => fixed(
            S::CONFLICT,
            "log-epoch-changed",
            ["Catatan perubahan berganti", "Another change log"],
            "Basis data dipulihkan dari cadangan; buang yang sudah disalin dan mulai lagi dari since=0 tanpa epoch.",
            "The database was restored from a backup; drop what was copied and start again from since=0 without epoch.",
        ),
        RegistryError::Access(error) => access_facts(error),
        RegistryError::Db(DbError::Busy) => fixed(
            S::SERVICE_UNAVAILABLE,
            "busy",
            ["Sedang sibuk", "Busy"],
            "Layanan sedang sibuk; coba lagi sebentar lagi.",
            "The service is busy; try again shortly.",
        ),
        RegistryError::Starting { done, of } => (
            S::SERVICE_UNAVAILABLE,
            "starting",
            ["Sedang dimulai", "Starting"],
            [
                format!(
                    "Layanan sedang dimulai: {done} dari {of} usaha terbaca; coba lagi sebentar."
                ),
                format!(
                    "The service is starting: {done} of {of} enterprises read; try again shortly."
                ),
            ],
        ),
        RegistryError::SearchFilling { done, of } => (
            S::SERVICE_UNAVAILABLE,
            "search-starting",
            ["Pencarian sedang disiapkan", "The search is starting"],
            [
                format!(
                    "Pencarian sedang disiapkan: {done} dari {of} usaha terbaca; daftar dan peta tanpa kata kunci sudah dapat dipakai."
                ),
                format!(
                    "The search is starting: {done} of {of} enterprises read; lists and maps without words work already."
                ),
            ],
        ),
        RegistryError::NotMigrated { .. }
        | RegistryError::NotSeeded
        | RegistryError::Stopped
        | RegistryError::Db(_)
        | RegistryError::Internal(_) => fixed(
            S::INTERNAL_SERVER_ERROR,
            "internal",
            ["Galat server", "Server error"],
            "Terjadi galat pada server; sebutkan request_id kepada pengelola.",
            "Something went wrong on the server; quote the request_id to the operator.",
        ),
    }
}

/// What a fact is called, and its text in Indonesian and English: where one answer tells of many.
pub fn told(error: &RegistryError) -> (&'static str, [String; 2]) {
    let (_, kind, _, texts) = facts(error);
    (kind, texts)
}

/// Errors that come from actix itself, by their status.
fn facts_of_status(status: StatusCode) -> Facts {
    let fixed =
        |kind, titles, id: &str, en: &str| (status, kind, titles, [id.to_owned(), en.to_owned()]);
    match status {
        StatusCode::NOT_FOUND => fixed(
            "not-found",
            ["Alamat tidak ditemukan", "Not found"],
            "Tidak ada apa-apa di alamat ini.",
            "There is nothing at this address.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => fixed(
            "method-not-allowed",
            ["Metode tidak didukung", "Method not allowed"],
            "Alamat ini tidak menerima metode tersebut; lihat kepala Allow.",
            "This address does not take that method; see the Allow header.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => fixed(
            "body-too-large",
            ["Isi terlalu besar", "Body too large"],
            "Isi permintaan lebih besar dari yang diterima.",
            "The request body is larger than is accepted.",
        ),
        StatusCode::FORBIDDEN => fixed(
            "foreign-site",
            ["Dari situs lain", "From another site"],
            "Masuk dan keluar hanya dapat dilakukan dari halaman layanan ini sendiri.",
            "Signing in and out is possible from this service's own pages only.",
        ),
        StatusCode::REQUEST_TIMEOUT => fixed(
            "request-too-slow",
            ["Permintaan terlalu lambat", "Request too slow"],
            "Isi permintaan tidak datang pada waktunya; tidak ada yang disimpan.",
            "The request body did not come in time; nothing was stored.",
        ),
        StatusCode::URI_TOO_LONG => fixed(
            "address-too-long",
            ["Alamat terlalu panjang", "Address too long"],
            "Alamat dengan parameternya lebih panjang dari yang diterima.",
            "The address with its parameters is longer than is accepted.",
        ),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => fixed(
            "compressed-body",
            ["Isi dimampatkan", "Compressed body"],
            "Isi permintaan yang dimampatkan tidak diterima; kirim tanpa Content-Encoding.",
            "Compressed request bodies are not accepted; send it without Content-Encoding.",
        ),
        StatusCode::TOO_MANY_REQUESTS => fixed(
            "too-many-requests",
            ["Terlalu banyak permintaan", "Too many requests"],
            "Permintaan datang terlalu sering atau terlalu banyak sekaligus; coba lagi setelah jeda pada kepala Retry-After.",
            "Requests come too often or too many at a time; try again after the time in the Retry-After header.",
        ),
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => fixed(
            "headers-too-large",
            ["Kepala terlalu besar", "Headers too large"],
            "Kepala permintaan lebih besar dari yang diterima.",
            "The header fields of the request are larger than is accepted.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => fixed(
            "took-too-long",
            ["Terlalu lama", "Took too long"],
            "Jawaban tidak siap pada waktunya. Perubahan mungkin tetap dijalankan; periksa sebelum mengulang.",
            "The answer was not ready in time. A change may still be carried out; look before you repeat it.",
        ),
        status if status.is_client_error() => fixed(
            "bad-request",
            ["Permintaan tidak sah", "Bad request"],
            "Permintaan tidak dapat dibaca.",
            "The request cannot be read.",
        ),
        _ => fixed(
            "internal",
            ["Galat server", "Server error"],
            "Terjadi galat pada server; sebutkan request_id kepada pengelola.",
            "Something went wrong on the server; quote the request_id to the operator.",
        ),
    }
}

/// The fields that are to blame.
fn field_faults(error: Option<&RegistryError>, status: StatusCode) -> Vec<FieldFault> {
    match error {
        Some(
            RegistryError::InternalOnly(faults)
            | RegistryError::BadParameters(faults)
            | RegistryError::Invalid(faults),
        ) => faults.clone(),
        Some(RegistryError::WrongTransition { action, field, value }) => {
            vec![FieldFault::new(*field, Fault::WrongState { action, value })]
        }
        Some(_) => Vec::new(),
        None => {
            let (field, fault) = match status {
                StatusCode::PAYLOAD_TOO_LARGE => {
                    ("body", Fault::BodyTooLarge { max: super::MAX_BODY })
                }
                StatusCode::REQUEST_TIMEOUT => {
                    ("body", Fault::Unreadable { message: "timed out".to_owned() })
                }
                StatusCode::URI_TOO_LONG => ("address", Fault::TooLong { max: MAX_URI }),
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
                    ("headers", Fault::TooLong { max: MAX_HEADERS })
                }
                _ => return Vec::new(),
            };
            vec![FieldFault::new(field, fault)]
        }
    }
}

/// The body of an error: one of ours, or what actix or the gate answered with a status alone.
pub fn problem(
    error: Option<&RegistryError>,
    status: StatusCode,
    lang: Lang,
    instance: &str,
    request_id: &str,
) -> Problem {
    let (status, kind, titles, details) = error.map_or_else(|| facts_of_status(status), facts);
    let at = usize::from(lang == Lang::En);
    let [id, en] = details;
    let faults = field_faults(error, status).into_iter();
    Problem {
        kind: format!("urn:sentra:problem:{kind}"),
        title: titles[at],
        status: status.as_u16(),
        detail: if lang == Lang::En { en } else { id },
        instance: instance.to_owned(),
        request_id: request_id.to_owned(),
        errors: faults
            .map(|found| ProblemField {
                field: found.field,
                code: found.fault.code(),
                detail: found.fault.text(lang),
            })
            .collect(),
        error: match error {
            Some(RegistryError::Access(AccessError::NoToken(refusal))) => Some(refusal.into()),
            _ => None,
        },
    }
}

pub const CONTENT_TYPE: &str = "application/problem+json";
