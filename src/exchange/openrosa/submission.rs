//! What a phone sends back: a filled-in form.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use quick_xml::Reader;
use quick_xml::events::Event;

use crate::domain::questionnaire::Answers;

/// Deepest nesting, and most nodes.
const MAX_DEPTH: usize = 20;
const MAX_NODES: usize = 20_000;

/// Why something is no filled-in form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    #[error("no XML: {0}")]
    Xml(String),
    #[error("too deep or too large")]
    TooLarge,
    /// What every submission has.
    #[error("{0} is missing")]
    Missing(&'static str),
}

/// How the phone's copy of an enterprise stood (ODK Entities 2024.1).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityChange {
    pub id: String,
    pub create: bool,
    pub update: bool,
    /// The version that the phone had.
    pub base: Option<i32>,
    /// The last one that came from here, where the phone has changed it since by itself.
    pub trunk: Option<i32>,
    /// Names such a line of changes.
    pub branch: Option<String>,
}

/// A filled-in form.
#[derive(Debug, Clone, Default)]
pub struct Submission {
    pub form_id: String,
    pub version: String,
    pub instance_id: String,
    /// The one that it takes the place of.
    pub deprecated_id: Option<String>,
    pub start: Option<DateTime<Utc>>,
    pub end: Option<DateTime<Utc>>,
    /// By the names of the form: village, kind, enterprise, outcome, note.
    pub visit: HashMap<String, String>,
    pub answers: Answers,
    pub entity: Option<EntityChange>,
}

/// An element, without what it is called beyond its name.
#[derive(Debug, Default)]
struct Node {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Node>,
}

impl Node {
    fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|child| child.name == name)
    }

    fn text_of(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }
}

impl Submission {
    /// Reads one.
    ///
    /// # Errors
    /// Whatever is not XML, has a document type, or lacks what every submission has.
    pub fn read(bytes: &[u8]) -> Result<Self, SubmissionError> {
        let root = tree(bytes)?;
        let meta = root.child("meta").ok_or(SubmissionError::Missing("meta"))?;
        let instance_id =
            meta.text_of("instanceID").ok_or(SubmissionError::Missing("instanceID"))?;
        let time = |name: &str| {
            let text = root.text_of(name)?;
            DateTime::parse_from_rfc3339(text).ok().map(|time| time.to_utc())
        };
        let mut read = Self {
            form_id: root.attribute("id").ok_or(SubmissionError::Missing("id"))?.to_owned(),
            version: root.attribute("version").unwrap_or_default().to_owned(),
            instance_id: instance_id.to_owned(),
            deprecated_id: meta.text_of("deprecatedID").map(str::to_owned),
            start: time("start"),
            end: time("end"),
            entity: meta.child("entity").and_then(entity),
            ..Self::default()
        };
        let visit = root.child("visit").ok_or(SubmissionError::Missing("visit"))?;
        let leaf = |node: &Node| (node.name.clone(), node.text.trim().to_owned());
        read.visit = visit.children.iter().map(leaf).collect();
        let sections = root.children.iter().filter(|node| {
            node.name.strip_prefix('s').is_some_and(|number| number.parse::<u32>().is_ok())
        });
        for node in sections.flat_map(|section| &section.children) {
            match node.name.as_str() {
                "products" => {
                    read.answers.products.push(node.children.iter().map(leaf).collect());
                }
                "keep_products" => read.answers.keeps_products = node.text.trim() == "ya",
                _ => {
                    let (name, text) = leaf(node);
                    read.answers.values.insert(name, text);
                }
            }
        }
        Ok(read)
    }
}

fn entity(node: &Node) -> Option<EntityChange> {
    let said = |name: &str| matches!(node.attribute(name), Some("1" | "true"));
    let number = |name: &str| node.attribute(name).and_then(|text| text.parse().ok());
    let (create, update) = (said("create"), said("update"));
    Some(EntityChange {
        id: node.attribute("id")?.to_owned(),
        create,
        update,
        base: number("baseVersion"),
        trunk: number("trunkVersion"),
        branch: node.attribute("branchId").map(str::to_owned),
    })
}

/// A name without its prefix.
fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or(name).to_owned()
}

/// The root element with all below it. A document type is refused: there are no entities but the
/// five of XML.
fn tree(bytes: &[u8]) -> Result<Node, SubmissionError> {
    let odd = |error: &dyn std::fmt::Display| SubmissionError::Xml(error.to_string());
    let text = std::str::from_utf8(bytes).map_err(|error| odd(&error))?;
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Node> = Vec::new();
    let mut nodes = 0;
    loop {
        let event = reader.read_event().map_err(|error| odd(&error))?;
        let (start, empty) = match &event {
            Event::Start(start) => (Some(start), false),
            Event::Empty(start) => (Some(start), true),
            _ => (None, false),
        };
        if let Some(start) = start {
            nodes += 1;
            if nodes > MAX_NODES || open.len() >= MAX_DEPTH {
                return Err(SubmissionError::TooLarge);
            }
            let mut node = Node { name: local(start.name().as_ref()), ..Node::default() };
            for attribute in start.attributes() {
                let attribute = attribute.map_err(|error| odd(&error))?;
                let value =
                    quick_xml::escape::unescape(&attribute.value).map_err(|error| odd(&error))?;
                node.attributes.push((local(attribute.key.as_ref()), value.into_owned()));
            }
            if empty {
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Ok(node),
                }
            } else {
                open.push(node);
            }
            continue;
        }
        match event {
            Event::End(_) => {
                let Some(node) = open.pop() else { return Err(SubmissionError::Xml("…".into())) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(node),
                    None => return Ok(node),
                }
            }
            Event::Text(text) => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&text);
                }
            }
            Event::CData(data) => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&data);
                }
            }
            Event::GeneralRef(name) => {
                let raw = format!("&{};", &*name);
                let text = quick_xml::escape::unescape(&raw).map_err(|error| odd(&error))?;
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&text);
                }
            }
            Event::DocType(_) => return Err(SubmissionError::Xml("DOCTYPE".into())),
            Event::Eof => return Err(SubmissionError::Xml("end of file".into())),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = r#"<?xml version='1.0' ?><data id="c-1" version="a.1" xmlns:orx="http://openrosa.org/xforms"><start>2026-11-26T08:00:00.000+07:00</start><end/><visit><village>35.15.06.2001</village><kind>new</kind></visit><s1><name>Tas &amp; Koper</name><products><product_name>Tas</product_name></products><products><product_name>Koper</product_name></products></s1><orx:meta><orx:instanceID>uuid:1</orx:instanceID><entity dataset="enterprises" id="e" create="1" update="" baseVersion="" trunkVersion="3" branchId="b"><label>x</label></entity></orx:meta></data>"#;

    #[test]
    fn a_filled_in_form_is_read() {
        let read = Submission::read(FORM.as_bytes()).expect("a form");
        assert_eq!((read.form_id.as_str(), read.version.as_str()), ("c-1", "a.1"));
        assert_eq!(read.instance_id, "uuid:1");
        assert_eq!(read.start.map(|at| at.to_rfc3339()), Some("2026-11-26T01:00:00+00:00".into()));
        assert_eq!(read.end, None);
        assert_eq!(read.visit["kind"], "new");
        assert_eq!(read.answers.values["name"], "Tas & Koper");
        assert_eq!(read.answers.products.len(), 2);
        let entity = read.entity.expect("an entity");
        assert!(entity.create && !entity.update);
        assert_eq!(
            (entity.base, entity.trunk, entity.branch.as_deref()),
            (None, Some(3), Some("b"))
        );
    }

    #[test]
    fn whatever_is_not_one_is_refused() {
        let bomb = format!("<data id=\"x\">{}", "<a>".repeat(100));
        for (bytes, why) in [
            ("", "empty"),
            ("nama;alamat", "no XML"),
            (&FORM[..300], "cut"),
            (
                "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>",
                "a document type",
            ),
            ("<a>&b;</a>", "an unknown entity"),
            ("<data id=\"x\"><meta/></data>", "no instanceID"),
            (&bomb, "too deep"),
        ] {
            assert!(Submission::read(bytes.as_bytes()).is_err(), "{why}");
        }
    }
}
