//! A document as one row of a table, under the API's own field names: what an export writes and an
//! import reads back.

use serde_json::Value;

/// Columns of a CSV export, for both tiers: those that a document does not have stay empty.
pub const COLUMNS: &[&str] = &[
    "id",
    "name",
    "registrations",
    "legal_form",
    "founded_year",
    "nib",
    "kbli",
    "sectors",
    "commodities",
    "products",
    "region",
    "region_name",
    "lon",
    "lat",
    "precision",
    "address",
    "owners",
    "owners.sex",
    "owners.phone",
    "workers.male",
    "workers.female",
    "workers.total",
    "women_led",
    "existence",
    "review",
    "publication",
    "sample",
    "updated_at",
];

/// The cells of a document, in the order of [`COLUMNS`]. `lon`, `lat` are the position that its
/// reader may see; they are written only where they are the enterprise's own, not its village's, so
/// that an import of the file does not take the one for the other.
pub fn cells(document: &Value, lon: f64, lat: f64) -> Vec<String> {
    let stands_for = &document["public_place"]["precision"];
    let own = document["point"].is_object() || stands_for == "exact";
    COLUMNS
        .iter()
        .map(|column| {
            let cell = match *column {
                "lon" | "lat" if !own => String::new(),
                "lon" => lon.to_string(),
                "lat" => lat.to_string(),
                "precision" if own => "exact".to_owned(),
                "precision" => text(stands_for),
                "registrations" => each(&document["registrations"], "kind"),
                "kbli" => kbli(&document["kbli"]),
                "products" => each(&document["products"], "name"),
                "owners" => text(&document["owners"][0]["name"]),
                "owners.sex" => text(&document["owners"][0]["sex"]),
                "owners.phone" => text(&document["owners"][0]["phone"]),
                "sectors" | "commodities" => each(&document[*column], ""),
                column => match column.split_once('.') {
                    Some((object, field)) => text(&document[object][field]),
                    None => text(&document[column]),
                },
            };
            neutralised(cell)
        })
        .collect()
}

/// `2020:15201`: a code means nothing without its edition.
fn kbli(list: &Value) -> String {
    let one = |kbli: &Value| format!("{}:{}", text(&kbli["edition"]), text(&kbli["code"]));
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn each(list: &Value, field: &str) -> String {
    let one = |value: &Value| if field.is_empty() { text(value) } else { text(&value[field]) };
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A spreadsheet would run a cell that begins like a formula: an apostrophe makes it text. Plain
/// numbers stay.
fn neutralised(cell: String) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t']) && cell.parse::<f64>().is_err();
    if risky { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_made_text_and_a_number_is_not() {
        assert_eq!(neutralised("=1+1".into()), "'=1+1");
        assert_eq!(neutralised("+628123".into()), "+628123");
        assert_eq!(neutralised("@x".into()), "'@x");
        assert_eq!(neutralised("-7.5".into()), "-7.5");
    }

    #[test]
    fn lists_and_nested_fields_are_flattened() {
        let document = serde_json::json!({"name": "Sari", "point": {}, "registrations": [{"kind": "ikm"}, {"kind": "ukm"}], "workers": {"male": 2}});
        let cells = cells(&document, 112.5, -7.25);
        let cell = |name: &str| {
            cells[COLUMNS.iter().position(|column| *column == name).expect("a column")].as_str()
        };
        assert_eq!(
            (cell("registrations"), cell("workers.male"), cell("lon"), cell("nib")),
            ("ikm; ukm", "2", "112.5", "")
        );
    }
}
