//! Codes of a second factor: TOTP (RFC 6238) as every authenticator app has it: SHA-1, six digits,
//! 30 seconds, one step of tolerance either way.

use totp_rs::{Builder, Totp};

/// Length of a secret in bytes (RFC 4226 recommends 160 bits).
pub const SECRET_BYTES: usize = 20;

const ISSUER: &str = "Sentra";

fn totp(secret: &[u8], account: &str) -> Option<Totp> {
    let builder = Builder::new().with_secret(secret).with_issuer(Some(ISSUER));
    builder.with_account_name(account).build().ok()
}

/// The step that a code is of, if it is good at this time (Unix seconds) and of a later step than
/// the last one that was used. None also for a secret that is none.
pub fn step_of(secret: &[u8], code: &str, now: i64, last_step: i64) -> Option<i64> {
    let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    let now = u64::try_from(now).ok()?;
    let step = totp(secret, "")?.check(&code, now)?;
    i64::try_from(step).ok().filter(|step| *step > last_step)
}

/// A secret in base32, for typing, and as an `otpauth:` address, for a QR code.
pub fn enrolment(secret: &[u8], account: &str) -> Option<(String, String)> {
    let totp = totp(secret, account)?;
    Some((totp.secret().to_base32(), totp.to_url().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits.
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = b"12345678901234567890";
        for (time, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            assert_eq!(step_of(secret, code, time, 0), Some(time / 30), "{time}");
        }
    }

    #[test]
    fn a_code_is_good_a_step_early_and_late_and_once() {
        let (secret, step) = (b"12345678901234567890", 1_111_111_109 / 30);
        let good = |now: i64, last| step_of(secret, " 081 804 ", now, last) == Some(step);
        assert!(good(step * 30, 0) && good((step - 1) * 30, step - 1) && good((step + 1) * 30, 0));
        assert!(!good((step - 2) * 30, 0) && !good((step + 2) * 30, 0) && !good(step * 30, step));
        for code in ["", "81804", "0818040", "+81804", "08180a"] {
            assert_eq!(step_of(secret, code, step * 30, 0), None, "{code}");
        }
    }

    #[test]
    fn an_authenticator_app_reads_the_address() {
        let (text, uri) = enrolment(b"12345678901234567890", "siti@contoh.id").expect("a secret");
        assert_eq!(text, "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let wanted = format!("otpauth://totp/Sentra:siti%40contoh.id?secret={text}&issuer=Sentra");
        assert_eq!(uri, wanted);
    }
}
