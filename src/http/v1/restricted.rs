//! `/enterprises/{id}/restricted`

use actix_web::{HttpRequest, HttpResponse, get, web};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::enterprises::uuid;
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::fault::{Expected, Fault};
use crate::domain::restricted::{AnnualSales, ProductionValue, purpose};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::restricted::RestrictedValues;

/// What is restricted of an enterprise.
#[derive(Serialize, ToSchema)]
pub struct RestrictedView {
    enterprise_id: Uuid,
    revision: i32,
    /// Whether NIKs are whole.
    unmasked: bool,
    business_capital: Option<i64>,
    investment_value: Option<i64>,
    annual_sales: Option<AnnualSales>,
    production_values: Vec<ProductionValue>,
    persons: Vec<PersonView>,
}

/// What is restricted of a person.
#[derive(Serialize, ToSchema)]
pub struct PersonView {
    name: String,
    /// Masked but for the last four digits, unless it was asked for whole.
    #[schema(example = "************1234", pattern = r"^([0-9]{12}|\*{12})[0-9]{4}$")]
    national_id: Option<String>,
    birth_date: Option<NaiveDate>,
}

impl RestrictedView {
    fn new(enterprise_id: Uuid, unmasked: bool, found: RestrictedValues) -> Self {
        let RestrictedValues { revision, values } = found;
        let persons = values.persons.into_iter().map(|person| PersonView {
            name: person.name,
            national_id: person.national_id,
            birth_date: person.birth_date,
        });
        Self {
            enterprise_id,
            revision,
            unmasked,
            business_capital: values.business_capital,
            investment_value: values.investment_value,
            annual_sales: values.annual_sales,
            production_values: values.production_values,
            persons: persons.collect(),
        }
    }
}

/// What is restricted of an enterprise: for those who have the grant, in their area. Each reading is
/// logged with its purpose before it is answered.
#[utoipa::path(
    operation_id = "get_restricted",
    tag = "restricted",
    params(
        ("id" = Uuid, Path, description = "the enterprise's id"),
        ("purpose" = String, Query, min_length = 10, max_length = 500, description = "what it is read for; it is kept, so write no NIK in it"),
        ("unmasked" = Option<bool>, Query, description = "`true`: NIKs are shown whole, and the log says so"),
    ),
    responses((status = 200, description = "the values", body = RestrictedView), CommonProblems),
    security(("bearer" = []))
)]
#[get("/enterprises/{id}/restricted")]
pub async fn get_restricted(
    request: HttpRequest,
    caller: Caller,
    id: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::ReadRestricted)?;
    let mut taken = Taken::of(request.query_string())?;
    let stated = taken.text("purpose").unwrap_or_default();
    let purpose = purpose(&stated).map_err(|fault| taken.fault("purpose", fault));
    let unmasked = taken.read("unmasked", false, |text| {
        let expected = Expected::Boolean;
        text.parse().map_err(|_| Fault::Malformed { value: text.to_owned(), expected })
    });
    taken.finish()?;
    let (id, purpose) = (uuid(&id)?, purpose.unwrap_or_default());
    let found =
        web::block(move || registry.restricted_values(&caller, id, &purpose, unmasked)).await??;
    Ok(private().json(RestrictedView::new(id, unmasked, found)))
}
