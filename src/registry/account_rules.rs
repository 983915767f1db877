//! What an account may be, and whose it is to manage.

use super::sessions::area;
use super::{Registry, RegistryError};
use crate::db::users::UserRow;
use crate::db::{self, AnyConnection};
use crate::domain::actor::{Actor, Role};
use crate::domain::cooperative::Cooperative;
use crate::domain::document::Document;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::region::{Level, RegionCode};

const MAX_EMAIL: usize = 200;
const MAX_NAME: usize = 200;

impl Registry {
    /// Holds an account against every rule, and against what the actor may give.
    pub(super) fn check_account(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        row: &UserRow,
    ) -> Result<(), RegistryError> {
        let mut faults = Vec::new();
        if !is_email(&row.email) {
            let (value, expected) = (row.email.clone(), Expected::Email);
            faults.push(FieldFault::new("email", Fault::Malformed { value, expected }));
        }
        faults.extend(row.name.as_ref().and_then(|name| name_fault(name)));
        let area = area(row.area.as_deref());
        faults.extend(area.as_ref().and_then(|area| self.area_fault("area", area)));
        faults.extend(cooperative_fault(tx, row, area.as_ref())?);
        if !faults.is_empty() {
            return Err(RegistryError::Invalid(faults));
        }
        if manages(actor, area.as_ref()) { Ok(()) } else { Err(RegistryError::Forbidden) }
    }

    /// What is wrong with an area. Records are an office's by their regency: a narrower area would
    /// see none of them.
    pub(super) fn area_fault(&self, field: &str, area: &RegionCode) -> Option<FieldFault> {
        let value = area.to_string();
        let fault = if area.level() > Level::Regency {
            Fault::Malformed { value, expected: Expected::RegionCode }
        } else if self.reference().gazetteer.get(area).is_none() {
            Fault::RegionUnknown { value }
        } else {
            return None;
        };
        Some(FieldFault::new(field, fault))
    }
}

/// The area that bounds what an actor manages; None: the whole province.
pub(super) fn bounds(actor: &Actor) -> Option<&RegionCode> {
    match actor {
        Actor::User(user) => user.area.as_ref(),
        Actor::Anonymous | Actor::Client(_) | Actor::Owner(_) | Actor::Operator => None,
    }
}

/// Whether what has this area (None: the whole province) is an actor's to manage and to give.
pub(super) fn manages(actor: &Actor, area: Option<&RegionCode>) -> bool {
    let Some(bounds) = bounds(actor) else { return true };
    area.is_some_and(|area| bounds.contains(area))
}

/// An address as it is stored. Characters that no address has find nobody.
pub(super) fn normal_email(typed: &str) -> String {
    typed.trim().to_lowercase().replace(char::is_control, "")
}

fn is_email(text: &str) -> bool {
    let two_parts = text.split_once('@').is_some_and(|(before, after)| {
        !before.is_empty() && !after.is_empty() && !after.contains('@')
    });
    // A colon ends the issuer's name in the address of a second factor.
    let fine = |letter: char| !letter.is_whitespace() && !letter.is_control() && letter != ':';
    two_parts && text.len() <= MAX_EMAIL && text.chars().all(fine)
}

/// What is wrong with a name of an account or a client.
pub(super) fn name_fault(name: &str) -> Option<FieldFault> {
    let fault = if name.trim().is_empty() {
        Fault::Required
    } else if name.chars().count() > MAX_NAME || name.contains(char::is_control) {
        Fault::TooLong { max: MAX_NAME }
    } else {
        return None;
    };
    Some(FieldFault::new("name", fault))
}

/// An officer looks after a cooperative in their area, and nobody else does.
fn cooperative_fault(
    tx: &mut AnyConnection,
    row: &UserRow,
    area: Option<&RegionCode>,
) -> Result<Option<FieldFault>, RegistryError> {
    let officer = row.role == <&str>::from(Role::CooperativeOfficer);
    let fault = match &row.cooperative {
        None if officer => Fault::Required,
        None => return Ok(None),
        Some(_) if !officer => Fault::Together { with: "role=cooperative_officer" },
        Some(id) => {
            let region = db::documents::responsible_region(tx, Cooperative::ENTITY, id)?;
            let region = region.and_then(|region| region.parse::<RegionCode>().ok());
            let inside = |region| area.is_none_or(|area| area.contains(&region));
            if region.is_some_and(inside) {
                return Ok(None);
            }
            Fault::UnknownCode { value: id.clone(), allowed: String::new() }
        }
    };
    Ok(Some(FieldFault::new("cooperative", fault)))
}
