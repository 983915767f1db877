//! From a row of cells to a draft and its restricted values, with a message for whatever could not
//! be taken as it stood. Nothing is guessed in silence.

mod goods;
mod market;
mod people;
pub mod place;
mod spot;
mod worth;

use chrono::NaiveDate;
use uuid::Uuid;

use self::place::Places;
use super::mapping::{ColumnMapping, Field, Mapping};
use super::sheet::{Cell, RowCells, column_letters, one_line};
use super::values::{self, dates};
use crate::domain::cell_fault::CellFault;
use crate::domain::codes::Kind;
use crate::domain::enterprise::{Draft, Registration, Workers};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::reference::Reference;
use crate::domain::region::RegionCode;
use crate::domain::restricted::{Restricted, without_national_ids};
use crate::domain::text::tidy_case;

/// Longest value that a message repeats.
const SHOWN: usize = 120;

/// A message about a cell: the fault, and the value as it stood there.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub fault: FieldFault,
    /// As `F`, where a column is to blame and the file has such.
    pub column: Option<usize>,
    /// Never of the restricted tier.
    pub value: String,
    /// What to write instead, where that is known.
    pub suggestion: Option<String>,
}

/// What is known of a sheet beside its rows.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The regency that it is about.
    pub regency: Option<RegionCode>,
    /// The district that the whole sheet is of.
    pub district: Option<RegionCode>,
    /// On whose list its rows stand, where no column says.
    pub kind: Option<Kind>,
    /// The year that the list is of.
    pub year: Option<i32>,
    pub today: Option<NaiveDate>,
}

/// A row understood as far as it goes; whether the draft will do is for the registry's rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Understood {
    pub draft: Draft,
    pub restricted: Restricted,
    pub messages: Vec<Message>,
    /// Which record it says that it is of.
    pub record: RecordId,
    /// The region could not be settled but might be, if the list's regency were known.
    pub ambiguous: bool,
}

/// Which record a row says that it is of, by the registry's own id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordId {
    #[default]
    Unstated,
    Stated(Uuid),
    /// Something stands there that is no id.
    Unreadable,
}

/// Reads the rows of one sheet, each as the sheet's mapping says.
pub struct Reader<'a> {
    mapping: &'a Mapping,
    /// The columns of each field, as places in the sheet and in the mapping.
    fields: Vec<(Field, Vec<(usize, usize)>)>,
    width: usize,
    reference: &'a Reference,
    pub context: Context,
    places: Places<'a>,
}

impl<'a> Reader<'a> {
    /// `columns` are the places of the mapping's columns in the sheet.
    pub fn of(
        mapping: &'a Mapping,
        columns: impl Iterator<Item = usize>,
        reference: &'a Reference,
        context: Context,
    ) -> Self {
        let mut fields: Vec<(Field, Vec<(usize, usize)>)> = Vec::new();
        let mut width = 0;
        for (place, column) in columns.enumerate() {
            width = width.max(column + 1);
            let Some(field) = mapping.columns.get(place).and_then(|column| column.field) else {
                continue;
            };
            match fields.iter_mut().find(|(known, _)| *known == field) {
                Some((_, columns)) => columns.push((column, place)),
                None => fields.push((field, vec![(column, place)])),
            }
        }
        let places = Places::of(&reference.gazetteer);
        Self { mapping, fields, width, reference, context, places }
    }

    /// Makes a draft of a row, which may stand under a section's heading.
    pub fn read(&mut self, row: &RowCells, section: Option<&RegionCode>) -> Understood {
        let mut cells = vec![Cell::default(); self.width];
        for (column, cell) in row.iter() {
            if let Some(place) = cells.get_mut(column).filter(|_| !values::is_blank(cell.text)) {
                *place = cell;
            }
        }
        let mut places = std::mem::replace(&mut self.places, Places::of(&self.reference.gazetteer));
        let mut reading = Reading {
            reader: self,
            cells: &cells,
            messages: Vec::new(),
            restricted: Restricted::default(),
        };
        let record = reading.record();
        let (draft, ambiguous) = reading.draft(&mut places, section);
        let Reading { messages, restricted, .. } = reading;
        self.places = places;
        Understood { draft, restricted, messages, record, ambiguous }
    }
}

/// One row in the making.
struct Reading<'a, 'r> {
    reader: &'a Reader<'r>,
    cells: &'a [Cell<'a>],
    messages: Vec<Message>,
    restricted: Restricted,
}

impl<'a> Reading<'a, '_> {
    fn draft(&mut self, places: &mut Places, section: Option<&RegionCode>) -> (Draft, bool) {
        let owners = self.owners();
        let name = self.name(owners.first().map(|owner| owner.name.as_str()));
        let point = self.point();
        let products = self.products();
        let kbli = self.kbli();
        let commodities = self.commodities(&products);
        let sectors = self.sectors(&commodities, &kbli);
        let (region, ambiguous) = self.region(point.as_ref(), places, section);
        self.people(&owners);
        self.worth(products.first().map(|product| product.name.as_str()));
        let draft = Draft {
            name,
            registrations: self.registrations(),
            legal_form: self.coded(Field::LegalForm, values::legal_form, |value| {
                CellFault::LegalFormUnknown { value }
            }),
            founded_year: self.founded_year(),
            nib: self.nib(),
            kbli,
            sectors,
            commodities,
            products,
            region,
            point,
            address: self.address(),
            owners,
            workers: self.workers(),
            certificates: self.certificates(),
            channels: self.channels(),
            ..Draft::default()
        };
        for &(column, place) in self.columns(Field::RestrictedOther) {
            if !self.cells[column].text.is_empty() {
                self.say_at(
                    Some((column, place)),
                    Field::RestrictedOther,
                    Fault::RestrictedNotStored,
                );
                break;
            }
        }
        (draft, ambiguous)
    }

    fn record(&mut self) -> RecordId {
        let Some(text) = self.text(Field::Id) else { return RecordId::Unstated };
        match text.parse() {
            Ok(id) => RecordId::Stated(id),
            Err(_) => {
                self.say(Field::Id, CellFault::RecordIdUnreadable { value: shown(text) });
                RecordId::Unreadable
            }
        }
    }

    /// The columns of a field.
    fn columns(&self, field: Field) -> &'a [(usize, usize)] {
        let known = self.reader.fields.iter().find(|(known, _)| *known == field);
        known.map_or(&[], |(_, columns)| columns)
    }

    /// The first cell of a field that says something, with its place.
    fn at(&self, field: Field) -> Option<((usize, usize), Cell<'a>)> {
        let (_, columns) = self.reader.fields.iter().find(|(known, _)| *known == field)?;
        let mut found =
            columns.iter().map(|&(column, place)| ((column, place), self.cells[column]));
        found.find(|(_, cell)| !cell.text.is_empty())
    }

    fn cell(&self, field: Field) -> Option<Cell<'a>> {
        self.at(field).map(|(_, cell)| cell)
    }

    fn text(&self, field: Field) -> Option<&'a str> {
        self.cell(field).map(|cell| cell.text)
    }

    fn head(&self, field: Field) -> Option<&'a ColumnMapping> {
        let (_, place) = self.at(field)?.0;
        self.reader.mapping.columns.get(place)
    }

    /// Says something about a field, with the header it has in the file.
    fn say(&mut self, field: Field, fault: impl Into<Fault>) {
        let columns = self.columns(field);
        let at = self.at(field).map(|(at, _)| at).or_else(|| columns.first().copied());
        self.say_at(at, field, fault);
    }

    fn say_at(&mut self, at: Option<(usize, usize)>, field: Field, fault: impl Into<Fault>) {
        self.suggest(at, field, fault.into(), None);
    }

    fn suggest(
        &mut self,
        at: Option<(usize, usize)>,
        field: Field,
        fault: Fault,
        suggestion: Option<String>,
    ) {
        let head = at.and_then(|(_, place)| self.reader.mapping.columns.get(place));
        let header = match head {
            Some(head) if !head.header.is_empty() => head.header.clone(),
            Some(head) => head.column.clone(),
            None => field.name().to_owned(),
        };
        let text = at.map_or("", |(column, _)| self.cells[column].text);
        let value = if field.is_restricted() {
            "*".repeat(text.chars().count().min(16))
        } else {
            let short: String = one_line(text).chars().take(SHOWN).collect();
            without_national_ids(&short).unwrap_or(short)
        };
        let fault = FieldFault::new(header, fault);
        self.messages.push(Message {
            fault,
            column: at.map(|(column, _)| column),
            value,
            suggestion,
        });
    }

    /// A cell of a closed set; what is none of it is told.
    fn coded<T>(
        &mut self,
        field: Field,
        read: impl Fn(&str) -> Option<T>,
        fault: impl Fn(String) -> CellFault,
    ) -> Option<T> {
        let text = self.text(field)?;
        let found = read(text);
        if found.is_none() {
            self.say(field, fault(shown(text)));
        }
        found
    }

    fn name(&mut self, owner: Option<&str>) -> String {
        match (self.text(Field::Name), owner) {
            (Some(name), _) => tidy_case(name),
            (None, Some(owner)) => {
                self.say(Field::Name, Fault::NameFromOwner);
                owner.to_owned()
            }
            (None, None) => String::new(),
        }
    }

    fn registrations(&mut self) -> Vec<Registration> {
        let stated = self.text(Field::Kind).map(values::kinds).unwrap_or_default();
        let kinds =
            if stated.is_empty() { self.reader.context.kind.into_iter().collect() } else { stated };
        let since = self.cell(Field::RegisteredOn).and_then(|cell| {
            let day =
                dates::month(cell).or_else(|| dates::date(cell, self.reader.context.today).ok());
            day.filter(|day| self.reader.context.today.is_none_or(|today| *day <= today))
        });
        if since.is_none()
            && let Some(text) = self.text(Field::RegisteredOn)
            && values::year(text).is_none()
        {
            self.say(Field::RegisteredOn, CellFault::DateUnreadable { value: shown(text) });
        }
        let registration =
            |kind| Registration { kind, office: None, number: None, since, until: None };
        kinds.into_iter().map(registration).collect()
    }

    fn founded_year(&mut self) -> Option<i32> {
        let cell = self.cell(Field::FoundedYear)?;
        let of_date = || dates::date(cell, self.reader.context.today).ok();
        let year = values::year(cell.text).or_else(|| {
            use chrono::Datelike;
            of_date().map(|date| date.year())
        });
        let possible = |year: &i32| {
            use chrono::Datelike;
            self.reader.context.today.is_none_or(|today| *year <= today.year())
        };
        let year = year.filter(possible);
        if year.is_none() {
            self.say(Field::FoundedYear, CellFault::YearUnreadable { value: shown(cell.text) });
        }
        year
    }

    fn address(&self) -> Option<String> {
        let fields = [Field::Address, Field::AddressDetail];
        let mut columns: Vec<(usize, usize)> =
            fields.iter().flat_map(|field| self.columns(*field)).copied().collect();
        columns.sort_unstable();
        let mut parts: Vec<String> = Vec::new();
        for (column, place) in columns {
            let text = self.cells[column].text;
            let header = self.reader.mapping.columns.get(place).map_or("", |head| &head.header);
            let bare = text.bytes().all(|byte| byte.is_ascii_digit());
            // A number alone says nothing without its header: RT, RW.
            let part =
                if bare && header.len() <= 8 { format!("{header} {text}") } else { one_line(text) };
            if !text.is_empty() && !parts.contains(&part) {
                parts.push(part);
            }
        }
        (!parts.is_empty()).then(|| tidy_case(&parts.join(", ")))
    }

    fn workers(&mut self) -> Option<Workers> {
        let [male, female, total] = [Field::WorkersMale, Field::WorkersFemale, Field::WorkersTotal]
            .map(|field| {
                self.coded(field, values::count, |value| CellFault::CountUnreadable { value })
            });
        let total = total.filter(|_| male.is_none() || female.is_none());
        let known = male.is_some() || female.is_some() || total.is_some();
        known.then_some(Workers { male, female, total, on: None })
    }
}

/// A value as a message repeats it.
fn shown(text: &str) -> String {
    let short: String = one_line(text).chars().take(SHOWN).collect();
    without_national_ids(&short).unwrap_or(short)
}

/// Where a message's cell is: `F12`.
pub fn address_of(column: usize, row: usize) -> String {
    format!("{}{row}", column_letters(column))
}
