//! The HTTP side: parse, make one call, represent. One builder makes the app for production and
//! for tests.

mod access_problem;
mod caller;
mod catalogue;
pub mod config;
mod connection;
mod cors;
mod deprecation;
mod examples;
mod fallback;
mod gate;
mod headers;
mod health;
mod jwks;
mod kept;
mod log;
mod meter;
mod multipart;
pub mod ogc;
mod openrosa;
pub mod operations;
mod parameters;
mod patience;
mod peer;
mod problem;
mod rate;
mod represent;
mod schemas;
mod server;
mod slots;
mod starting;
pub mod v1;
mod web_app;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::{App, Error, web};
use tracing_actix_web::TracingLogger;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, License, OpenApi, OpenApiBuilder};
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

pub use config::Config;
pub use gate::Gate;
pub use server::server;
pub use starting::Starting;

use crate::registry::Registry;

/// Largest request body in bytes; imports have a limit of their own.
const MAX_BODY: usize = 1_000_000;

/// The whole app around a registry. A request passes the layers from the last one named.
pub fn app(
    registry: web::Data<Registry>,
    gate: web::Data<Gate>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = Error,
        InitError = (),
    >,
> {
    let (app, api) = App::new()
        .into_utoipa_app()
        .openapi(document_base())
        .service(scope::scope("/api/v1").configure(v1::routes))
        .service(jwks::get_jwks)
        .service(catalogue::get_catalogue)
        .service(health::healthz)
        .service(health::readyz)
        .split_for_parts();
    let api = finished(api);
    let vary = "Accept, Accept-Encoding, Accept-Language, Authorization";
    let origin = if cors::varies(&gate.config) { ", Origin" } else { "" };
    app.app_data(registry)
        .app_data(gate)
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .app_data(web::Data::new(fallback::Methods::of(&api)))
        .app_data(web::Data::new(deprecation::Deprecations::of(&api)))
        .configure(openrosa::routes)
        .configure(ogc::routes)
        .service(web::redirect("/docs", "/docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", api))
        .default_service(web::to(fallback::not_found))
        .wrap(from_fn(gate::pass))
        .wrap(from_fn(represent::represent))
        .wrap(from_fn(deprecation::tell))
        // Inside the compression; what was compressed before it, it passes on.
        .wrap(DefaultHeaders::new().add(("Vary", format!("{vary}{origin}"))))
        .wrap(Compress::default())
        .wrap(from_fn(headers::dress))
        .wrap(TracingLogger::<log::RequestSpan>::new())
        .wrap(from_fn(connection::attend))
}

/// The OpenAPI document of the app.
pub fn document() -> OpenApi {
    let (_, api) = App::new()
        .into_utoipa_app()
        .openapi(document_base())
        .service(scope::scope("/api/v1").configure(v1::routes))
        .service(jwks::get_jwks)
        .service(catalogue::get_catalogue)
        .service(health::healthz)
        .service(health::readyz)
        .split_for_parts();
    finished(api)
}

/// The document with what the code of the operations cannot say.
fn finished(api: OpenApi) -> OpenApi {
    deprecation::mark(examples::attach(schemas::open_parts(api)))
}

fn document_base() -> OpenApi {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let mut components = utoipa::openapi::Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let client = HttpBuilder::new().scheme(HttpAuthScheme::Basic).build();
    components.add_security_scheme("client", SecurityScheme::Http(client));
    let link = ApiKeyValue::with_description("Authorization", "`Link TOKEN`: an owner's link");
    components.add_security_scheme("link", SecurityScheme::ApiKey(ApiKey::Header(link)));
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Sentra")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(
                    "Registry and map of small producers (IKM, UKM, Kopwan) in East Java. Without a \
                     token every operation answers the public tier of published records; with one, \
                     the internal tier inside the caller's area. Lists answer `items`, `next` and \
                     `matched`; errors are RFC 9457 problems, in Indonesian or, by Accept-Language, \
                     in English.",
                ))
                .license(Some(License::new("Apache-2.0")))
                .build(),
        )
        .components(Some(components))
        .build()
}
