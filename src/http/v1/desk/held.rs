//! `/desk/held`: submissions from the field in which somebody has to choose; and visits as they stand
//! beside a record at the desk.

use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::access::Right;
use crate::domain::campaign::VisitState;
use crate::domain::fault::{Expected, Fault};
use crate::domain::reference::Reference;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, Taken, limit};
use crate::http::problem::ApiError;
use crate::http::v1::key_cursor;
use crate::http::v1::revisions::private;
use crate::http::v1::visits::VisitView;
use crate::registry::campaigns::{DeskVisit, DoubtKind, HELD, HeldCounts, HeldQuery, HeldVisit};
use crate::registry::{Registry, RegistryError};

/// How many submissions are held, by why.
#[derive(Serialize, ToSchema)]
pub struct DeskHeldCounts {
    /// The record was changed by somebody else meanwhile.
    conflict: i64,
    /// It breaks a rule of the record.
    faulty: i64,
    /// It is about an enterprise that has not come.
    waiting: i64,
}

impl From<HeldCounts> for DeskHeldCounts {
    fn from(HeldCounts { conflict, faulty, waiting }: HeldCounts) -> Self {
        Self { conflict, faulty, waiting }
    }
}

/// A submission that is held.
#[derive(Serialize, ToSchema)]
pub struct DeskHeld {
    #[serde(flatten)]
    visit: VisitView,
    village_name: String,
    /// What the enterprise is called, as the record has it or else as it was sent; null where
    /// neither says.
    name: Option<String>,
    /// The caller sent it in: somebody else decides.
    own: bool,
}

/// A page of them, the first that came first.
#[derive(Serialize, ToSchema)]
pub struct DeskHeldList {
    items: Vec<DeskHeld>,
    /// Path of the next page; null on the last.
    next: Option<String>,
    /// How many are in the states that are asked for.
    matched: i64,
    /// How many there are of each, whatever is asked for.
    counts: DeskHeldCounts,
}

/// A visit to a record at the desk.
#[derive(Serialize, ToSchema)]
pub struct DeskVisitView {
    #[serde(flatten)]
    visit: VisitView,
    village_name: String,
    /// Names of its photos: see `/visits/{id}/photos/{name}`.
    photos: Vec<String>,
    /// Why somebody should look.
    doubts: Vec<DoubtKind>,
    /// From the point of the village, in metres; null where its own position is not known.
    village_distance_m: Option<f64>,
    /// The caller sent it in: somebody else decides.
    own: bool,
}

impl DeskVisitView {
    pub fn of(told: DeskVisit, reference: &Reference) -> Result<Self, RegistryError> {
        let DeskVisit { visit, photos, doubts, village_distance_m, own } = told;
        let village_name = reference.gazetteer.full_name(&visit.village);
        let visit = visit.try_into()?;
        Ok(Self { visit, village_name, photos, doubts, village_distance_m, own })
    }
}

/// Submissions from the field that are held in the caller's area, the first that came first: for who
/// decides there. `POST /visits/{id}/resolve` decides one.
#[utoipa::path(
    operation_id = "list_desk_held",
    tag = "desk",
    params(
        ("state" = Option<Vec<VisitState>>, Query, description = "conflict, faulty, waiting; all of them unless told", style = Form, explode = false),
        ("region" = Option<String>, Query, description = "code of a region of any level"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 1000, description = "most items of a page; 50 unless told"),
        ("cursor" = Option<String>, Query, description = "from a `next` link"),
    ),
    responses((status = 200, description = "a page", body = DeskHeldList), CommonProblems),
    security(("bearer" = []))
)]
#[get("/desk/held")]
pub async fn list_desk_held(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    caller.require(Right::Decide)?;
    let mut taken = Taken::of(request.query_string())?;
    let query = HeldQuery {
        states: taken.read("state", Vec::new(), |text| text.split(',').map(held_state).collect()),
        region: taken.read("region", None, |text| {
            let (value, expected) = (text.to_owned(), Expected::RegionCode);
            text.parse().map(Some).map_err(|()| Fault::Malformed { value, expected })
        }),
        above: taken.read("cursor", None, |text| {
            let (value, expected) = (text.to_owned(), Expected::Cursor);
            let key = key_cursor::read(text)?.parse().map(Some);
            key.map_err(|_| Fault::Malformed { value, expected })
        }),
        limit: limit(&mut taken),
    };
    taken.finish()?;
    let reference = registry.reference();
    let states = query.states.clone();
    let page = web::block(move || registry.held_visits(&caller.0, &query)).await??;
    let next = page.next.map(|key| key_cursor::next_link(&request, &key.to_string()));
    let counts = page.counts;
    let of = |state: &VisitState| match state {
        VisitState::Conflict => counts.conflict,
        VisitState::Faulty => counts.faulty,
        VisitState::Waiting => counts.waiting,
        _ => 0,
    };
    let asked = HELD.iter().filter(|state| states.is_empty() || states.contains(state));
    let told = |HeldVisit { visit, name, own }: HeldVisit| {
        let village_name = reference.gazetteer.full_name(&visit.village);
        Ok::<_, RegistryError>(DeskHeld { visit: visit.try_into()?, village_name, name, own })
    };
    Ok(private().json(DeskHeldList {
        matched: asked.map(of).sum(),
        items: page.items.into_iter().map(told).collect::<Result<_, _>>()?,
        next: next.transpose()?,
        counts: counts.into(),
    }))
}

/// A state in which a visit is held.
fn held_state(text: &str) -> Result<VisitState, Fault> {
    let state = text.parse().ok().filter(|state| HELD.contains(state));
    state.ok_or_else(|| {
        let allowed = HELD.map(<&str>::from).join(", ");
        Fault::UnknownCode { value: text.to_owned(), allowed }
    })
}
