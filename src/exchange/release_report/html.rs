//! The page: it needs nothing from anywhere, and prints.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::tables::{self, Table, Value};
use super::{campaign, facts, method, number};
use crate::domain::release::Release;

const STYLE: &str = "\
:root{color-scheme:light}body{font:15px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;\
max-width:1100px;margin:0 auto;padding:24px 16px}h1{font-size:26px;line-height:1.25}\
h2{font-size:19px;margin-top:36px}.scroll{overflow-x:auto}\
table{border-collapse:collapse;width:100%;font-size:13px}\
caption{text-align:left;font-weight:600;padding:18px 0 6px}\
th,td{border:1px solid #c9c9c9;padding:4px 7px;text-align:left;vertical-align:top}\
thead th{background:#efece4}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
td.h{text-align:right;color:#595959;white-space:nowrap}dl{display:grid;\
grid-template-columns:minmax(120px,max-content) minmax(0,1fr);gap:3px 16px}dt{color:#555}\
dd{margin:0;overflow-wrap:anywhere}.sample{border:2px solid #b45309;padding:8px 12px;font-weight:600}\
@media print{@page{size:A4 landscape;margin:12mm}body{max-width:none;padding:0;font-size:10pt}\
table{font-size:7pt}th,td{padding:2px 3px;overflow-wrap:anywhere}td.n,td.h{white-space:normal}\
thead{display:table-header-group}tr{break-inside:avoid}.scroll{overflow:visible}}";

/// The style's hash, as a policy for content names it.
pub fn style_hash() -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes())))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn table(out: &mut String, table: &Table) -> std::fmt::Result {
    if table.rows.is_empty() {
        return write!(
            out,
            "<p><strong>{}</strong>: tidak ada angka yang dapat diberitakan.</p>",
            escaped(&table.title)
        );
    }
    write!(
        out,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table><caption>{0}</caption><thead><tr>",
        escaped(&table.title)
    )?;
    for column in &table.columns {
        write!(out, "<th scope=\"col\">{}</th>", escaped(column))?;
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for value in row {
            match value {
                Value::Text(text) => write!(out, "<td>{}</td>", escaped(text))?,
                Value::Number(value) => write!(out, "<td class=\"n\">{}</td>", number(*value))?,
                Value::Hidden(instead) => write!(out, "<td class=\"h\">{}</td>", escaped(instead))?,
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    Ok(())
}

/// The whole page.
pub fn html(release: &Release, sha256: &str) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut out, release, sha256);
    out
}

fn write(out: &mut String, release: &Release, sha256: &str) -> std::fmt::Result {
    let title = escaped(&release.header.title);
    write!(
        out,
        "<!doctype html>\n<html lang=\"id\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title><style>{STYLE}</style></head><body><main>\n<h1>{title}</h1>\n"
    )?;
    if release.header.sample {
        out.push_str("<p class=\"sample\">Data contoh: angka ini bukan tentang usaha nyata.</p>\n");
    }
    out.push_str("<dl>");
    for (name, fact) in facts(release, sha256) {
        write!(out, "<dt>{name}</dt><dd>{}</dd>", escaped(&fact))?;
    }
    out.push_str("</dl>\n<h2>Metode</h2>\n");
    for text in method(release) {
        write!(out, "<p>{}</p>", escaped(&text))?;
    }
    if let Some(of) = &release.campaign {
        out.push_str("\n<h2>Pendataan</h2>\n");
        for (_, of) in &campaign::tables(release, of) {
            table(out, of)?;
        }
        table(out, &campaign::of_coverage(release, of, true))?;
    }
    out.push_str("\n<h2>Kabupaten/kota</h2>\n");
    for of in &tables::of_regencies(release) {
        table(out, of)?;
    }
    out.push_str("<h2>Tenaga kerja dan kapasitas</h2>\n");
    table(out, &tables::of_workers(release))?;
    table(out, &tables::of_capacity(release))?;
    out.push_str("<h2>Kecamatan</h2>\n");
    for of in &tables::of_districts(release) {
        table(out, of)?;
    }
    out.push_str("<h2>Definisi</h2>\n<dl>");
    for definition in &release.definitions {
        write!(
            out,
            "<dt>{}</dt><dd>{}</dd>",
            escaped(&definition.field),
            escaped(&definition.text)
        )?;
    }
    out.push_str("</dl>\n</main></body></html>\n");
    Ok(())
}
