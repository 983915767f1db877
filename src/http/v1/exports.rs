//! `/exports`: everything that passes a filter, streamed.

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, get, web};
use futures_util::stream;
use tokio::sync::mpsc;

use super::enterprises::write_feature;
use crate::domain::fault::{Fault, FieldFault};
use crate::exchange::flat;
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::http::slots::Slot;
use crate::registry::enterprises::Seen;
use crate::registry::{Registry, RegistryError};

/// Batches that may wait for a slow reader.
const AHEAD: usize = 4;

/// The formats of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum ExportFormat {
    Geojson,
    Csv,
}

/// All enterprises that pass a filter, as a file: GeoJSON, or CSV with the API's field names.
#[utoipa::path(
    operation_id = "export_enterprises",
    tag = "enterprises",
    params(("format" = String, Path, description = "`geojson` or `csv`"), FilterParameters),
    responses(
        (status = 200, description = "the file", content(
            (Object = "application/geo+json"),
            (String = "text/csv"),
        )),
        CommonProblems,
    ),
    security((), ("bearer" = []))
)]
#[get("/exports/enterprises.{format}")]
pub async fn export_enterprises(
    request: HttpRequest,
    caller: Caller,
    format: web::Path<String>,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let format: ExportFormat = format.parse().map_err(|_| {
        let (value, allowed) = (format.clone(), "geojson, csv".to_owned());
        let fault = Fault::UnknownCode { value, allowed };
        RegistryError::BadParameters(vec![FieldFault::new("format", fault)])
    })?;
    let mut filter = Taken::of(request.query_string())?.into_filter(&registry.reference())?;
    // Refused before the stream begins, while there is still a status to answer with.
    filter = {
        let (registry, actor) = (registry.clone(), caller.0.clone());
        web::block(move || registry.allow_filter(&actor, &mut filter).map(|()| filter)).await??
    };
    let slot = match Slot::take(&request, &caller.0) {
        Ok(slot) => slot,
        Err(refused) => return Ok(refused.answer()),
    };
    // None is the end: a channel that closes without it broke off, whatever the reason.
    let (sender, receiver) = mpsc::channel::<Option<web::Bytes>>(AHEAD);
    let thread = std::thread::Builder::new().name("sentra-export".to_owned());
    web::block(move || {
        // Detached: the reader's pace is this thread's, and a reader who left, or who was cut off
        // because they took nothing, ends it.
        thread.spawn(move || {
            let _slot = slot;
            let sent = write(&registry, &caller, filter, format, |bytes| {
                sender.blocking_send(bytes).map_err(|_| RegistryError::Stopped)
            });
            if let Err(error) = sent
                && !matches!(error, RegistryError::Stopped)
            {
                tracing::error!(%error, "an export broke off");
            }
        })
    })
    .await?
    .map_err(|_| RegistryError::Internal("an export has no thread"))?;
    let (media, name) = match format {
        ExportFormat::Geojson => ("application/geo+json", "sentra.geojson"),
        ExportFormat::Csv => ("text/csv; charset=utf-8", "sentra.csv"),
    };
    Ok(HttpResponse::Ok()
        .content_type(media)
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")))
        .insert_header((header::CACHE_CONTROL, super::enterprises::caching(&request)))
        .streaming(stream::unfold(Some(receiver), |receiver| async move {
            let mut receiver = receiver?;
            match receiver.recv().await {
                Some(piece) => Some((Ok(piece?), Some(receiver))),
                // The reader must not take half a file for a whole one.
                None => Some((Err(std::io::Error::other("the export broke off")), None)),
            }
        })))
}

fn write(
    registry: &Registry,
    caller: &Caller,
    filter: crate::domain::filter::Filter,
    format: ExportFormat,
    send: impl Fn(Option<web::Bytes>) -> Result<(), RegistryError>,
) -> Result<(), RegistryError> {
    let mut writer = Writer::new(format);
    let piece = |bytes: Vec<u8>| send(Some(bytes.into()));
    piece(writer.begin())?;
    registry.scan_enterprises(caller, filter, |batch| piece(writer.rows(batch)?))?;
    piece(writer.end())?;
    send(None)
}

/// Writes an export piece by piece; the command line uses it too.
pub struct Writer {
    format: ExportFormat,
    first: bool,
}

impl Writer {
    pub fn new(format: ExportFormat) -> Self {
        Self { format, first: true }
    }

    pub fn begin(&self) -> Vec<u8> {
        match self.format {
            ExportFormat::Geojson => b"{\"type\":\"FeatureCollection\",\"features\":[\n".to_vec(),
            // Excel takes UTF-8 for what it is only with a byte order mark.
            ExportFormat::Csv => [b"\xEF\xBB\xBF".as_slice(), &csv_row(flat::COLUMNS)].concat(),
        }
    }

    /// # Errors
    /// A stored document that is no JSON.
    pub fn rows(&mut self, batch: Vec<Seen>) -> Result<Vec<u8>, RegistryError> {
        let mut out = Vec::new();
        for seen in batch {
            match self.format {
                ExportFormat::Geojson => {
                    if !std::mem::take(&mut self.first) {
                        out.extend(b",\n");
                    }
                    write_feature(&mut out, &seen);
                }
                ExportFormat::Csv => {
                    let document = serde_json::from_str(&seen.document)?;
                    out.extend(csv_row(&flat::cells(&document, seen.lon, seen.lat)));
                }
            }
        }
        Ok(out)
    }

    pub fn end(&self) -> Vec<u8> {
        match self.format {
            ExportFormat::Geojson => b"\n]}\n".to_vec(),
            ExportFormat::Csv => Vec::new(),
        }
    }
}

fn csv_row<T: AsRef<[u8]>>(cells: &[T]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(cells);
    writer.into_inner().unwrap_or_default()
}
