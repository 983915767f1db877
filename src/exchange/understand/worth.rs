//! Amounts of money: all restricted, so that no message repeats one.

use super::super::mapping::header::spread;
use super::super::values::money::{self, Amount, MoneyFault, Per};
use super::{Field, Reading};
use crate::domain::cell_fault::CellFault;
use crate::domain::fault::Fault;
use crate::domain::restricted::{AnnualSales, ProductionValue};

impl Reading<'_, '_> {
    pub(super) fn worth(&mut self, product: Option<&str>) {
        self.restricted.investment_value =
            self.amount(Field::InvestmentValue).map(|amount| amount.rupiah);
        self.restricted.business_capital =
            self.amount(Field::BusinessCapital).map(|amount| amount.rupiah);
        if let Some(value) = self.yearly(Field::AnnualSales) {
            match self.year_of(Field::AnnualSales) {
                Some(year) => self.restricted.annual_sales = Some(AnnualSales { value, year }),
                None => self.say(Field::AnnualSales, CellFault::SalesYearUnknown),
            }
        }
        if let Some(value) = self.yearly(Field::ProductionValue) {
            match product {
                Some(product) => {
                    let product = product.to_owned();
                    self.restricted.production_values.push(ProductionValue { product, value });
                }
                None => {
                    self.say(
                        Field::ProductionValue,
                        Fault::Together { with: Field::Product.name() },
                    );
                }
            }
        }
    }

    fn amount(&mut self, field: Field) -> Option<Amount> {
        let cell = self.cell(field)?;
        let scale = self.head(field).map(|head| head.scale).unwrap_or_default();
        match money::amount(cell, scale) {
            Ok(amount) => {
                if amount.is_some_and(|amount| amount.approximate) {
                    self.say(field, CellFault::MoneyApproximate);
                }
                amount
            }
            Err(fault) => {
                let fault = match fault {
                    MoneyFault::Unreadable => CellFault::MoneyUnreadable,
                    MoneyFault::Range => CellFault::MoneyRange,
                    MoneyFault::TooSmall => CellFault::MoneyTooSmall,
                    MoneyFault::DigitsLost => CellFault::MoneyDigitsLost,
                };
                self.say(field, fault);
                None
            }
        }
    }

    /// An amount of a year; of a month, twelve times.
    fn yearly(&mut self, field: Field) -> Option<i64> {
        let amount = self.amount(field)?;
        let header =
            self.head(field).map(|head| Per::of(&spread(&head.header))).unwrap_or_default();
        let per = if amount.per == Per::Unsaid { header } else { amount.per };
        match per {
            Per::Unsaid | Per::Year => Some(amount.rupiah),
            Per::Month => {
                self.say(field, CellFault::MonthMadeYear);
                Some(amount.rupiah.saturating_mul(12))
            }
            Per::Other => {
                self.say(field, CellFault::PeriodUnclear);
                None
            }
        }
    }

    /// The year that a column or the list's title says.
    fn year_of(&self, field: Field) -> Option<i32> {
        let header = self.head(field).map_or("", |head| &head.header);
        let words = header.split(|character: char| !character.is_ascii_digit());
        let stated = words.filter(|word| word.len() == 4).filter_map(|word| word.parse().ok());
        let stated = stated.filter(|year| (2000..2100).contains(year)).max();
        stated.or(self.reader.context.year)
    }
}
