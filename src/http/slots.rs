//! How much may go on at a time of what takes a thread of its own for as long as the reader likes:
//! exports.

use std::collections::HashMap;

use actix_web::http::header;
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use parking_lot::Mutex;

use super::gate::Gate;
use super::peer::Peer;
use super::problem::ApiError;
use super::rate::Key;
use crate::db::DbError;
use crate::domain::actor::Actor;
use crate::registry::RegistryError;

/// Most at a time of one caller.
const OF_ONE: usize = 4;
/// Most at a time of all.
const OF_ALL: usize = 64;
/// Seconds after which it is worth asking again.
const RETRY_AFTER: u64 = 10;

/// What goes on, by caller; under none, those who are not counted by themselves.
#[derive(Default)]
pub struct Slots(Mutex<HashMap<Option<Key>, usize>>);

/// Why somebody has no place.
pub enum Refused {
    /// They have too many.
    OfOne,
    /// Together, all have.
    OfAll,
}

impl Refused {
    pub fn answer(&self) -> HttpResponse {
        match self {
            Self::OfOne => HttpResponse::TooManyRequests()
                .insert_header((header::RETRY_AFTER, RETRY_AFTER))
                .finish(),
            Self::OfAll => HttpResponse::from_error(ApiError(RegistryError::Db(DbError::Busy))),
        }
    }
}

/// A place among what goes on, given back when it is dropped.
pub struct Slot {
    gate: web::Data<Gate>,
    key: Option<Key>,
}

impl Slot {
    /// Takes a place for an export.
    ///
    /// # Errors
    /// If they have too many under way, or all have.
    pub fn take(request: &HttpRequest, actor: &Actor) -> Result<Option<Self>, Refused> {
        let Some(gate) = request.app_data::<web::Data<Gate>>().cloned() else { return Ok(None) };
        let peer = request.extensions().get::<Peer>().copied();
        let key = peer.and_then(|peer| gate.rates.key(Some(actor), peer));
        let mut running = gate.exports.0.lock();
        let of_one = running.get(&key).copied().unwrap_or_default();
        if key.is_some() && of_one >= OF_ONE {
            return Err(Refused::OfOne);
        }
        if running.values().sum::<usize>() >= OF_ALL {
            return Err(Refused::OfAll);
        }
        running.insert(key.clone(), of_one + 1);
        drop(running);
        Ok(Some(Self { gate, key }))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.gate.exports.0.lock();
        match running.get_mut(&self.key) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                running.remove(&self.key);
            }
        }
    }
}
