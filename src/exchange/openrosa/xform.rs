//! The XForm of a questionnaire (ODK XForms specification, entities 2024.1): whom the visit is to,
//! then the questions for those who were found.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{ENTERPRISES, VILLAGES, escaped};
use crate::domain::questionnaire::{
    Answer, List, OnlyIf, Question, QuestionType, QuestionnaireDraft, field,
};
use crate::domain::reference::Reference;

const KNOWN: &str = "instance('enterprises')/root/item[name = /data/visit/enterprise]";
/// New ones, and known ones that were found, are asked everything.
const ASKED: &str = "/data/visit/kind = 'new' or /data/visit/outcome = 'found'";
/// In metres: a phone waits for the first, and takes nothing worse than the second.
const GOOD_ACCURACY: u32 = 10;
const WORST_ACCURACY: u32 = 100;

/// A form and what it is called.
pub struct Form<'a> {
    pub id: &'a str,
    pub version: &'a str,
    pub title: &'a str,
    pub questionnaire: &'a QuestionnaireDraft,
    pub reference: &'a Reference,
}

/// The parts of a form, each in its order.
#[derive(Default)]
struct Parts {
    instance: String,
    binds: String,
    body: String,
    /// What a phone fills in when a known enterprise is chosen.
    prefills: String,
    lists: Vec<List>,
    /// Where each question stands.
    paths: HashMap<String, String>,
}

/// The XForm.
pub fn write(form: &Form) -> String {
    let mut parts = Parts::default();
    for (place, section) in form.questionnaire.sections.iter().enumerate() {
        let group = format!("s{}", place + 1);
        let at = format!("/data/{group}");
        let _ = write!(parts.instance, "<{group}>");
        let _ = write!(parts.binds, r#"<bind nodeset="{at}" relevant="{ASKED}"/>"#);
        let _ =
            write!(parts.body, r#"<group ref="{at}"><label>{}</label>"#, escaped(&section.title));
        for question in &section.questions {
            put(&mut parts, &at, question);
        }
        let _ = write!(parts.instance, "</{group}>");
        parts.body.push_str("</group>");
    }
    whole(form, &parts)
}

fn whole(form: &Form, parts: &Parts) -> String {
    let (id, version, title) = (escaped(form.id), escaped(form.version), escaped(form.title));
    let name = parts.paths.get("name").map_or("''", String::as_str);
    let mut lists = String::new();
    for list in &parts.lists {
        let _ = write!(lists, r#"<instance id="{}"><root>"#, list.name());
        for choice in list.choices(form.reference) {
            let (code, label) = (escaped(&choice.code), escaped(&choice.label));
            let _ = write!(lists, "<item><name>{code}</name><label>{label}</label></item>");
        }
        lists.push_str("</root></instance>");
    }
    let Parts { instance, binds, body, prefills, .. } = parts;
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" xmlns:odk="http://www.opendatakit.org/xforms" xmlns:entities="http://www.opendatakit.org/xforms/entities" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<h:head><h:title>{title}</h:title>
<model odk:xforms-version="1.0.0" entities:entities-version="2024.1.0">
<instance><data id="{id}" version="{version}"><start/><end/><deviceid/><visit><village/><kind/><enterprise/><outcome/><note/><new_id/></visit>{instance}<meta><instanceID/><instanceName/><entity dataset="{ENTERPRISES}" id="" create="" update="" baseVersion="" trunkVersion="" branchId=""><label/></entity></meta></data></instance>
<instance id="{VILLAGES}" src="jr://file-csv/{VILLAGES}.csv"/>
<instance id="{ENTERPRISES}" src="jr://file-csv/{ENTERPRISES}.csv"/>
{lists}
<bind nodeset="/data/start" type="dateTime" jr:preload="timestamp" jr:preloadParams="start"/>
<bind nodeset="/data/end" type="dateTime" jr:preload="timestamp" jr:preloadParams="end"/>
<bind nodeset="/data/deviceid" type="string" jr:preload="property" jr:preloadParams="deviceid"/>
<bind nodeset="/data/visit/village" type="string" required="true()" entities:saveto="village"/>
<bind nodeset="/data/visit/kind" type="string" required="true()"/>
<bind nodeset="/data/visit/enterprise" type="string" required="true()" relevant="/data/visit/kind = 'revisit'"/>
<bind nodeset="/data/visit/outcome" type="string" required="true()" relevant="/data/visit/kind = 'revisit'"/>
<bind nodeset="/data/visit/note" type="string"/>
<bind nodeset="/data/visit/new_id" type="string" readonly="true()"/>
<setvalue event="odk-instance-first-load" ref="/data/visit/new_id" value="uuid()"/>
{binds}
<bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/>
<bind nodeset="/data/meta/instanceName" type="string" calculate="if(/data/visit/kind = 'none', 'Tidak ada usaha', coalesce({name}, 'Kunjungan'))"/>
<bind nodeset="/data/meta/entity/@id" type="string" readonly="true()" calculate="if(/data/visit/kind = 'new', /data/visit/new_id, if(/data/visit/kind = 'revisit', /data/visit/enterprise, ''))"/>
<bind nodeset="/data/meta/entity/@create" type="string" readonly="true()" calculate="if(/data/visit/kind = 'new', '1', '')"/>
<bind nodeset="/data/meta/entity/@update" type="string" readonly="true()" calculate="if(/data/visit/kind = 'revisit' and /data/visit/outcome = 'found', '1', '')"/>
<bind nodeset="/data/meta/entity/@baseVersion" type="string" readonly="true()" calculate="{KNOWN}/__version"/>
<bind nodeset="/data/meta/entity/@trunkVersion" type="string" readonly="true()" calculate="{KNOWN}/__trunkVersion"/>
<bind nodeset="/data/meta/entity/@branchId" type="string" readonly="true()" calculate="{KNOWN}/__branchId"/>
<bind nodeset="/data/meta/entity/label" type="string" readonly="true()" calculate="coalesce({name}, {KNOWN}/label)"/>
</model></h:head>
<h:body>
<group ref="/data/visit"><label>Kunjungan</label>
<select1 ref="/data/visit/village" appearance="minimal autocomplete"><label>Desa/kelurahan</label><itemset nodeset="instance('{VILLAGES}')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>
<select1 ref="/data/visit/kind"><label>Siapa yang dikunjungi?</label><item><label>Usaha yang sudah tercatat</label><value>revisit</value></item><item><label>Usaha baru yang belum tercatat</label><value>new</value></item><item><label>Tidak ada usaha di desa ini</label><value>none</value></item></select1>
<select1 ref="/data/visit/enterprise" appearance="minimal autocomplete"><label>Usaha</label><itemset nodeset="instance('{ENTERPRISES}')/root/item[village = /data/visit/village]"><value ref="name"/><label ref="label"/></itemset>{prefills}</select1>
<select1 ref="/data/visit/outcome"><label>Hasil kunjungan</label><item><label>Ditemukan dan didata</label><value>found</value></item><item><label>Tidak ditemukan</label><value>not_found</value></item><item><label>Menolak didata</label><value>refused</value></item><item><label>Perlu didatangi lagi</label><value>needs_revisit</value></item><item><label>Sudah tutup</label><value>closed</value></item><item><label>Sudah pindah</label><value>moved</value></item></select1>
<input ref="/data/visit/note"><label>Catatan</label></input>
</group>
{body}
</h:body></h:html>
"#
    )
}

fn put(parts: &mut Parts, at: &str, question: &Question) {
    let name = question.name();
    let path = format!("{at}/{name}");
    let relevant = question.only_if.as_ref().and_then(|only_if| condition(only_if, &parts.paths));
    let required = if question.required { r#" required="true()""# } else { "" };
    let when = relevant.as_deref();
    let relevant = when.map(|when| format!(r#" relevant="{when}""#)).unwrap_or_default();
    let own = question.label.as_deref();
    if let Some(field) = question.field.as_deref().and_then(field) {
        let label = own.unwrap_or(field.label);
        let hint = question.hint.as_deref().or(field.hint);
        let saves = match field.answer {
            Answer::Photo | Answer::Products | Answer::Point => String::new(),
            _ if field.restricted => String::new(),
            _ => {
                let property = property(name);
                let _ = write!(
                    parts.prefills,
                    r#"<setvalue event="xforms-value-changed" ref="{path}" value="{KNOWN}/{property}"/>"#
                );
                format!(r#" entities:saveto="{property}""#)
            }
        };
        let attributes = format!("{required}{relevant}{saves}");
        match field.answer {
            Answer::Products => return products(parts, at, label, hint, when),
            Answer::Text(rule) => {
                let rule = rule.map_or_else(String::new, |(pattern, message)| {
                    constraint(&format!("regex(., '{pattern}')"), message)
                });
                simple(
                    parts,
                    &path,
                    "input",
                    "string",
                    "",
                    label,
                    hint,
                    &format!("{attributes}{rule}"),
                );
            }
            Answer::Integer { min, max } => {
                let most = if name == "founded_year" {
                    "number(format-date(today(), '%Y'))".to_owned()
                } else {
                    max.to_string()
                };
                let rule = constraint(
                    &format!(". >= {min} and . <= {most}"),
                    "Angka ini di luar batas yang mungkin",
                );
                let kind = if max > i64::from(i32::MAX) { "decimal" } else { "int" };
                simple(
                    parts,
                    &path,
                    "input",
                    kind,
                    "",
                    label,
                    hint,
                    &format!("{attributes}{rule}"),
                );
            }
            Answer::Quantity => {
                let rule = constraint(". > 0", "Harus lebih dari nol");
                let attributes = format!("{attributes}{rule}");
                simple(parts, &path, "input", "decimal", "", label, hint, &attributes);
            }
            Answer::Date => simple(parts, &path, "input", "date", "", label, hint, &attributes),
            Answer::Point => {
                let extra = format!(
                    r#" accuracyThreshold="{GOOD_ACCURACY}" unacceptableAccuracyThreshold="{WORST_ACCURACY}""#
                );
                simple(parts, &path, "input", "geopoint", &extra, label, hint, &attributes);
            }
            Answer::Photo => {
                let attributes = format!(r#"{attributes} orx:max-pixels="1600""#);
                let extra = r#" mediatype="image/*""#;
                simple(parts, &path, "upload", "binary", extra, label, hint, &attributes);
            }
            Answer::One(list) => choose(parts, &path, "select1", list, label, hint, &attributes),
            Answer::Many(list) => choose(parts, &path, "select", list, label, hint, &attributes),
        }
        instance(parts, name, path);
        return;
    }
    let (label, hint) = (own.unwrap_or(name), question.hint.as_deref());
    let attributes = format!("{required}{relevant}");
    match question.kind.unwrap_or(QuestionType::Text) {
        QuestionType::Text => {
            simple(parts, &path, "input", "string", "", label, hint, &attributes);
        }
        QuestionType::Integer => {
            let bounds = [
                question.min.map(|min| format!(". >= {min}")),
                question.max.map(|max| format!(". <= {max}")),
            ];
            let bounds: Vec<String> = bounds.into_iter().flatten().collect();
            let rule = if bounds.is_empty() {
                String::new()
            } else {
                constraint(&bounds.join(" and "), "Angka ini di luar batas yang diminta")
            };
            simple(parts, &path, "input", "int", "", label, hint, &format!("{attributes}{rule}"));
        }
        QuestionType::YesNo => {
            let items = [("ya", "Ya"), ("tidak", "Tidak")];
            choose_from(parts, &path, "select1", &items, label, hint, &attributes);
        }
        kind @ (QuestionType::SelectOne | QuestionType::SelectMany) => {
            let items: Vec<(&str, &str)> = question
                .choices
                .iter()
                .map(|choice| (choice.code.as_str(), choice.label.as_str()))
                .collect();
            let control = if kind == QuestionType::SelectOne { "select1" } else { "select" };
            choose_from(parts, &path, control, &items, label, hint, &attributes);
        }
    }
    instance(parts, name, path);
}

/// A field as a property of an entity, which has a `name` of its own: its id.
pub fn property(field: &str) -> &str {
    if field == "name" { "business_name" } else { field }
}

fn instance(parts: &mut Parts, name: &str, path: String) {
    let _ = write!(parts.instance, "<{name}/>");
    parts.paths.insert(name.to_owned(), path);
}

fn constraint(rule: &str, message: &str) -> String {
    let (rule, message) = (escaped(rule), escaped(message));
    format!(r#" constraint="{rule}" jr:constraintMsg="{message}""#)
}

fn condition(only_if: &OnlyIf, paths: &HashMap<String, String>) -> Option<String> {
    let path = paths.get(&only_if.question)?;
    // Right for one answer and for several.
    let each = only_if.is.iter().map(|code| format!("selected({path}, '{}')", escaped(code)));
    Some(each.collect::<Vec<_>>().join(" or "))
}

fn words(label: &str, hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!("<hint>{}</hint>", escaped(hint))).unwrap_or_default();
    format!("<label>{}</label>{hint}", escaped(label))
}

#[expect(clippy::too_many_arguments, reason = "the parts of one control, each used once")]
fn simple(
    parts: &mut Parts,
    path: &str,
    control: &str,
    kind: &str,
    extra: &str,
    label: &str,
    hint: Option<&str>,
    attributes: &str,
) {
    let _ = write!(parts.binds, r#"<bind nodeset="{path}" type="{kind}"{attributes}/>"#);
    let words = words(label, hint);
    let _ = write!(parts.body, r#"<{control} ref="{path}"{extra}>{words}</{control}>"#);
}

fn choose(
    parts: &mut Parts,
    path: &str,
    control: &str,
    list: List,
    label: &str,
    hint: Option<&str>,
    attributes: &str,
) {
    if !parts.lists.contains(&list) {
        parts.lists.push(list);
    }
    let _ = write!(parts.binds, r#"<bind nodeset="{path}" type="string"{attributes}/>"#);
    let words = words(label, hint);
    let name = list.name();
    let look = if list == List::Commodity { r#" appearance="minimal autocomplete""# } else { "" };
    let _ = write!(
        parts.body,
        r#"<{control} ref="{path}"{look}>{words}<itemset nodeset="instance('{name}')/root/item"><value ref="name"/><label ref="label"/></itemset></{control}>"#
    );
}

fn choose_from(
    parts: &mut Parts,
    path: &str,
    control: &str,
    items: &[(&str, &str)],
    label: &str,
    hint: Option<&str>,
    attributes: &str,
) {
    let _ = write!(parts.binds, r#"<bind nodeset="{path}" type="string"{attributes}/>"#);
    let words = words(label, hint);
    let _ = write!(parts.body, r#"<{control} ref="{path}">{words}"#);
    for (code, label) in items {
        let (code, label) = (escaped(code), escaped(label));
        let _ = write!(parts.body, "<item><label>{label}</label><value>{code}</value></item>");
    }
    let _ = write!(parts.body, "</{control}>");
}

/// Any number of products. Of a known enterprise they are read out first: where they are still
/// right, nobody types them again.
fn products(parts: &mut Parts, at: &str, label: &str, hint: Option<&str>, relevant: Option<&str>) {
    let (known, keep) = (format!("{at}/known_products"), format!("{at}/keep_products"));
    let repeat = format!("{at}/products");
    let unless = relevant.map(|when| format!("({when}) and ")).unwrap_or_default();
    let entry = "<product_name/><product_commodity/><capacity_quantity/><capacity_unit/>\
                 <capacity_period/><working_days/><utilisation/>";
    // The first stands open, the template is what the next are made of.
    let _ = write!(
        parts.instance,
        r#"<known_products/><keep_products/><products jr:template="">{entry}</products><products>{entry}</products>"#
    );
    let _ = write!(
        parts.binds,
        r#"<bind nodeset="{known}" type="string" readonly="true()" calculate="{KNOWN}/products"/><bind nodeset="{keep}" type="string" required="true()" relevant="/data/visit/kind = 'revisit' and {known} != ''"/><bind nodeset="{repeat}" relevant="{unless}not({keep} = 'ya')"/>"#
    );
    let _ = write!(
        parts.body,
        r#"<select1 ref="{keep}"><label>Produk yang tercatat: <output value="{known}"/>. Masih benar?</label><item><label>Ya, tetap</label><value>ya</value></item><item><label>Tidak, isi ulang</label><value>tidak</value></item></select1><group ref="{repeat}"><label>{}</label><repeat nodeset="{repeat}">"#,
        escaped(label)
    );
    let sub = |name: &str| format!("{repeat}/{name}");
    let number = constraint(". > 0", "Harus lebih dari nol");
    let days = constraint(". >= 1 and . <= 31", "1 sampai 31 hari");
    let share = constraint(". >= 0 and . <= 100", "0 sampai 100 persen");
    let when = format!(r#" required="true()" relevant="{} != ''""#, sub("capacity_quantity"));
    let daily = format!(r#" relevant="{} = 'day'"{days}"#, sub("capacity_period"));
    let must = r#" required="true()""#;
    simple(parts, &sub("product_name"), "input", "string", "", "Nama produk", hint, must);
    choose(parts, &sub("product_commodity"), "select1", List::Commodity, "Komoditas", None, "");
    simple(
        parts,
        &sub("capacity_quantity"),
        "input",
        "decimal",
        "",
        "Kapasitas (jumlah)",
        None,
        &number,
    );
    choose(parts, &sub("capacity_unit"), "select1", List::Unit, "Satuan", None, &when);
    choose(parts, &sub("capacity_period"), "select1", List::Period, "Per", None, &when);
    simple(parts, &sub("working_days"), "input", "int", "", "Hari kerja sebulan", None, &daily);
    simple(parts, &sub("utilisation"), "input", "int", "", "Terpakai (persen)", None, &share);
    parts.body.push_str("</repeat></group>");
    parts.paths.insert("products".into(), repeat);
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;
    use crate::domain::questionnaire::FIELDS;

    /// Every field of the registry, and a question of each kind with a condition and odd words.
    fn whole_questionnaire() -> QuestionnaireDraft {
        let fields: Vec<serde_json::Value> = FIELDS
            .iter()
            .map(|field| serde_json::json!({"field": field.code, "required": field.code == "name"}))
            .collect();
        serde_json::from_value(serde_json::json!({
            "form_id": "semua", "title": "Semua <& \"apa\">",
            "sections": [
                {"title": "Registri", "questions": fields},
                {"title": "Sendiri", "questions": [
                    {"name": "listrik", "type": "yes_no", "label": "Ada listrik & air < 1?"},
                    {"name": "daya", "type": "integer", "label": "Daya", "min": 1, "max": 9,
                     "only_if": {"question": "listrik", "is": ["ya"]}},
                    {"name": "alat", "type": "select_many", "label": "Alat", "choices": [
                        {"code": "a", "label": "A > B"}, {"code": "b", "label": "B"}],
                     "only_if": {"question": "needs", "is": ["machines", "skills"]}}
                ]}
            ]
        }))
        .expect("a questionnaire")
    }

    #[test]
    fn a_form_is_well_formed_and_every_bind_and_control_has_its_place() {
        let questionnaire = whole_questionnaire();
        assert_eq!(questionnaire.faults(), []);
        let reference = Reference::default();
        let form = Form {
            id: "c-1",
            version: "semua.1",
            title: &questionnaire.title,
            questionnaire: &questionnaire,
            reference: &reference,
        };
        let xml = write(&form);
        let mut reader = Reader::from_str(&xml);
        let (mut open, mut places, mut named) = (Vec::new(), HashSet::new(), Vec::new());
        loop {
            match reader.read_event().expect("well-formed") {
                Event::Eof => break,
                Event::End(_) => drop(open.pop()),
                event @ (Event::Start(_) | Event::Empty(_)) => {
                    let (Event::Start(start) | Event::Empty(start)) = &event else { continue };
                    let name = start.name().as_ref().to_owned();
                    let inside = open.iter().position(|name: &String| name == "data");
                    let path = inside.map_or_else(String::new, |at| open[at..].join("/"));
                    if inside.is_some() || name == "data" {
                        let path =
                            if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
                        places.insert(format!("/{path}"));
                        for attribute in start.attributes().flatten() {
                            places.insert(format!("/{path}/@{}", attribute.key.as_ref()));
                        }
                    }
                    for attribute in start.attributes().flatten() {
                        let said = ["nodeset", "ref"].contains(&attribute.key.as_ref());
                        if said && attribute.value.starts_with("/data") {
                            named.push(attribute.value.into_owned());
                        }
                    }
                    if matches!(event, Event::Start(_)) {
                        open.push(name);
                    }
                }
                _ => {}
            }
        }
        assert!(open.is_empty());
        let missing: Vec<&String> = named.iter().filter(|path| !places.contains(*path)).collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert!(named.len() > 2 * FIELDS.len());
        // Nothing restricted is filled in beforehand, or kept on the phone for the next visit.
        assert!(!xml.contains("root/item[name = /data/visit/enterprise]/owner_nik"));
        assert!(!xml.contains("saveto=\"annual_sales\""));
    }
}
