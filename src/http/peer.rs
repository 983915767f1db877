//! Where a request comes from: the address at the other end, or the one that a trusted proxy
//! speaks for.

use std::net::{IpAddr, Ipv6Addr};

use actix_web::HttpMessage;
use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderMap;
use ipnet::IpNet;

const FOR: &str = "x-forwarded-for";
const PROTO: &str = "x-forwarded-proto";

/// The other end of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// None: a socket without one.
    pub address: Option<IpAddr>,
    /// The request came by https as far as the trusted proxy.
    pub https: bool,
}

impl Peer {
    /// Works it out, for the layers inside to ask.
    pub fn note(request: &ServiceRequest, trusted: &[IpNet]) -> Self {
        let near = request.peer_addr().map(|address| address.ip().to_canonical());
        let peer = Self::told(near, request.headers(), trusted);
        request.extensions_mut().insert(peer);
        peer
    }

    /// What [`Peer::note`] found.
    pub fn of(request: &ServiceRequest) -> Self {
        let noted = request.extensions().get().copied();
        noted.unwrap_or(Self { address: None, https: false })
    }

    fn told(near: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let trusts = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
        let Some(near) = near else { return Self { address: None, https: false } };
        if !trusts(near) {
            return Self { address: Some(near), https: false };
        }
        // Each proxy adds whom it heard at the end: the last who is no proxy of ours. What stands
        // before that, anybody may have written.
        let mut address = near;
        let lines = headers.get_all(FOR).filter_map(|line| line.to_str().ok());
        let lines: Vec<&str> = lines.flat_map(|line| line.split(',')).collect();
        for text in lines.into_iter().rev() {
            let Some(before) = read_address(text) else { break };
            address = before;
            if !trusts(before) {
                break;
            }
        }
        let proto = headers.get_all(PROTO).last().and_then(|line| line.to_str().ok());
        let proto = proto.and_then(|line| line.rsplit(',').next()).map(str::trim);
        let https = proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
        Self { address: Some(address), https }
    }

    /// On this machine.
    pub fn is_local(&self) -> bool {
        self.address.is_none_or(|address| address.is_loopback())
    }
}

/// An address, maybe with a port.
fn read_address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.trim_start_matches('[').split(']').next().unwrap_or_default();
    let address = text.parse().or_else(|_| bare.parse()).ok();
    let address = address.or_else(|| text.rsplit_once(':').and_then(|(host, _)| host.parse().ok()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// What one subscriber has: an IPv4 address, or 64 bits of an IPv6 one.
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn told(near: &str, forwarded: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            let value = HeaderValue::from_str(line).expect("a value");
            headers.append(HeaderName::from_static(FOR), value);
        }
        let trusted = ["10.0.0.0/8", "::1/128"].map(|text| text.parse().expect("a network"));
        let peer = Peer::told(near.parse().ok(), &headers, &trusted);
        peer.address.map(|address| address.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_its_own_word() {
        assert_eq!(told("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(told("10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        // The client wrote the first itself.
        assert_eq!(told("10.0.0.1", &["1.1.1.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(told("10.0.0.1", &["1.1.1.1, 198.51.100.1, 10.0.0.2"]), "198.51.100.1");
        assert_eq!(told("10.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(told("10.0.0.1", &["198.51.100.1, sampah"]), "10.0.0.1");
        assert_eq!(told("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn addresses_come_with_ports_and_in_brackets() {
        assert_eq!(told("10.0.0.1", &["198.51.100.1:4711"]), "198.51.100.1");
        assert_eq!(told("::1", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(told("::1", &["2001:db8::7"]), "2001:db8::7");
        assert_eq!(told("10.0.0.1", &["::ffff:198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn ipv6_counts_by_64_bits() {
        let of = |text: &str| text.parse().map(subscriber).ok();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("198.51.100.1"), of("198.51.100.2"));
    }
}
