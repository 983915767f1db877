use proptest::prelude::*;

use super::*;
use crate::domain::quantity::unit::units;

fn read(quantity: &str) -> Reading {
    capacity(Stated { quantity, ..Stated::default() })
}

/// Quantity or range, unit and period, where no question is left.
fn taken(reading: &Reading) -> Option<(f64, f64, &str, Period)> {
    let capacity = reading.capacity.as_ref()?;
    Some((capacity.min, capacity.max, capacity.unit.as_str(), capacity.period))
}

#[test]
fn capacities_are_read_as_people_write_them() {
    for (cell, min, max, unit, period) in [
        ("500 kodi/bln", 500.0, 500.0, "kodi", Period::Month),
        ("20-30 kg/hr", 20.0, 30.0, "kg", Period::Day),
        ("20 s/d 30 kg per hari", 20.0, 30.0, "kg", Period::Day),
        ("20 kg s.d. 30 kg perhari", 20.0, 30.0, "kg", Period::Day),
        ("20 – 30 Kg./ hari", 20.0, 30.0, "kg", Period::Day),
        ("1.500 pcs / bulan", 1500.0, 1500.0, "pcs", Period::Month),
        ("1 ton/th", 1.0, 1.0, "ton", Period::Year),
        ("1,5 ton sebulan", 1.5, 1.5, "ton", Period::Month),
        ("10rb pcs/bln", 10_000.0, 10_000.0, "pcs", Period::Month),
        ("10-20 ribu pcs/bln", 10_000.0, 20_000.0, "pcs", Period::Month),
        ("500 ribu - 1 juta pcs/bln", 500_000.0, 1e6, "pcs", Period::Month),
        ("2 jt lembar/tahun", 2e6, 2e6, "lembar", Period::Year),
        ("12 m3 / minggu", 12.0, 12.0, "m3", Period::Week),
        ("12 meter persegi tiap minggu", 12.0, 12.0, "m2", Period::Week),
        ("3 ons setiap hari", 3.0, 3.0, "ons", Period::Day),
        ("Produksi: 40 pcs/day", 40.0, 40.0, "pcs", Period::Day),
    ] {
        let reading = read(cell);
        assert_eq!(taken(&reading), Some((min, max, unit, period)), "{cell}: {reading:?}");
        assert_eq!(reading.questions, [], "{cell}");
    }
}

#[test]
fn unit_and_period_may_stand_elsewhere() {
    let header = "Kapasitas Produksi/Th";
    let expected = Some((500.0, 500.0, "kodi", Period::Year));
    for (quantity, unit) in [("500 kodi", ""), ("500", "Kodi"), ("500 kodi/th", "kodi")] {
        let reading = capacity(Stated { quantity, unit, header });
        assert_eq!(taken(&reading), expected, "{quantity} {unit}: {reading:?}");
    }
    let reading = capacity(Stated { quantity: "500", unit: "psg/bln", header: "Kapasitas" });
    assert_eq!(taken(&reading), Some((500.0, 500.0, "pasang", Period::Month)));
}

#[test]
fn an_estimate_is_taken_and_told() {
    for cell in [
        "±200 psg/bln",
        "+/- 200 psg/bln",
        "sekitar 200 pasang tiap bulan",
        "> 200 pasang/bulan",
        "kira-kira 200 psg sebulan",
        "lebih dari 200 psg/bln",
    ] {
        let reading = read(cell);
        assert_eq!(taken(&reading), Some((200.0, 200.0, "pasang", Period::Month)), "{cell}");
        assert_eq!(reading.questions, [Question::Approximate], "{cell}");
    }
}

#[test]
fn a_pack_with_plain_content_is_converted_and_one_without_is_asked_about() {
    for (cell, quantity, unit) in [
        ("100 bungkus (250 gr)/hari", 25_000.0, "gram"),
        ("100 bungkus isi 10 buah per hari", 1000.0, "buah"),
        ("50 dus @ 24 botol @ 600 ml /hari", 720_000.0, "ml"),
    ] {
        let reading = read(cell);
        assert_eq!(taken(&reading), Some((quantity, quantity, unit, Period::Day)), "{cell}");
        assert_eq!(reading.questions, [], "{cell}");
    }
    for (cell, quantity, unit) in [
        ("50 dus @ 24 botol/bln", 1200.0, "botol"),
        ("500 bungkus/bulan", 500.0, "bungkus"),
        ("500 bungkus isi 10/bulan", 500.0, "bungkus"),
    ] {
        let reading = read(cell);
        assert_eq!(taken(&reading), Some((quantity, quantity, unit, Period::Month)), "{cell}");
        assert_eq!(reading.questions, [Question::PackContent { unit: unit.into() }], "{cell}");
    }
}

#[test]
fn what_is_not_clear_is_asked_and_not_taken() {
    let unknown = |word: &str| Question::UnknownWord { word: word.into() };
    let contradiction =
        |one: &str, other: &str| Question::Contradiction { one: one.into(), other: other.into() };
    let several = || Question::SeveralQuantities;
    for (cell, questions) in [
        ("500", vec![Question::NoUnit, Question::NoPeriod]),
        ("500 kg", vec![Question::NoPeriod]),
        ("500/bulan", vec![Question::NoUnit]),
        ("kg/bulan", vec![Question::NoQuantity]),
        ("banyak", vec![unknown("banyak"), Question::NoQuantity, Question::NoPeriod]),
        ("5 genggam/hari", vec![unknown("genggam")]),
        ("5 kg/jam", vec![unknown("jam"), Question::NoPeriod]),
        ("10k pcs/bln", vec![unknown("k")]),
        ("-5 kg/hari", vec![unknown("-")]),
        ("1½ ton/bulan", vec![unknown("½")]),
        ("1.50.000 kg/bulan", vec![unknown("1.50.000"), Question::NoQuantity]),
        ("1/2 ton/bulan", vec![several()]),
        ("500 300 kg/bulan", vec![several()]),
        ("500 kg (20 pcs)/bulan", vec![several()]),
        ("500 kg (20)/bulan", vec![several()]),
        ("100 kg per 2 minggu", vec![several()]),
        ("sampai 100 kg per minggu", vec![several()]),
        ("30-20 kg/hari", vec![Question::RangeReversed { min: 30.0, max: 20.0 }]),
        ("500 kg pcs/hari", vec![contradiction("kg", "pcs")]),
        ("500 kg/hari/bulan", vec![contradiction("hari", "bulan")]),
    ] {
        let reading = read(cell);
        assert_eq!((&reading.capacity, &reading.questions), (&None, &questions), "{cell}");
    }
    let stated = Stated { quantity: "500 kg/hari", unit: "pcs", header: "Kapasitas Perbulan" };
    let expected = [contradiction("pcs", "kg"), contradiction("perbulan", "hari")];
    assert_eq!(capacity(stated).questions, expected);
}

/// A number as it is written in Indonesia: `1.234.567,5`.
fn written(quantity: f64) -> String {
    let text = quantity.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    // Three digits behind a comma would be thousands.
    let fraction = if fraction.is_empty() { String::new() } else { format!(",{fraction:0<4}") };
    grouped + &fraction
}

proptest! {
    #[test]
    fn a_written_capacity_is_read_back(
        thousandths in 0_u32..4_000_000_000,
        more in 1_u32..1_000_000,
        unit in 0..units().len(),
        period in 0..4_usize,
    ) {
        let min = f64::from(thousandths) / 1000.0;
        let max = min + f64::from(more);
        let unit = &units()[unit].code;
        let (word, period) = [
            ("hari", Period::Day),
            ("minggu", Period::Week),
            ("bulan", Period::Month),
            ("tahun", Period::Year),
        ][period];
        let one = read(&format!("{} {unit}/{word}", written(min)));
        prop_assert_eq!(taken(&one), Some((min, min, unit.as_str(), period)));
        let range = read(&format!("{} - {} {unit} per {word}", written(min), written(max)));
        prop_assert_eq!(taken(&range), Some((min, max, unit.as_str(), period)));
    }

    #[test]
    fn any_text_is_read_or_asked_about(quantity in ".{0,40}", unit in ".{0,12}") {
        let reading = capacity(Stated { quantity: &quantity, unit: &unit, header: "" });
        prop_assert!(reading.capacity.is_some() || !reading.questions.is_empty());
    }
}
