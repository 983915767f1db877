//! The questionnaire of a campaign: which of the registry's fields are asked, in which order and
//! words, and questions of its own. A version never changes: phones hold it for weeks.

mod fields;
mod lists;
mod write;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::codes::code_set;
use super::fault::{Fault, FieldFault};

pub use fields::{Answer, FIELDS, Field, PRODUCT_PARTS, field, known};
pub use lists::{Choice, List};
pub use write::{Answers, Interview, write};

/// Most sections, questions of all of them, and choices of one.
const MAX_SECTIONS: usize = 30;
const MAX_QUESTIONS: usize = 200;
const MAX_CHOICES: usize = 100;
const MAX_TEXT: usize = 500;
/// Names that the form uses itself.
const TAKEN: &[&str] = &[
    "start",
    "end",
    "deviceid",
    "meta",
    "visit",
    "village",
    "kind",
    "enterprise",
    "outcome",
    "note",
    "products",
    "new_id",
    "keep_products",
    "known_products",
];

/// A version of a questionnaire as written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireDraft {
    /// Small letters, digits and strokes; the same again makes the next version.
    #[schema(example = "pemetaan-ikm")]
    pub form_id: String,
    #[schema(example = "Pemetaan IKM 2026")]
    pub title: String,
    pub sections: Vec<Section>,
}

/// Questions that stand together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub title: String,
    pub questions: Vec<Question>,
}

/// A question: of a field of the registry (`field`), or of its own (`name` and `type`).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// One of `/questionnaire-fields`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "owner_phone")]
    pub field: Option<String>,
    /// Of a question of its own: small letters, digits and `_`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<QuestionType>,
    /// In place of the registry's own words; a must where there is a `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    #[serde(default)]
    pub required: bool,
    /// Of `select_one` and `select_many`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<OwnChoice>,
    /// Of `integer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<i64>,
    /// Asked only where an earlier answer is one of these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only_if: Option<OnlyIf>,
}

/// A condition on an earlier question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnlyIf {
    /// Its `field` or `name`.
    pub question: String,
    /// Codes; one of them has to be chosen.
    pub is: Vec<String>,
}

/// A choice of a question of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OwnChoice {
    /// Small letters, digits and `_`.
    pub code: String,
    pub label: String,
}

code_set! {
    /// What a question of its own takes for an answer.
    pub enum QuestionType {
        Text,
        Integer,
        YesNo,
        SelectOne,
        SelectMany,
    }
}

impl Question {
    /// What it is called in the form.
    pub fn name(&self) -> &str {
        self.field.as_deref().or(self.name.as_deref()).unwrap_or_default()
    }
}

impl QuestionnaireDraft {
    /// All questions in their order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|section| &section.questions)
    }

    /// All that is wrong with it, by path: what passes makes a form that every phone takes.
    pub fn faults(&self) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        let code = |text: &str, extra: char| {
            let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == extra;
            text.starts_with(|c: char| c.is_ascii_lowercase())
                && text.len() <= 60
                && text.chars().all(fine)
        };
        if !code(&self.form_id, '-') {
            faults.push(unreadable("form_id", "huruf kecil, angka dan -"));
        }
        text_faults("title", &self.title, &mut faults);
        if self.sections.is_empty() {
            faults.push(FieldFault::new("sections", Fault::Required));
        }
        if self.sections.len() > MAX_SECTIONS {
            faults.push(FieldFault::new("sections", Fault::TooMany { max: MAX_SECTIONS }));
        }
        if self.questions().count() > MAX_QUESTIONS {
            faults.push(FieldFault::new("sections", Fault::TooMany { max: MAX_QUESTIONS }));
        }
        let mut earlier: HashMap<&str, Vec<String>> = HashMap::new();
        for (place, section) in self.sections.iter().enumerate() {
            let at = format!("sections[{place}]");
            text_faults(&format!("{at}.title"), &section.title, &mut faults);
            if section.questions.is_empty() {
                faults.push(FieldFault::new(format!("{at}.questions"), Fault::Required));
            }
            for (number, question) in section.questions.iter().enumerate() {
                let at = format!("{at}.questions[{number}]");
                question_faults(&at, question, &code, &earlier, &mut faults);
                let name = question.name();
                if earlier.insert(name, codes_of(question)).is_some() {
                    let fault = Fault::UnknownCode { value: name.into(), allowed: String::new() };
                    let fault = if name.is_empty() { fault } else { Fault::Ambiguous };
                    faults.push(FieldFault::new(at, fault));
                }
            }
        }
        for must in ["name", "sector"] {
            if !earlier.contains_key(must) {
                let with = if must == "name" { "field: name" } else { "field: sector" };
                faults.push(FieldFault::new("sections", Fault::Together { with }));
            }
        }
        faults
    }
}

/// The codes that an answer may have, where they are a closed set.
fn codes_of(question: &Question) -> Vec<String> {
    match (question.field.as_deref().and_then(field), question.kind) {
        (Some(field), _) => match field.answer {
            Answer::One(list) | Answer::Many(list) => list.codes(),
            _ => Vec::new(),
        },
        (None, Some(QuestionType::YesNo)) => vec!["ya".into(), "tidak".into()],
        _ => question.choices.iter().map(|choice| choice.code.clone()).collect(),
    }
}

fn question_faults(
    at: &str,
    question: &Question,
    code: &impl Fn(&str, char) -> bool,
    earlier: &HashMap<&str, Vec<String>>,
    faults: &mut Vec<FieldFault>,
) {
    let mut fault = |name: &str, fault| faults.push(FieldFault::new(format!("{at}.{name}"), fault));
    let unknown = |value: &str, allowed: &[&str]| Fault::UnknownCode {
        value: value.to_owned(),
        allowed: allowed.join(", "),
    };
    match (&question.field, &question.name) {
        (Some(name), None) => {
            if field(name).is_none() {
                let known: Vec<&str> = FIELDS.iter().map(|field| field.code).collect();
                fault("field", unknown(name, &known));
            }
            if question.kind.is_some() {
                fault("type", Fault::UnknownField);
            }
        }
        (None, Some(name)) => {
            if !code(name, '_') {
                fault("name", malformed(name));
            }
            if field(name).is_some() || TAKEN.contains(&name.as_str()) {
                fault("name", Fault::Ambiguous);
            }
            if question.kind.is_none() {
                fault("type", Fault::Required);
            }
            if question.label.is_none() {
                fault("label", Fault::Required);
            }
        }
        (None, None) => fault("field", Fault::Required),
        (Some(_), Some(_)) => fault("name", Fault::Together { with: "type" }),
    }
    let chooses = matches!(question.kind, Some(QuestionType::SelectOne | QuestionType::SelectMany));
    if chooses && question.choices.len() < 2 {
        fault("choices", Fault::Required);
    }
    if !chooses && !question.choices.is_empty() {
        fault("choices", Fault::UnknownField);
    }
    if question.choices.len() > MAX_CHOICES {
        fault("choices", Fault::TooMany { max: MAX_CHOICES });
    }
    for (place, choice) in question.choices.iter().enumerate() {
        if !code(&choice.code, '_') {
            fault(&format!("choices[{place}].code"), malformed(&choice.code));
        }
        if let Some(first) =
            question.choices[..place].iter().position(|other| other.code == choice.code)
        {
            let value = choice.code.clone();
            fault(&format!("choices[{place}].code"), Fault::Repeated { value, first: first + 1 });
        }
    }
    if (question.min.is_some() || question.max.is_some())
        && question.kind != Some(QuestionType::Integer)
    {
        fault(if question.min.is_some() { "min" } else { "max" }, Fault::UnknownField);
    }
    if let (Some(min), Some(max)) = (question.min, question.max)
        && min > max
    {
        let (value, min) = (max.to_string(), min.to_string());
        fault("max", Fault::OutOfRange { value, min, max: "…".into() });
    }
    if let Some(only_if) = &question.only_if {
        match earlier.get(only_if.question.as_str()) {
            // One that comes later, or is not there, or has no codes to choose from.
            None => fault("only_if.question", unknown(&only_if.question, &[])),
            Some(codes) if codes.is_empty() => {
                fault("only_if.question", unknown(&only_if.question, &[]));
            }
            Some(codes) => {
                let known: Vec<&str> = codes.iter().map(String::as_str).collect();
                for (place, value) in only_if.is.iter().enumerate() {
                    if !known.contains(&value.as_str()) {
                        fault(&format!("only_if.is[{place}]"), unknown(value, &known));
                    }
                }
            }
        }
        if only_if.is.is_empty() {
            fault("only_if.is", Fault::Required);
        }
    }
    let texts = [("label", &question.label), ("hint", &question.hint)];
    for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
        text_faults(&format!("{at}.{name}"), text, faults);
    }
    for (place, choice) in question.choices.iter().enumerate() {
        text_faults(&format!("{at}.choices[{place}].label"), &choice.label, faults);
    }
}

fn malformed(value: &str) -> Fault {
    Fault::Unreadable { message: format!("\"{value}\": a-z, 0-9, _") }
}

fn unreadable(field: &str, message: &str) -> FieldFault {
    FieldFault::new(field, Fault::Unreadable { message: message.to_owned() })
}

fn text_faults(field: &str, text: &str, faults: &mut Vec<FieldFault>) {
    let odd = |c: char| c.is_control() && c != '\n';
    if text.trim().is_empty() {
        faults.push(FieldFault::new(field, Fault::Required));
    } else if text.chars().count() > MAX_TEXT {
        faults.push(FieldFault::new(field, Fault::TooLong { max: MAX_TEXT }));
    } else if text.chars().any(odd) {
        faults.push(unreadable(field, "U+0000 – U+001F"));
    } else if text.contains("${") {
        // Phones would put an answer there, and stop where it is the question's own.
        faults.push(unreadable(field, "${"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(questions: &serde_json::Value) -> QuestionnaireDraft {
        serde_json::from_value(serde_json::json!({
            "form_id": "uji", "title": "Uji",
            "sections": [{"title": "Usaha", "questions": questions}]
        }))
        .expect("a questionnaire")
    }

    fn told(draft: &QuestionnaireDraft) -> Vec<String> {
        draft.faults().into_iter().map(|found| found.field).collect()
    }

    #[test]
    fn a_questionnaire_of_fields_and_own_questions_has_no_fault() {
        let draft = draft(&serde_json::json!([
            {"field": "name", "required": true},
            {"field": "sector", "required": true},
            {"name": "listrik", "type": "yes_no", "label": "Ada listrik?"},
            {"name": "daya", "type": "integer", "label": "Daya (VA)", "min": 0, "max": 100_000,
             "only_if": {"question": "listrik", "is": ["ya"]}}
        ]));
        assert_eq!(told(&draft), Vec::<String>::new());
    }

    #[test]
    fn what_no_phone_would_take_is_refused_by_its_path() {
        let draft = draft(&serde_json::json!([
            {"field": "name"},
            {"field": "nama"},
            {"name": "Daya!", "type": "integer", "label": "Daya", "min": 5, "max": 1},
            {"name": "village", "type": "text", "label": "Desa"},
            {"name": "a", "type": "select_one", "label": " "},
            {"name": "b", "type": "text", "label": "B", "only_if": {"question": "c", "is": ["x"]}},
            {"name": "c", "type": "select_one", "label": "C",
             "choices": [{"code": "x", "label": "X"}, {"code": "x", "label": "Y"}]},
            {"name": "c", "type": "text", "label": "Lagi"},
            {"name": "d", "type": "text", "label": "Alamat ${d}"}
        ]));
        let q = |rest: &str| format!("sections[0].questions{rest}");
        assert_eq!(
            told(&draft),
            [
                q("[1].field"),
                q("[2].name"),
                q("[2].max"),
                q("[3].name"),
                q("[4].choices"),
                q("[4].label"),
                q("[5].only_if.question"),
                q("[6].choices[1].code"),
                q("[7]"),
                q("[8].label"),
                "sections".into(),
            ]
        );
    }
}
