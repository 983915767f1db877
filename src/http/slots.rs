//! How much may go on at a time of what takes a thread of its own for as long as the reader likes:
//! exports.

use std::collections::HashMap;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpMessage, HttpRequest, HttpResponse, web};
use parking_lot::Mutex;

use super::gate::Gate;
use super::peer::Peer;
use super::rate::Key;
use crate::domain::actor::Actor;

/// Most at a time of one caller.
const OF_ONE: usize = 4;
/// Most at a time of all.
const OF_ALL: usize = 64;
/// Seconds after which it is worth asking again.
const RETRY_AFTER: u64 = 10;

/// What goes on, by caller; under none, those who are not counted by themselves.
#[derive(Default)]
pub struct Slots(Mutex<HashMap<Option<Key>, usize>>);

/// A place among what goes on, given back when it is dropped.
pub struct Slot {
    gate: web::Data<Gate>,
    key: Option<Key>,
}

impl Slot {
    /// Takes a place for an export.
    ///
    /// # Errors
    /// The answer to who has too many under way, or comes when all have.
    pub fn take(request: &HttpRequest, actor: &Actor) -> Result<Option<Self>, HttpResponse> {
        let Some(gate) = request.app_data::<web::Data<Gate>>().cloned() else { return Ok(None) };
        let peer = request.extensions().get::<Peer>().copied();
        let key = peer.and_then(|peer| gate.rates.key(Some(actor), peer));
        let mut running = gate.exports.0.lock();
        let of_one = running.get(&key).copied().unwrap_or_default();
        let refused = if key.is_some() && of_one >= OF_ONE {
            Some(StatusCode::TOO_MANY_REQUESTS)
        } else if running.values().sum::<usize>() >= OF_ALL {
            Some(StatusCode::SERVICE_UNAVAILABLE)
        } else {
            None
        };
        if let Some(status) = refused {
            let mut answer = HttpResponse::build(status);
            return Err(answer.insert_header((header::RETRY_AFTER, RETRY_AFTER)).finish());
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
