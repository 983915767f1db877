//! How much one caller may ask for: a user, a service client, or else an address. Told in the
//! fields of draft-ietf-httpapi-ratelimit-headers.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use parking_lot::Mutex;

use super::config::{Config, Rates};
use super::peer::{Peer, subscriber};
use crate::domain::actor::Actor;

pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
pub const STANDING: HeaderName = HeaderName::from_static("ratelimit");

/// How many seconds' worth of requests may come at once.
const BURST_SECONDS: u32 = 10;
/// How often callers who have been quiet are forgotten: with the windows' own length this bounds
/// what is kept to the callers of the last minute or so.
const SWEEP: Duration = Duration::from_secs(10);

/// Whom a request is counted against.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Key {
    Address(IpAddr),
    User(Arc<str>),
    Client(Arc<str>),
}

/// The limits of a server, shared by its workers.
pub struct RateLimits {
    requests: Option<Arc<Limit>>,
    /// Of service clients that have a limit of their own, by its requests a second.
    clients: Mutex<HashMap<u32, Arc<Limit>>>,
    sign_ins: Option<Limit>,
    links: Option<Limit>,
    /// Requests from this machine are counted by address, too: a proxy on it says for whom it
    /// speaks. Without one that is trusted, everybody who comes through it is one address.
    local_addresses: bool,
}

/// A request that shows a secret which somebody may be guessing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    SignIn,
    /// An owner's link.
    Link,
}

/// A request within the limits, or one that must wait.
pub enum Verdict {
    Within(Vec<Standing>),
    Beyond(Vec<Standing>),
}

/// What is left to a caller of one limit.
pub struct Standing {
    name: &'static str,
    quota: u32,
    window: u32,
    left: u32,
    /// Seconds until all of it is back; where nothing is left, until one more is allowed.
    after: u64,
}

impl RateLimits {
    pub fn new(config: &Config) -> Self {
        let Rates { requests_per_second: rate, sign_ins_per_minute, links_per_minute } =
            config.rates;
        let limit =
            |name, quota, window| (rate > 0).then(|| Limit::new(name, quota, window)).flatten();
        let requests = limit("requests", rate.saturating_mul(BURST_SECONDS), BURST_SECONDS);
        Self {
            requests: requests.map(Arc::new),
            clients: Mutex::default(),
            sign_ins: limit("sign-ins", sign_ins_per_minute, 60),
            links: limit("links", links_per_minute, 60),
            local_addresses: !config.trusted_proxies.is_empty(),
        }
    }

    /// The limit that holds for somebody, if any does.
    fn of(&self, actor: Option<&Actor>) -> Option<Arc<Limit>> {
        let usual = self.requests.clone()?;
        let Some(Actor::Client(client)) = actor else { return Some(usual) };
        let Some(rate) = client.requests_per_second else { return Some(usual) };
        let mut clients = self.clients.lock();
        if let Some(known) = clients.get(&rate) {
            return Some(known.clone());
        }
        let quota = rate.saturating_mul(BURST_SECONDS);
        let own = Arc::new(Limit::new("requests", quota, BURST_SECONDS)?);
        clients.insert(rate, own.clone());
        Some(own)
    }

    /// Whom a request is counted against, if anybody.
    pub fn key(&self, actor: Option<&Actor>, peer: Peer) -> Option<Key> {
        match actor {
            Some(Actor::User(user)) => Some(Key::User(user.email.as_str().into())),
            Some(Actor::Client(client)) => Some(Key::Client(client.id.as_str().into())),
            _ => {
                let address = peer.address.filter(|_| self.local_addresses || !peer.is_local());
                address.map(|address| Key::Address(subscriber(address)))
            }
        }
    }

    /// Counts a request.
    pub fn count(&self, actor: Option<&Actor>, peer: Peer, attempt: Option<Attempt>) -> Verdict {
        let (address, caller) = (self.key(None, peer), self.key(actor, peer));
        let attempts = match attempt {
            Some(Attempt::SignIn) => self.sign_ins.as_ref(),
            Some(Attempt::Link) => self.links.as_ref(),
            None => None,
        };
        let mut standings = Vec::new();
        let requests = self.of(actor);
        for (limit, key) in [(attempts, address), (requests.as_deref(), caller)] {
            let (Some(limit), Some(key)) = (limit, key) else { continue };
            let (standing, within) = limit.count(&key);
            standings.push(standing);
            if !within {
                return Verdict::Beyond(standings);
            }
        }
        Verdict::Within(standings)
    }
}

/// One limit: so many in so many seconds, each coming back at its time.
struct Limit {
    name: &'static str,
    quota: u32,
    window: u32,
    limiter:
        RateLimiter<Key, DefaultKeyedStateStore<Key>, DefaultClock, StateInformationMiddleware>,
    swept: Mutex<Instant>,
}

impl Limit {
    fn new(name: &'static str, quota: u32, window: u32) -> Option<Self> {
        let burst = NonZeroU32::new(quota)?;
        let each = Duration::from_secs(window.into()) / quota;
        let limiter = RateLimiter::keyed(Quota::with_period(each)?.allow_burst(burst));
        let (limiter, swept) = (limiter.with_middleware(), Mutex::new(Instant::now()));
        Some(Self { name, quota, window, limiter, swept })
    }

    fn count(&self, key: &Key) -> (Standing, bool) {
        self.sweep();
        let standing = |left, after: Duration| Standing {
            name: self.name,
            quota: self.quota,
            window: self.window,
            left,
            after: after.as_secs() + u64::from(after.subsec_nanos() > 0),
        };
        match self.limiter.check_key(key) {
            Ok(state) => {
                let left = state.remaining_burst_capacity();
                let each = state.quota().replenish_interval();
                (standing(left, each * self.quota.saturating_sub(left)), true)
            }
            Err(not_until) => {
                let wait = not_until.wait_time_from(self.limiter.clock().now());
                (standing(0, wait.max(Duration::from_secs(1))), false)
            }
        }
    }

    fn sweep(&self) {
        let Some(mut swept) = self.swept.try_lock() else { return };
        if swept.elapsed() >= SWEEP {
            *swept = Instant::now();
            drop(swept);
            self.limiter.retain_recent();
            self.limiter.shrink_to_fit();
        }
    }
}

/// Writes the fields; on a refusal, when to come again.
pub fn tell(standings: &[Standing], refused: bool, headers: &mut HeaderMap) {
    let (mut policy, mut left) = (String::new(), String::new());
    for (place, standing) in standings.iter().enumerate() {
        let Standing { name, quota, window, left: rest, after } = standing;
        let comma = if place == 0 { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(policy, "{comma}\"{name}\";q={quota};w={window}");
        let _ = write!(left, "{comma}\"{name}\";r={rest};t={after}");
    }
    for (name, text) in [(POLICY, policy), (STANDING, left)] {
        if let Ok(value) = HeaderValue::from_str(&text)
            && !text.is_empty()
        {
            headers.insert(name, value);
        }
    }
    if let Some(standing) = standings.last().filter(|_| refused) {
        headers.insert(RETRY_AFTER, standing.after.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_who_have_been_quiet_are_forgotten() {
        let limit = Limit::new("requests", 1_000, 1).expect("a limit");
        for n in 0..1_000_u32 {
            limit.count(&Key::Address(IpAddr::V4(n.into())));
        }
        assert!(limit.limiter.len() > 900);
        std::thread::sleep(Duration::from_millis(50));
        *limit.swept.lock() -= SWEEP;
        limit.count(&Key::User("a@contoh.id".into()));
        assert!(limit.limiter.len() < 10, "{}", limit.limiter.len());
    }
}
