//! The settings code that a phone scans: compressed JSON in base64 (ODK Collect, "settings QR").

use std::io::Write as _;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::json;

/// The text of the code for a server's address; it holds the phone's key.
pub fn settings_code(server: &str, project: &str) -> String {
    let settings = json!({
        "general": {
            "server_url": server,
            "username": "",
            "password": "",
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": project, "icon": "S", "color": "#0f766e"},
    });
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let written =
        encoder.write_all(settings.to_string().as_bytes()).and_then(|()| encoder.finish());
    BASE64_STANDARD.encode(written.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn a_phone_reads_the_address() {
        let code = settings_code("https://sentra.test/openrosa/key/k", "Pemetaan");
        let bytes = BASE64_STANDARD.decode(code).expect("base64");
        let mut text = String::new();
        flate2::read::ZlibDecoder::new(&bytes[..]).read_to_string(&mut text).expect("compressed");
        let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(read["general"]["server_url"], "https://sentra.test/openrosa/key/k");
        assert_eq!(read["general"]["form_update_mode"], "match_exactly");
    }
}
