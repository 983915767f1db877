//! How the server meets the network: whom it trusts, how much it takes and how long it waits.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use actix_web::http::Uri;
use actix_web::http::header::HeaderValue;
use actix_web::http::uri::Authority;
use ipnet::IpNet;

/// Settings of the server. Whoever changes none has those of production.
#[derive(Debug, Clone)]
pub struct Config {
    /// Pages of which other sites may read the answers.
    pub origins: Origins,
    /// Sites whose pages may show what is public: frame the embedded map, and read answers to who
    /// is not signed in.
    pub embedders: Origins,
    /// The office that publishes, as the catalogue names it.
    pub publisher: String,
    /// Proxies whose word is taken for whom they speak.
    pub trusted_proxies: Vec<IpNet>,
    pub rates: Rates,
    pub times: Times,
    /// Connections at a time, over all workers.
    pub connections: usize,
    /// Threads that answer; one a processor unless told.
    pub workers: Option<usize>,
    /// Whether the server stops on the signals that end a process.
    pub signals: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            origins: Origins::default(),
            embedders: Origins::Any,
            publisher: "Pemerintah Provinsi Jawa Timur".to_owned(),
            trusted_proxies: Vec::new(),
            rates: Rates::default(),
            times: Times::default(),
            connections: 8_192,
            workers: None,
            signals: true,
        }
    }
}

/// How many requests one caller may send.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Requests a second of one user, service client or address; ten times as many at once. 0: any
    /// number, and of sign-ins too.
    pub requests_per_second: u32,
    /// Attempts a minute to sign in from one address.
    pub sign_ins_per_minute: u32,
    /// Requests a minute by owners' links from one address: a village meeting shares one.
    pub links_per_minute: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self { requests_per_second: 200, sign_ins_per_minute: 20, links_per_minute: 60 }
    }
}

/// How long the server waits, and for what.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For the head of a request.
    pub head: Duration,
    /// For another request on a connection: longer than a proxy keeps one that it may use again.
    pub keep_alive: Duration,
    /// For a body, and for each piece of an answer to be taken; on top of it comes what their
    /// bytes need at the slowest pace.
    pub patience: Duration,
    /// Bytes a second that a peer must manage once the patience is over.
    pub slowest_pace: u32,
    /// For an answer to begin.
    pub answer: Duration,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            keep_alive: Duration::from_secs(75),
            patience: Duration::from_secs(20),
            slowest_pace: 4_000,
            answer: Duration::from_secs(30),
        }
    }
}

impl Times {
    /// What so many bytes may take.
    pub fn for_bytes(&self, bytes: usize) -> Duration {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        self.patience + Duration::from_secs((bytes / self.slowest_pace.max(1)).into())
    }
}

/// A list of sites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origins {
    #[default]
    None,
    Listed(Vec<HeaderValue>),
    /// Every site: `*`.
    Any,
}

impl Origins {
    /// Reads `*`, or origins by comma.
    ///
    /// # Errors
    /// What is no origin, in a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let texts: Vec<&str> =
            text.split(',').map(str::trim).filter(|text| !text.is_empty()).collect();
        match texts.as_slice() {
            [] => Ok(Self::None),
            ["*"] => Ok(Self::Any),
            texts => {
                texts.iter().map(|text| origin(text)).collect::<Result<_, _>>().map(Self::Listed)
            }
        }
    }
}

/// As browsers write one: scheme, host, port where it is not the scheme's own; no path.
fn origin(text: &str) -> Result<HeaderValue, String> {
    let refused = || format!("`{text}` is no origin such as https://peta.contoh.id");
    let uri = Uri::from_str(text).map_err(|_| refused())?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority().map_or("", Authority::as_str);
    let written = format!("{}://{}", uri.scheme_str().unwrap_or_default(), authority);
    if !web || authority.is_empty() || authority.contains(['@', '*']) || written != text {
        return Err(refused());
    }
    HeaderValue::from_str(&text.to_lowercase()).map_err(|_| refused())
}

/// Reads an address, or a network as `10.0.0.0/8`.
///
/// # Errors
/// What is neither, in a sentence.
pub fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = text.parse::<IpNet>().ok();
    let network = network.or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    network
        .ok_or_else(|| format!("`{text}` is neither an address nor a network such as 10.0.0.0/8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them_or_refused() {
        assert_eq!(Origins::parse(" "), Ok(Origins::None));
        assert_eq!(Origins::parse("*"), Ok(Origins::Any));
        let listed = Origins::parse("https://peta.contoh.id, http://localhost:5173");
        let header = |text| HeaderValue::from_static(text);
        assert_eq!(
            listed,
            Ok(Origins::Listed(vec![
                header("https://peta.contoh.id"),
                header("http://localhost:5173")
            ]))
        );
        for wrong in [
            "peta.contoh.id",
            "https://peta.contoh.id/",
            "https://peta.contoh.id/peta",
            "https://*.contoh.id",
            "https://a@contoh.id",
            "*,https://contoh.id",
            "null",
            "ftp://contoh.id",
        ] {
            assert!(Origins::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        assert!(network("10.1.2.3").is_ok_and(|net| net.prefix_len() == 32));
        assert!(network("2001:db8::/32").is_ok_and(|net| net.prefix_len() == 32));
        assert!(network("proxy").is_err());
    }
}
