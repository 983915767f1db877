//! Pages for people: one frame, everything escaped, nothing loaded from anywhere.

use std::fmt::Write;
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Ask, Format, HTML, Link};
use crate::domain::fault::Lang;
use crate::registry::RegistryError;
use crate::registry::collections::{Collection, Feature, Property};

const STYLE: &str = "\
:root{color-scheme:light}body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;\
max-width:1000px;margin:0 auto;padding:16px}h1{font-size:24px;line-height:1.25;overflow-wrap:anywhere}\
h2{font-size:18px;margin-top:28px}a{color:#0b57a4}a:focus-visible{outline:3px solid #0b57a4}\
nav{font-size:14px;display:flex;flex-wrap:wrap;gap:4px 14px}code{display:block;padding:8px 10px;\
background:#f2efe8;overflow-wrap:anywhere}.scroll{overflow-x:auto}table{border-collapse:collapse;\
width:100%;font-size:14px}th,td{border:1px solid #c9c9c9;padding:5px 8px;text-align:left;\
vertical-align:top}thead th{background:#f2efe8}dl{display:grid;grid-template-columns:\
minmax(110px,max-content) minmax(0,1fr);gap:4px 16px}dt{color:#555}dd{margin:0;overflow-wrap:anywhere}\
ul{padding-left:20px}li{overflow-wrap:anywhere;margin:4px 0}.map{width:100%;max-height:60vh;\
background:#e8f0f4}.land{fill:#faf8f3;stroke:#9a9a9a;stroke-width:.7}.area{fill:#b4530955;\
stroke:#b45309;stroke-width:1.2}circle{fill:#b45309;stroke:#fff;stroke-width:1}";

static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = BASE64_STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

/// Nothing but the pages' own style is let in.
pub fn policy() -> &'static str {
    &POLICY
}

/// A text as it may stand in a page or an attribute.
pub fn escaped(text: &str) -> String {
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

/// What stands in the middle of a page. Whatever is put in is escaped, but for [`Self::push`].
#[derive(Default)]
pub struct Body(String);

impl Body {
    /// Adds what is HTML already.
    pub fn push(&mut self, html: &str) {
        self.0.push_str(html);
    }

    pub fn paragraph(&mut self, text: &str) {
        self.tagged("p", text);
    }

    pub fn heading(&mut self, text: &str) {
        self.tagged("h2", text);
    }

    pub fn code(&mut self, text: &str) {
        self.tagged("code", text);
    }

    fn tagged(&mut self, tag: &str, text: &str) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "<{tag}>{}</{tag}>", escaped(text));
    }

    pub fn list<'a>(&mut self, texts: impl Iterator<Item = &'a str>) {
        self.0.push_str("<ul>");
        for text in texts {
            self.tagged("li", text);
        }
        self.0.push_str("</ul>\n");
    }

    /// Links; those to pages come without a word on their form.
    pub fn links(&mut self, links: &[Link]) {
        self.0.push_str("<ul class=\"links\">");
        for link in links.iter().filter(|link| link.rel != "self") {
            let media =
                if link.media == HTML { String::new() } else { format!(" ({})", link.media) };
            let _ = writeln!(
                self.0,
                "<li><a rel=\"{}\" href=\"{}\">{}</a>{}</li>",
                escaped(link.rel),
                escaped(&link.href),
                escaped(&link.title),
                escaped(&media),
            );
        }
        self.0.push_str("</ul>\n");
    }

    /// Names and what they stand for.
    pub fn facts<'a>(&mut self, facts: impl Iterator<Item = (&'a str, String)>) {
        self.0.push_str("<dl>");
        for (name, text) in facts {
            let _ = write!(self.0, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(&text));
        }
        self.0.push_str("</dl>\n");
    }

    /// A table with a heading for each column.
    pub fn table(&mut self, label: &str, columns: &[&str], rows: impl Iterator<Item = Vec<Cell>>) {
        let label = escaped(label);
        let _ = write!(
            self.0,
            "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><table><thead><tr>"
        );
        for column in columns {
            let _ = write!(self.0, "<th scope=\"col\">{}</th>", escaped(column));
        }
        self.0.push_str("</tr></thead><tbody>\n");
        for row in rows {
            self.0.push_str("<tr>");
            for Cell { text, href } in row {
                let text = escaped(&text);
                let _ = match href {
                    Some(href) => {
                        write!(self.0, "<td><a href=\"{}\">{text}</a></td>", escaped(&href))
                    }
                    None => write!(self.0, "<td>{text}</td>"),
                };
            }
            self.0.push_str("</tr>\n");
        }
        self.0.push_str("</tbody></table></div>\n");
    }

    /// Features as rows, each with a link to its page.
    ///
    /// # Errors
    /// Properties that are no JSON.
    pub fn features(
        &mut self,
        ask: &Ask,
        collection: Collection,
        features: &[Feature],
    ) -> Result<(), RegistryError> {
        let shown = columns(collection);
        let columns: Vec<&str> = shown.iter().map(|property| ask.told(property.title)).collect();
        let mut rows = Vec::with_capacity(features.len());
        for feature in features {
            let properties: Map<String, Value> = serde_json::from_str(&feature.properties)?;
            let path = format!("/collections/{}/items/{}?f=html", collection.id(), feature.id);
            let cell = |(place, property): (usize, &&Property)| Cell {
                text: text_of(properties.get(property.name)),
                href: (place == 0).then(|| format!("{}{path}", ask.base)),
            };
            rows.push(shown.iter().enumerate().map(cell).collect());
        }
        self.table(ask.told(collection.described().title), &columns, rows.into_iter());
        Ok(())
    }

    /// All that a feature says, by the titles of its properties.
    ///
    /// # Errors
    /// Properties that are no JSON.
    pub fn properties(
        &mut self,
        ask: &Ask,
        collection: Collection,
        feature: &Feature,
    ) -> Result<(), RegistryError> {
        let values: Map<String, Value> = serde_json::from_str(&feature.properties)?;
        let listed = collection.described().properties.iter();
        let known = listed
            .filter(|property| values.get(property.name).is_some_and(|value| !value.is_null()));
        self.facts(
            known.map(|property| (ask.told(property.title), text_of(values.get(property.name)))),
        );
        Ok(())
    }
}

/// A cell of a table.
pub struct Cell {
    pub text: String,
    pub href: Option<String>,
}

impl Cell {
    pub fn of(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None }
    }
}

/// What the table of a collection shows: the name first.
fn columns(collection: Collection) -> Vec<&'static Property> {
    let wanted: &[&str] = match collection {
        Collection::Enterprises => {
            &["name", "kind", "sector", "product", "region_name", "size_class"]
        }
        Collection::Regencies | Collection::Districts | Collection::Villages => {
            &["name", "code", "parent", "bps_code"]
        }
        Collection::Sentra => &["name", "commodity", "region_name", "founded_year"],
        Collection::Cooperatives => &["name", "kind", "region_name", "members"],
    };
    let listed = collection.described().properties;
    let find = |name: &&str| listed.iter().find(|property| property.name == *name);
    wanted.iter().filter_map(find).collect()
}

/// What a page about a feature is called.
///
/// # Errors
/// Properties that are no JSON.
pub fn title_of(feature: &Feature) -> Result<String, RegistryError> {
    let properties: Map<String, Value> = serde_json::from_str(&feature.properties)?;
    Ok(text_of(properties.get("name")))
}

fn text_of(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// The whole page. `crumbs` are the pages above this one, below that of all collections.
pub fn page(ask: &Ask, title: &str, crumbs: &[(String, &str)], body: &Body) -> String {
    let lang = if ask.lang == Lang::En { "en" } else { "id" };
    let base = escaped(&ask.base);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{0} · Sentra</title><style>{STYLE}</style></head><body>\n<nav>\
         <a href=\"{base}?f=html\">Sentra OGC API</a>\
         <a href=\"{base}/collections?f=html\">{1}</a>",
        escaped(title),
        ask.told(["Koleksi", "Collections"]),
    );
    for (href, name) in crumbs {
        // Writing to a string does not fail.
        let _ = write!(out, "<a href=\"{}\">{}</a>", escaped(href), escaped(name));
    }
    if let Ok(json) = ask.with(&[("f", "json")], &[])
        && ask.format == Format::Html
    {
        let _ = write!(out, "<a rel=\"alternate\" href=\"{}\">JSON</a>", escaped(&json));
    }
    let _ = write!(
        out,
        "</nav>\n<main>\n<h1>{}</h1>\n{}</main></body></html>\n",
        escaped(title),
        body.0
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_put_in_is_escaped() {
        let mut body = Body::default();
        let evil = "<script>alert(\"'&\")</script>";
        body.paragraph(evil);
        body.list([evil].into_iter());
        body.facts([(evil, evil.to_owned())].into_iter());
        body.table(
            evil,
            &[evil],
            [vec![Cell { text: evil.into(), href: Some(evil.into()) }]].into_iter(),
        );
        let link = Link { href: evil.into(), rel: "next", media: HTML, title: evil.into() };
        body.links(&[link]);
        assert!(!body.0.contains("<script") && !body.0.contains("\"'"));
        assert!(body.0.matches("&lt;script&gt;").count() >= 8);
    }

    #[test]
    fn the_policy_lets_the_style_in_and_nothing_else() {
        assert!(policy().starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(!policy().contains("unsafe"));
    }
}
