//! The scopes of service clients by name: `public`, `internal:AREA`, `changes`.

use super::actor::Scopes;
use super::fault::{Fault, FieldFault};
use super::region::RegionCode;

const NAMES: &str = "public, internal:AREA, changes";
const PUBLIC: &str = "public";
const CHANGES: &str = "changes";
const INTERNAL: &str = "internal:";

impl Scopes {
    /// Reads the names of scopes: each once, at least one, one area at most.
    ///
    /// # Errors
    /// What is wrong with each, as a field of `scopes`.
    pub fn parse(names: &[impl AsRef<str>]) -> Result<Self, Vec<FieldFault>> {
        let mut scopes = Self::default();
        let mut faults = Vec::new();
        if names.is_empty() {
            faults.push(FieldFault::new("scopes", Fault::Required));
        }
        for (at, name) in names.iter().map(AsRef::as_ref).enumerate() {
            let mut fault = |fault| faults.push(FieldFault::new(format!("scopes[{at}]"), fault));
            if let Some(first) = names[..at].iter().position(|earlier| earlier.as_ref() == name) {
                fault(Fault::Repeated { value: name.to_owned(), first });
                continue;
            }
            let area = name.strip_prefix(INTERNAL).map(str::parse::<RegionCode>);
            match (name, area) {
                (PUBLIC, _) => {}
                (CHANGES, _) => scopes.changes = true,
                // Two areas would be two clients' worth of harm in one secret.
                (_, Some(Ok(_))) if scopes.internal.is_some() => fault(Fault::TooMany { max: 1 }),
                (_, Some(Ok(area))) => scopes.internal = Some(area),
                _ => fault(Fault::UnknownCode { value: name.to_owned(), allowed: NAMES.into() }),
            }
        }
        if faults.is_empty() { Ok(scopes) } else { Err(faults) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_read_by_name() {
        let scopes = Scopes::parse(&["public", "internal:35.15", "changes"]).expect("scopes");
        assert_eq!(scopes, Scopes { internal: "35.15".parse().ok(), changes: true });
        assert_eq!(Scopes::parse(&["public"]).expect("scopes"), Scopes::default());
    }

    #[test]
    fn what_is_no_scope_is_named() {
        let codes = |names: &[&str]| -> Vec<(String, &'static str)> {
            let faults = Scopes::parse(names).expect_err("a fault");
            faults.into_iter().map(|found| (found.field, found.fault.code())).collect()
        };
        assert_eq!(codes(&[]), [("scopes".into(), "required")]);
        for name in ["admin", "internal", "internal:", "internal:x", "Public", "restricted", ""] {
            assert_eq!(codes(&[name]), [("scopes[0]".into(), "unknown_code")], "{name}");
        }
        let two = ["internal:35.15", "internal:35.16", "public", "public"];
        assert_eq!(
            codes(&two),
            [("scopes[1]".into(), "too_many"), ("scopes[3]".into(), "repeated")]
        );
    }
}
