//! Code lists as agencies hand them out: CSV with a few columns that are known by their names.
//! They are taken whole or not at all, so every fault is told.

use std::collections::HashMap;

use super::sheet::delimited;
use crate::domain::fault::{Expected, Fault, FieldFault};
use crate::domain::kbli::is_code;
use crate::domain::region::RegionCode;
use crate::domain::text::squash;

const CODE: &[&str] = &["code", "kode", "kodekbli", "kbli", "kdkbli"];
const TITLE: &[&str] =
    &["title", "judul", "uraian", "judulkbli", "uraiankbli", "nama", "deskripsi"];
const EDITION: &[&str] = &["version", "versi", "edition", "edisi", "tahun"];
const FROM: &[&str] = &["from", "dari", "asal", "old", "lama"];
const TO: &[&str] = &["to", "ke", "menjadi", "new", "baru"];

/// A list's rows below its header: the line of each, and the cells that were asked for.
struct List {
    rows: Vec<(usize, Vec<String>)>,
}

/// Reads the columns that are named; the header is the first line that has all but the optional
/// ones, which stand last and are empty where they are not there.
fn read(bytes: &[u8], columns: &[Vec<String>], optional: usize) -> Result<List, Vec<FieldFault>> {
    let unreadable = |message: String| vec![FieldFault::new("file", Fault::Unreadable { message })];
    let rows = delimited::rows(bytes).map_err(|error| unreadable(error.to_string()))?;
    let places = |cells: &[String]| -> Vec<Option<usize>> {
        let place =
            |names: &Vec<String>| cells.iter().position(|cell| names.contains(&squash(cell)));
        columns.iter().map(place).collect()
    };
    let whole =
        |found: &[Option<usize>]| found[..columns.len() - optional].iter().all(Option::is_some);
    let header = rows.iter().position(|(_, cells)| whole(&places(cells))).ok_or_else(|| {
        let names = columns.iter().filter_map(|names| names.first().cloned());
        unreadable(format!("no columns {}", names.collect::<Vec<_>>().join(", ")))
    })?;
    let places = places(&rows[header].1);
    let cell = |cells: &[String], place: &Option<usize>| {
        let text = place.and_then(|place| cells.get(place)).map_or("", String::as_str);
        text.split_whitespace().collect::<Vec<_>>().join(" ").trim_start_matches('\'').to_owned()
    };
    let rows = rows[header + 1..]
        .iter()
        .map(|(line, cells)| (*line, places.iter().map(|place| cell(cells, place)).collect()))
        .filter(|(_, cells): &(usize, Vec<String>)| cells.iter().any(|cell| !cell.is_empty()))
        .collect();
    Ok(List { rows })
}

fn names(known: &[&str]) -> Vec<String> {
    known.iter().map(|&name| name.to_owned()).collect()
}

/// `from`, `dari` and the like, and the edition itself: `2020`, `kbli2020`, `kode2020`.
fn names_of_edition(known: &[&str], edition: &str) -> Vec<String> {
    let edition = squash(edition);
    let more = ["", "kbli", "kode", "kodekbli", "code"].map(|before| format!("{before}{edition}"));
    names(known).into_iter().chain(more).collect()
}

/// Collects what was read, or all faults.
struct Collected<T> {
    items: Vec<T>,
    first: HashMap<String, usize>,
    faults: Vec<FieldFault>,
}

impl<T> Collected<T> {
    fn new() -> Self {
        Self { items: Vec::new(), first: HashMap::new(), faults: Vec::new() }
    }

    fn fault(&mut self, line: usize, fault: Fault) {
        self.faults.push(FieldFault::new(format!("line {line}"), fault));
    }

    /// Keeps an item whose key is new.
    fn add(&mut self, line: usize, key: String, item: T) {
        match self.first.get(&key) {
            Some(&first) => self.fault(line, Fault::Repeated { value: key, first }),
            None => {
                self.first.insert(key, line);
                self.items.push(item);
            }
        }
    }

    fn finish(mut self) -> Result<Vec<T>, Vec<FieldFault>> {
        if self.items.is_empty() && self.faults.is_empty() {
            self.faults.push(FieldFault::new("file", Fault::Required));
        }
        if self.faults.is_empty() { Ok(self.items) } else { Err(self.faults) }
    }
}

/// Codes and titles of an edition of the classification. Sections (a letter) and rows that say they
/// are of another edition are left out.
///
/// # Errors
/// All that is wrong, by line.
pub fn kbli(bytes: &[u8], edition: &str) -> Result<Vec<(String, String)>, Vec<FieldFault>> {
    let list = read(bytes, &[names(CODE), names(TITLE), names(EDITION)], 1)?;
    let mut collected = Collected::new();
    for (line, cells) in list.rows {
        let [code, title, of] = cells.as_slice() else { continue };
        let section = code.len() == 1 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        if section || !(of.is_empty() || squash(of).ends_with(&squash(edition))) {
            continue;
        }
        if !is_code(code) {
            let (value, expected) = (code.clone(), Expected::Kbli);
            collected.fault(line, Fault::Malformed { value, expected });
        } else if title.is_empty() {
            collected.fault(line, Fault::Required);
        } else {
            collected.add(line, code.clone(), (code.clone(), title.clone()));
        }
    }
    collected.finish()
}

/// Pairs of codes of two editions: each code any number of times, each pair once.
///
/// # Errors
/// All that is wrong, by line.
pub fn concordance(
    bytes: &[u8],
    from: &str,
    to: &str,
) -> Result<Vec<(String, String)>, Vec<FieldFault>> {
    let list = read(bytes, &[names_of_edition(FROM, from), names_of_edition(TO, to)], 0)?;
    let mut collected = Collected::new();
    for (line, cells) in list.rows {
        let [from, to] = cells.as_slice() else { continue };
        match [from, to].into_iter().find(|code| !is_code(code)) {
            Some(code) => {
                let (value, expected) = (code.clone(), Expected::Kbli);
                collected.fault(line, Fault::Malformed { value, expected });
            }
            None => collected.add(line, format!("{from} {to}"), (from.clone(), to.clone())),
        }
    }
    collected.finish()
}

/// Pairs of region codes, old and new: each old one once.
///
/// # Errors
/// All that is wrong, by line.
pub fn mapping(bytes: &[u8]) -> Result<Vec<(usize, RegionCode, RegionCode)>, Vec<FieldFault>> {
    let more = |known: &[&str]| {
        let coded = known.iter().flat_map(|name| [format!("kode{name}"), format!("{name}code")]);
        names(known).into_iter().chain(coded).collect::<Vec<String>>()
    };
    let (old, new) = (["old", "lama", "from", "dari"], ["new", "baru", "to", "menjadi"]);
    let list = read(bytes, &[more(&old), more(&new)], 0)?;
    let mut collected = Collected::new();
    for (line, cells) in list.rows {
        let [old, new] = cells.as_slice() else { continue };
        match (RegionCode::from_digits(old), RegionCode::from_digits(new)) {
            (Some(old), Some(new)) => collected.add(line, old.to_string(), (line, old, new)),
            (known, _) => {
                let value = if known.is_none() { old } else { new }.clone();
                let expected = Expected::RegionCode;
                collected.fault(line, Fault::Malformed { value, expected });
            }
        }
    }
    collected.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(faults: &[FieldFault]) -> Vec<(&str, &'static str)> {
        faults.iter().map(|found| (found.field.as_str(), found.fault.code())).collect()
    }

    fn pairs(items: &[(&str, &str)]) -> Vec<(String, String)> {
        items.iter().map(|&(a, b)| (a.to_owned(), b.to_owned())).collect()
    }

    #[test]
    fn sections_and_other_editions_are_left_out() {
        let list = "KBLI\nversi;Kode;Tingkat;Judul\n2020;C;x;Industri\n2020;10;x;Makanan\n\
            2025;10;x;Makanan baru\n2025;'1010;x;Daging\n";
        let found = kbli(list.as_bytes(), "2025").expect("codes");
        assert_eq!(found, pairs(&[("10", "Makanan baru"), ("1010", "Daging")]));
    }

    #[test]
    fn every_line_that_is_wrong_is_told() {
        let faults = kbli(b"kode,uraian\n10,Makanan\n1x,X\n11,\n10,Lagi\n", "2025");
        let faults = faults.expect_err("faults");
        let expected = [("line 3", "malformed"), ("line 4", "required"), ("line 5", "repeated")];
        assert_eq!(told(&faults), expected);
        let no_header = kbli(b"a,b\n10,Makanan\n", "2025").expect_err("no header");
        assert_eq!(told(&no_header), [("file", "unreadable")]);
        let empty = kbli(b"kode,judul\n", "2025").expect_err("nothing");
        assert_eq!(told(&empty), [("file", "required")]);
    }

    #[test]
    fn a_concordance_is_many_to_many_and_may_name_its_editions() {
        let list = b"KBLI 2020,KBLI 2025\n15201,15201\n15201,15202\n15202,15202\n";
        let found = concordance(list, "2020", "2025").expect("pairs");
        let expected = [("15201", "15201"), ("15201", "15202"), ("15202", "15202")];
        assert_eq!(found, pairs(&expected));
        let faults = concordance(b"dari,ke\n15,16\n15,16\n15,x\n", "2020", "2025");
        let faults = faults.expect_err("faults");
        assert_eq!(told(&faults), [("line 3", "repeated"), ("line 4", "malformed")]);
    }

    #[test]
    fn a_mapping_takes_codes_with_and_without_dots_and_each_old_one_once() {
        let found = mapping(b"lama,baru\n3576011001,35.76.04.1001\n").expect("pairs");
        assert_eq!((found[0].1.as_str(), found[0].2.as_str()), ("35.76.01.1001", "35.76.04.1001"));
        let faults = mapping(b"old,new\n35.76,35.77\n35.76,35.78\n35.76.01,x\n");
        let faults = faults.expect_err("faults");
        assert_eq!(told(&faults), [("line 3", "repeated"), ("line 4", "malformed")]);
    }
}
