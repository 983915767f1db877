//! The HTTP side: parse, make one call, represent. One builder makes the app for production and
//! for tests.

mod caller;
mod fallback;
mod health;
pub mod operations;
mod parameters;
mod problem;
mod schemas;
pub mod v1;
mod web_app;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::{Compress, DefaultHeaders, Next, from_fn};
use actix_web::{App, Error, web};
use tracing_actix_web::TracingLogger;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{InfoBuilder, License, OpenApi, OpenApiBuilder};
use utoipa_actix_web::{AppExt, scope};
use utoipa_swagger_ui::SwaggerUi;

use crate::registry::Registry;

/// Largest request body in bytes; imports have a limit of their own.
const MAX_BODY: usize = 1_000_000;

/// Nothing is loaded from, framed by or sent to another host; workers are the map library's.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; \
    worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; \
    frame-ancestors 'self'";

/// The whole app around a registry.
pub fn app(
    registry: web::Data<Registry>,
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
        .service(health::healthz)
        .service(health::readyz)
        .split_for_parts();
    let api = schemas::open_parts(api);
    app.app_data(registry)
        .app_data(web::PayloadConfig::new(MAX_BODY))
        .app_data(web::Data::new(fallback::Methods::of(&api)))
        .service(web::redirect("/docs", "/docs/"))
        .service(SwaggerUi::new("/docs/{_:.*}").url("/openapi.json", api))
        .default_service(web::to(fallback::not_found))
        .wrap(from_fn(problem::represent))
        // Inside the compression, which appends its own part of Vary.
        .wrap(DefaultHeaders::new().add(("Vary", "Accept, Accept-Language, Authorization")))
        .wrap(Compress::default())
        .wrap(
            DefaultHeaders::new()
                .add(("X-Content-Type-Options", "nosniff"))
                .add(("Referrer-Policy", "same-origin")),
        )
        .wrap(from_fn(content_security_policy))
        .wrap(TracingLogger::default())
}

/// The API's documentation alone may style its elements inline: Swagger UI does.
async fn content_security_policy<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let styles =
        if request.path().starts_with("/docs/") { "'self' 'unsafe-inline'" } else { "'self'" };
    let policy = format!("{CONTENT_SECURITY_POLICY}; style-src {styles}");
    let mut response = next.call(request).await?;
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// The OpenAPI document of the app.
pub fn document() -> OpenApi {
    let (_, api) = App::new()
        .into_utoipa_app()
        .openapi(document_base())
        .service(scope::scope("/api/v1").configure(v1::routes))
        .service(health::healthz)
        .service(health::readyz)
        .split_for_parts();
    schemas::open_parts(api)
}

fn document_base() -> OpenApi {
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
    let mut components = utoipa::openapi::Components::new();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
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
