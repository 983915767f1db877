//! What it shows to the market: certificates, and where it sells.

use super::{CellFault, Field, Reading, one_line, shown, values};
use crate::domain::trade::{Certificate, CertificateStatus, CertificateType, Channel, Platform};

impl Reading<'_, '_> {
    /// A column of a certificate says whether there is one, or its number.
    pub(super) fn certificates(&mut self) -> Vec<Certificate> {
        let mut found = Vec::new();
        for (field, kind) in [
            (Field::Halal, CertificateType::Halal),
            (Field::Pirt, CertificateType::Pirt),
            (Field::Bpom, CertificateType::Bpom),
            (Field::Sni, CertificateType::Sni),
            (Field::Trademark, CertificateType::Trademark),
        ] {
            let Some(text) = self.text(field) else { continue };
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let says = text.to_lowercase();
            let (number, status) = match values::yes_no(text) {
                Some(false) => continue,
                Some(true) => (None, None),
                None if says.contains("proses") => (None, Some(CertificateStatus::InProcess)),
                None if digits >= 5 => (Some(shown(text)), None),
                None => {
                    self.say(field, CellFault::YesNoUnclear { value: shown(text) });
                    continue;
                }
            };
            found.push(Certificate { kind, number, issued: None, expires: None, status });
        }
        found
    }

    pub(super) fn channels(&mut self) -> Vec<Channel> {
        let mut found: Vec<Channel> = Vec::new();
        let channel = |platform| Channel { platform, url: None, since: None, until: None };
        for &(column, place) in self.columns(Field::Channel) {
            let text = self.cells[column].text.to_lowercase();
            let header = self.reader.mapping.columns.get(place).map_or("", |head| &head.header);
            let of_exports = header.to_lowercase().contains("ekspor") && !header.contains('/');
            if of_exports && values::yes_no(&text) == Some(true) {
                found.push(channel(Platform::Export));
                continue;
            }
            for (word, platform) in [
                ("ekspor", Platform::Export),
                ("export", Platform::Export),
                ("shopee", Platform::Shopee),
                ("tokopedia", Platform::Tokopedia),
                ("lazada", Platform::Lazada),
                ("instagram", Platform::Instagram),
                ("facebook", Platform::Facebook),
                ("tiktok", Platform::Tiktok),
            ] {
                let known = found.iter().any(|known| known.platform == platform);
                if text.contains(word) && !text.contains("tidak") && !known {
                    found.push(channel(platform));
                }
            }
        }
        if let Some(text) = self.text(Field::Website).filter(|text| text.len() <= 200) {
            let lower = text.to_lowercase();
            let platform = match () {
                () if lower.contains("instagram") => Platform::Instagram,
                () if lower.contains("facebook") || lower.contains("fb.") => Platform::Facebook,
                () if lower.contains("tiktok") => Platform::Tiktok,
                () if lower.contains("shopee") => Platform::Shopee,
                () if lower.contains("tokopedia") => Platform::Tokopedia,
                () if lower.contains('.') => Platform::Website,
                () => Platform::Other,
            };
            if values::yes_no(text) != Some(false) {
                found.push(Channel { url: Some(one_line(text)), ..channel(platform) });
            }
        }
        found
    }
}
