//! From a row of text to a draft, with a message for whatever could not be taken as it stood.

use crate::domain::codes::{self, PointMethod, Sector};
use crate::domain::enterprise::{
    Capacity, Draft, Kbli, Owner, Point, Product, Registration, Workers,
};
use crate::domain::fault::{Fault, FieldFault};
use crate::domain::quantity::parse;
use crate::domain::reference::{Commodity, Reference};
use crate::domain::region::RegionCode;
use crate::domain::text::{fold, squash, tidy_case};
use crate::domain::validate;

use super::columns::{Field, Mapping};
use super::place::{self, Stated};
use super::values;

/// KBLI edition of a code whose list does not say.
const KBLI_EDITION: &str = "2020";
/// Sector of a row that tells none.
const NO_SECTOR: &str = "aneka";

/// A message about a cell: the fault, and the value as it stood there.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    pub fault: FieldFault,
    pub value: String,
}

/// What is known of a whole file beside its rows.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The regency that the file is about.
    pub regency: Option<RegionCode>,
    /// On whose list its rows stand, where no column says.
    pub kind: Option<codes::Kind>,
}

/// A row understood as far as it goes; whether the draft will do is for the registry's rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Understood {
    pub draft: Draft,
    pub messages: Vec<Message>,
    /// The region could not be settled but might be, if the file's regency were known.
    pub ambiguous: bool,
}

/// Makes a draft of a row.
pub fn row(
    mapping: &Mapping,
    cells: &[String],
    reference: &Reference,
    context: &Context,
) -> Understood {
    let mut reading = Reading { mapping, cells, reference, messages: Vec::new() };
    let owners = reading.owners();
    let name = reading.name(&owners);
    let point = reading.point();
    let products = reading.products();
    let kbli = reading.kbli();
    let commodities = reading.commodities(&products);
    let sectors = reading.sectors(&commodities, &kbli);
    let (region, ambiguous) = reading.region(point.as_ref(), context);
    let draft = Draft {
        name,
        registrations: reading.registrations(context),
        legal_form: reading.text(Field::LegalForm).and_then(|cell| values::legal_form(&cell)),
        founded_year: reading.text(Field::FoundedYear).and_then(|cell| values::year(&cell)),
        nib: reading.nib(),
        kbli,
        sectors,
        commodities,
        products,
        region,
        point,
        address: reading.address(),
        owners,
        workers: reading.workers(),
        contact: None,
        consents: Vec::new(),
    };
    if let Some((header, cell)) = mapping.cell(Field::Restricted, cells) {
        let (field, value) = (header.to_owned(), "*".repeat(cell.chars().count().min(16)));
        reading
            .messages
            .push(Message { fault: FieldFault::new(field, Fault::RestrictedNotStored), value });
    }
    Understood { draft, messages: reading.messages, ambiguous }
}

struct Reading<'a> {
    mapping: &'a Mapping,
    cells: &'a [String],
    reference: &'a Reference,
    messages: Vec<Message>,
}

impl Reading<'_> {
    fn text(&self, field: Field) -> Option<String> {
        self.mapping.cell(field, self.cells).map(|(_, cell)| cell.to_owned())
    }

    /// Says something about a field, with the header it has in the file.
    fn say(&mut self, field: Field, fault: Fault) {
        let mut columns = self.mapping.columns().zip(self.cells);
        let column = columns.find(|((_, column), _)| *column == Some(field));
        let (header, value) = match column {
            Some(((header, _), cell)) => (header.to_owned(), cell.clone()),
            None => (field.name().to_owned(), String::new()),
        };
        self.messages.push(Message { fault: FieldFault::new(header, fault), value });
    }

    fn name(&mut self, owners: &[Owner]) -> String {
        match (self.text(Field::Name), owners.first()) {
            (Some(name), _) => tidy_case(&name),
            (None, Some(owner)) => {
                self.say(Field::Name, Fault::NameFromOwner);
                owner.name.clone()
            }
            (None, None) => String::new(),
        }
    }

    fn owners(&mut self) -> Vec<Owner> {
        let contact = self.text(Field::Contact);
        let is_number = |cell: &String| cell.chars().filter(char::is_ascii_digit).count() >= 6;
        let (number, person) = match contact {
            Some(cell) if is_number(&cell) => (Some(cell), None),
            other => (None, other),
        };
        let phone = self.phone(number);
        let email = self.text(Field::Email);
        let sex = self.text(Field::OwnerSex).and_then(|cell| values::sex(&cell));
        let Some(name) = self.text(Field::Owner).or(person) else {
            // Somebody can be reached, but nobody is named: the reach is not lost.
            let reachable = phone.is_some() || email.is_some();
            let unnamed = Owner { name: "Tidak disebut".into(), sex, phone, email };
            return if reachable { vec![unnamed] } else { Vec::new() };
        };
        vec![Owner { name: tidy_case(&name), sex, phone, email }]
    }

    fn phone(&mut self, number: Option<String>) -> Option<String> {
        let from = if number.is_some() { Field::Contact } else { Field::Phone };
        let cell = number.or_else(|| self.text(Field::Phone))?;
        let mut kept = None;
        // A whole cell that is one number with a stroke in it is tried first.
        let parts =
            if values::is_scientific(&cell) { vec![cell.as_str()] } else { values::phones(&cell) };
        for part in parts {
            match (values::phone(part), &kept) {
                (Ok(phone), None) => kept = Some(phone),
                (Ok(_), Some(_)) => self.say(from, Fault::ExtraValue { value: part.to_owned() }),
                (Err(fault), _) => self.say(from, fault),
            }
        }
        kept
    }

    fn registrations(&mut self, context: &Context) -> Vec<Registration> {
        let stated = self.text(Field::Kind).map(|cell| values::kinds(&cell)).unwrap_or_default();
        let kinds = if stated.is_empty() { context.kind.into_iter().collect() } else { stated };
        let registration =
            |kind| Registration { kind, office: None, number: None, since: None, until: None };
        kinds.into_iter().map(registration).collect()
    }

    fn nib(&mut self) -> Option<codes::Nib> {
        let cell = self.text(Field::Nib)?;
        values::nib(&cell).map_err(|fault| self.say(Field::Nib, fault)).ok()
    }

    fn kbli(&mut self) -> Vec<Kbli> {
        let codes = self.text(Field::Kbli).map(|cell| values::kbli(&cell)).unwrap_or_default();
        let kbli = |(place, (edition, code)): (usize, (Option<String>, String))| Kbli {
            edition: edition.unwrap_or_else(|| KBLI_EDITION.into()),
            code,
            main: place == 0,
        };
        codes.into_iter().enumerate().map(kbli).collect()
    }

    fn products(&mut self) -> Vec<Product> {
        let has_capacity = self.mapping.cell(Field::Capacity, self.cells).is_some();
        // A capacity without a product is the commodity's.
        let stated = self
            .text(Field::Product)
            .or_else(|| self.text(Field::Commodity).filter(|_| has_capacity));
        let names = stated.map(|cell| values::entries(&cell)).unwrap_or_default();
        if names.is_empty() && has_capacity {
            self.say(Field::Capacity, Fault::Together { with: Field::Product.name() });
        }
        let mut products = Vec::with_capacity(names.len());
        for name in names {
            let commodity = self.reference.commodity_in(&name);
            // A list gives one capacity: it is the first product's.
            let capacity = if products.is_empty() { self.capacity(commodity) } else { None };
            let commodity = commodity.map(|commodity| commodity.code.clone());
            products.push(Product { name: tidy_case(&name), commodity, capacity });
        }
        products
    }

    /// The capacity, as far as it is clear and fits the commodity; what is not clear is asked.
    fn capacity(&mut self, commodity: Option<&Commodity>) -> Option<Capacity> {
        let (header, quantity) = self.mapping.cell(Field::Capacity, self.cells)?;
        let unit = self.mapping.cell(Field::CapacityUnit, self.cells);
        let unit = unit.map_or("", |(_, cell)| cell);
        let value = format!("{quantity} {unit}").trim().to_owned();
        let reading = parse::capacity(parse::Stated { quantity, unit, header });
        for question in reading.questions {
            self.say(Field::Capacity, Fault::CapacityUnclear { value: value.clone(), question });
        }
        let capacity = reading.capacity?;
        let faults = validate::capacity_faults(&capacity, commodity);
        let fits = faults.is_empty();
        for (_, fault) in faults {
            self.say(Field::Capacity, fault);
        }
        fits.then_some(capacity)
    }

    fn commodities(&self, products: &[Product]) -> Vec<String> {
        let mut codes: Vec<String> = Vec::new();
        let stated =
            self.text(Field::Commodity).map(|cell| values::entries(&cell)).unwrap_or_default();
        let of_entry = |entry: &String| {
            let exact = self.reference.commodity(entry.trim());
            exact
                .or_else(|| self.reference.commodity_in(entry))
                .map(|commodity| commodity.code.clone())
        };
        codes.extend(stated.iter().filter_map(of_entry));
        codes.extend(products.iter().filter_map(|product| product.commodity.clone()));
        codes.extend(self.text(Field::ProductType).as_ref().and_then(of_entry));
        let mut seen = std::collections::HashSet::new();
        codes.retain(|code| seen.insert(code.clone()));
        codes
    }

    /// As stated; else of the commodities, else of the KBLI codes; else the row is asked about.
    fn sectors(&mut self, commodities: &[String], kbli: &[Kbli]) -> Vec<Sector> {
        let stated = self.text(Field::Sector);
        let cells: Vec<String> = stated.iter().flat_map(|cell| values::entries(cell)).collect();
        let mut sectors: Vec<Sector> = cells.iter().filter_map(|cell| sector(cell)).collect();
        if sectors.is_empty() {
            let of_commodity =
                |code: &String| self.reference.commodity(code).map(|commodity| commodity.sector);
            sectors.extend(commodities.iter().filter_map(of_commodity));
        }
        if sectors.is_empty() {
            sectors.extend(kbli.iter().filter_map(|kbli| Sector::from_kbli(&kbli.code)));
        }
        if sectors.is_empty() {
            let of_words =
                |cell: &String| self.reference.commodity_in(cell).map(|commodity| commodity.sector);
            sectors.extend(cells.iter().filter_map(of_words));
        }
        if sectors.is_empty() {
            let value = stated
                .or_else(|| self.text(Field::ProductType))
                .or_else(|| self.text(Field::Product));
            self.say(Field::Sector, Fault::SectorUnknown { value: value.unwrap_or_default() });
            sectors.extend(Sector::from_code(NO_SECTOR));
        }
        sectors
    }

    fn point(&mut self) -> Option<Point> {
        let (lon_cell, lat_cell) = (self.text(Field::Lon)?, self.text(Field::Lat)?);
        let value = format!("{lat_cell}, {lon_cell}");
        let (Some(mut lon), Some(mut lat)) =
            (values::degrees(&lon_cell), values::degrees(&lat_cell))
        else {
            self.say(Field::Lat, Fault::PointUnusable { value });
            return None;
        };
        // Nowhere in Indonesia is a latitude beyond 12 degrees or a longitude below 90.
        if lat.abs() > 90.0 && lon.abs() < 12.0 {
            std::mem::swap(&mut lon, &mut lat);
            self.say(Field::Lat, Fault::PointSwapped);
        }
        let usable = (lon, lat) != (0.0, 0.0) && lon.abs() <= 180.0 && lat.abs() <= 85.0;
        if !usable {
            self.say(Field::Lat, Fault::PointUnusable { value });
            return None;
        }
        Some(Point { lon, lat, accuracy_m: None, method: PointMethod::Map })
    }

    fn region(&mut self, point: Option<&Point>, context: &Context) -> (Option<RegionCode>, bool) {
        let stated = Stated {
            code: self.text(Field::Region),
            village: self.text(Field::Village),
            district: self.text(Field::District),
            regency: self.text(Field::Regency),
            point: point.map(|point| (point.lon, point.lat)),
        };
        let found = place::find(&stated, &self.reference.gazetteer, context.regency.as_ref());
        let ambiguous =
            found.messages.iter().any(|(_, fault)| matches!(fault, Fault::RegionAmbiguous { .. }));
        for (field, fault) in found.messages {
            self.say(field, fault);
        }
        self.check_point(found.region.as_ref(), point);
        (found.region, ambiguous)
    }

    /// Says where the point disagrees with the region that is stated.
    fn check_point(&mut self, region: Option<&RegionCode>, point: Option<&Point>) {
        let Some(point) = point else { return };
        let gazetteer = &self.reference.gazetteer;
        let Some(located) = gazetteer.locate(point.lon, point.lat) else {
            self.say(Field::Lat, Fault::PointOutsideProvince { lon: point.lon, lat: point.lat });
            return;
        };
        let Some(region) = region else { return };
        let (found, approximate) = match located.district {
            _ if !located.regency.contains(region) => (located.regency, false),
            Some(district)
                if !district.code.contains(region) && !region.contains(&district.code) =>
            {
                (district.code, district.approximate)
            }
            _ => return,
        };
        let stated = gazetteer.full_name(region);
        let fault =
            Fault::PointElsewhere { stated, found: gazetteer.full_name(&found), approximate };
        self.say(Field::District, fault);
    }

    fn address(&self) -> Option<String> {
        let fields = [Field::Address, Field::AddressDetail];
        let columns = self.mapping.columns().zip(self.cells);
        let parts: Vec<&str> = columns
            .filter(|((_, field), cell)| {
                field.is_some_and(|field| fields.contains(&field)) && !values::is_blank(cell)
            })
            .map(|(_, cell)| cell.as_str())
            .collect();
        (!parts.is_empty()).then(|| tidy_case(&parts.join(", ")))
    }

    fn workers(&self) -> Option<Workers> {
        let count = |field| self.text(field).and_then(|cell| values::count(&cell));
        let (male, female) = (count(Field::WorkersMale), count(Field::WorkersFemale));
        let total = count(Field::WorkersTotal).filter(|_| male.is_none() || female.is_none());
        let known = male.is_some() || female.is_some() || total.is_some();
        known.then_some(Workers { male, female, total, on: None })
    }
}

/// A sector by its code or one of its names.
fn sector(cell: &str) -> Option<Sector> {
    let squashed = squash(cell);
    let named = |name: &str| squash(name) == squashed || fold(name) == fold(cell);
    let entry = Sector::all()
        .iter()
        .find(|entry| named(&entry.code) || named(&entry.name) || named(&entry.name_en))?;
    Sector::from_code(&entry.code)
}
