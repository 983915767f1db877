use super::*;
use crate::exchange::sheet::{Grid, Limits, read};

fn fields(csv: &str, saved: Option<&SavedMapping>) -> Vec<Option<Field>> {
    let grids: Vec<Grid> = read(csv.as_bytes(), &Limits::default()).expect("a grid");
    let table = Table::of(&grids[0]).expect("a table");
    let mapping = Mapping::propose(&table, &Reference::default(), saved);
    mapping.columns.iter().map(|column| column.field).collect()
}

#[test]
fn a_bare_name_beside_a_business_name_is_the_owners() {
    let found = fields("Nama,Merek,Nama Usaha,Desa\na,b,c,d\n", None);
    assert_eq!(found, [Some(Field::Owner), None, Some(Field::Name), Some(Field::Village)]);
    assert_eq!(fields("Nama,Desa\na,b\n", None)[0], Some(Field::Name));
}

#[test]
fn values_speak_where_the_header_does_not_or_is_wrong() {
    let nib = "9120001234567,3515064408770003\n".repeat(5);
    let found = fields(&format!("Nama Usaha,NIK,Warna\n{}", nib.replace("912", "A,912")), None);
    assert_eq!(found, [Some(Field::Name), Some(Field::Nib), Some(Field::NationalId)]);
    let found = fields(&format!("Nama Usaha,Desa,\n{}", "A,B,081234567890\n".repeat(5)), None);
    assert_eq!(found[2], Some(Field::Phone));
    let swapped = "A,112.7223,-7.5071\n".repeat(5);
    let found = fields(&format!("Nama Usaha,Latitude,Longitude\n{swapped}"), None);
    assert_eq!(found, [Some(Field::Name), Some(Field::Lon), Some(Field::Lat)]);
}

#[test]
fn of_two_columns_for_a_field_one_is_taken() {
    let found = fields("Nama Usaha,Kecamatan,Kecamatan,NIB,No NIB\nA,B,B,1,\n", None);
    assert_eq!(found.iter().filter(|field| **field == Some(Field::District)).count(), 1);
    assert_eq!(found[3..], [Some(Field::Nib), None]);
}

#[test]
fn what_a_person_said_of_a_header_stands_for_the_next_list() {
    let json = r#"{"sheets": [{"columns": [
        {"header": "Warna", "field": "product"}, {"header": "Desa", "field": null}
    ]}]}"#;
    let saved: SavedMapping = serde_json::from_str(json).expect("a mapping");
    let found = fields("Desa,Nama Usaha,WARNA \nX,A,Tas\n", Some(&saved));
    assert_eq!(found, [None, Some(Field::Name), Some(Field::Product)]);
}

#[test]
fn the_owners_home_is_ignored_beside_the_business_address() {
    let found = fields("Nama Usaha,Alamat KTP,Alamat Usaha\nA,Jl. Satu,Jl. Dua\n", None);
    assert_eq!(found, [Some(Field::Name), Some(Field::Ignored), Some(Field::Address)]);
    assert_eq!(fields("Nama Usaha,Alamat KTP\nA,Jl. Satu\n", None)[1], Some(Field::Address));
}

#[test]
fn sexes_periods_units_and_years_are_known_by_their_values() {
    let rows = "A,Lk.,bln,kodi,2011\nB,Pr.,th,pcs,1998\nC,Pr.,bulan,kg,2004\n".repeat(3);
    let found = fields(&format!("Nama Usaha,Desa,Warna,Kol,Lain\n{rows}"), None);
    let expected = [
        Field::Name,
        Field::OwnerSex,
        Field::CapacityPeriod,
        Field::CapacityUnit,
        Field::FoundedYear,
    ];
    assert_eq!(found, expected.map(Some));
}
