//! `/complements`: regions that make a raw material, and regions whose producers work it up.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::documents::code_text;
use super::revisions::private;
use crate::domain::access::Right;
use crate::domain::fault::Fault;
use crate::domain::reference::Reference;
use crate::domain::region::RegionCode;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::registry::Registry;
use crate::registry::results::{Complements, Link, Needs};

/// Who makes a raw material and who works it up, by regency.
#[derive(Serialize, ToSchema)]
pub struct ComplementsView {
    /// The raw material.
    #[schema(example = "kulit")]
    commodity: String,
    commodity_name: String,
    /// Whose internal records the users are: `all`, `area:CODE`, `own`, `own:COOPERATIVE`.
    #[schema(example = "area:35.15")]
    users_of: String,
    /// Regencies that make it: internal records in the caller's area, published ones elsewhere.
    makers: Vec<ComplementMakers>,
    /// Regencies whose producers work it up: records whose internal tier is the caller's.
    users: Vec<ComplementUsers>,
    /// Each of the ones beside each of the others: those with most unmet users first, of the same
    /// the nearest.
    items: Vec<ComplementPair>,
}

/// A regency that makes it.
#[derive(Serialize, ToSchema)]
pub struct ComplementMakers {
    #[schema(example = "35.20")]
    region: String,
    name: String,
    makers: u64,
}

/// A regency whose producers work it up. Who states several origins is counted at each.
#[derive(Serialize, ToSchema)]
pub struct ComplementUsers {
    #[schema(example = "35.15")]
    region: String,
    name: String,
    users: usize,
    /// By the regency of the province that they state.
    stated: Vec<ComplementOrigin>,
    /// Who states the province and no more.
    province: usize,
    /// Who states another province.
    outside: usize,
    /// Who states that it is imported.
    import: usize,
    /// Who does not say from where.
    unknown: usize,
    /// Who states no origin within the province.
    unmet: usize,
}

/// A stated origin.
#[derive(Serialize, ToSchema)]
pub struct ComplementOrigin {
    region: String,
    name: String,
    users: usize,
}

/// A regency that makes it and one whose producers work it up; they may be the same.
#[derive(Serialize, ToSchema)]
pub struct ComplementPair {
    #[schema(example = "35.20")]
    from: String,
    #[schema(example = "35.15")]
    to: String,
    makers: u64,
    users: usize,
    /// Users in the one who state the other as the origin.
    stated: usize,
    /// Users in the one who state no origin within the province.
    unmet: usize,
    /// Between the points that stand for the two, in whole kilometres.
    distance_km: f64,
}

/// The filter's parameters without those that the raw material itself stands for.
struct UserParameters;

impl IntoParams for UserParameters {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = FilterParameters::into_params(place);
        parameters.retain(|one| !matches!(one.name.as_str(), "commodity" | "raw_material"));
        parameters
    }
}

/// Regions that complement each other: one makes the raw material that the other's producers work up.
/// The filter narrows the users.
#[utoipa::path(
    operation_id = "get_complements",
    tag = "stats",
    params(
        ("commodity" = String, Query, description = "the raw material's code; in the place of the filter's `commodity` and `raw_material`"),
        UserParameters,
    ),
    responses((status = 200, description = "who makes it, who works it up, and pairs of the two", body = ComplementsView), CommonProblems),
    security(("bearer" = []))
)]
#[get("/complements")]
pub async fn get_complements(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::FilterInternal)?;
    let reference = registry.reference();
    let mut taken = Taken::of(request.query_string())?;
    let commodity = taken.read("commodity", None, |text| code_text(text).map(Some));
    if taken.has("raw_material") {
        taken.text("raw_material");
        taken.fault("raw_material", Fault::UnknownParameter);
    }
    let commodity = commodity.unwrap_or_default();
    match reference.commodity(&commodity) {
        Some(_) => taken.add("raw_material", commodity.clone()),
        None if commodity.is_empty() => taken.fault("commodity", Fault::Required),
        None => {
            let (value, allowed) = (commodity.clone(), String::new());
            taken.fault("commodity", Fault::UnknownCode { value, allowed });
        }
    }
    let users = taken.into_filter(&reference)?;
    let users_of = caller.0.visibility().scope();
    let wanted = commodity.clone();
    let found = web::block(move || registry.complements(&caller, &wanted, users)).await??;
    Ok(private().json(view(commodity, users_of, &found, &reference)))
}

fn view(
    commodity: String,
    users_of: String,
    found: &Complements,
    reference: &Reference,
) -> ComplementsView {
    let name = |code: &RegionCode| {
        let region = reference.gazetteer.get(code);
        region.map_or_else(|| code.to_string(), |region| region.name.clone())
    };
    let makers = found.makers.iter().map(|(region, makers)| ComplementMakers {
        region: region.to_string(),
        name: name(region),
        makers: *makers,
    });
    let origin = |(region, users): (&RegionCode, &usize)| ComplementOrigin {
        region: region.to_string(),
        name: name(region),
        users: *users,
    };
    let users = found.needs.iter().map(|(region, needs)| {
        let Needs { users, stated, province, outside, import, unknown, unmet } = needs;
        ComplementUsers {
            region: region.to_string(),
            name: name(region),
            users: *users,
            stated: stated.iter().map(origin).collect(),
            province: *province,
            outside: *outside,
            import: *import,
            unknown: *unknown,
            unmet: *unmet,
        }
    });
    let items = found.links.iter().map(|link| {
        let Link { from, to, makers, users, stated, unmet, distance_m } = link;
        ComplementPair {
            from: from.to_string(),
            to: to.to_string(),
            makers: *makers,
            users: *users,
            stated: *stated,
            unmet: *unmet,
            distance_km: (distance_m / 1_000.0).round(),
        }
    });
    ComplementsView {
        commodity_name: reference
            .commodity(&commodity)
            .map(|commodity| commodity.name.clone())
            .unwrap_or_default(),
        commodity,
        users_of,
        makers: makers.collect(),
        users: users.collect(),
        items: items.collect(),
    }
}
