//! `/exports`: everything that passes a filter, streamed, and what such a file is.

use std::io;
use std::time::Duration;

use actix_web::body::SizedStream;
use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header};
use actix_web::rt::time::timeout;
use actix_web::{HttpRequest, HttpResponse, get, web};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::{Stream, stream};
use strum::VariantNames;
use tokio::sync::mpsc;

use crate::domain::fault::{Fault, FieldFault};
use crate::domain::filter::Filter;
use crate::exchange::export::metadata::Metadata;
use crate::exchange::export::{Choice, Delimiter, ExportFormat, Layout, Pieces};
use crate::http::caller::Caller;
use crate::http::parameters::{CommonProblems, FilterParameters, Taken};
use crate::http::problem::ApiError;
use crate::http::slots::Slot;
use crate::registry::{Registry, RegistryError};

/// Pieces that may wait for a slow reader.
const AHEAD: usize = 4;
/// How long the answer waits for a format to say its size; after that it begins without.
const SPOOLING: Duration = Duration::from_secs(20);

/// What the thread that writes an export sends.
enum Sent {
    /// All bytes there will be: before the first one, where it is known.
    Size(u64),
    Piece(web::Bytes),
    /// A channel that closes without it broke off, whatever the reason.
    End,
}

/// All enterprises that pass a filter, as a file: GeoJSON (a collection, or a feature a line), CSV,
/// XLSX, `GeoParquet` 1.1 or `FlatGeobuf`.
#[utoipa::path(
    operation_id = "export_enterprises",
    tag = "enterprises",
    params(
        ("format" = String, Path, description = "`geojson`, `geojsonl`, `csv`, `xlsx`, `parquet` or `fgb`"),
        ("columns" = Option<String>, Query, description = "Columns by comma, or `all`: see `/exports/enterprises/metadata`. Internal ones are for those who may export the internal tier. Left out: those that an import reads back; in GeoJSON the whole document", example = "id,name,regency_name,size_class"),
        ("delimiter" = Option<String>, Query, description = "Of CSV alone: `;` comes with a decimal comma, as spreadsheets set to Indonesian read it; `,` if left out"),
        FilterParameters,
    ),
    responses(
        (status = 200, description = "the file; compressed on the way (gzip) where it is text and the reader takes that", content(
            (Object = "application/geo+json"),
            (String = "application/x-ndjson"),
            (String = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "application/vnd.apache.parquet"),
            (Vec<u8> = "application/vnd.flatgeobuf"),
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
        let (value, allowed) = (format.clone(), ExportFormat::VARIANTS.join(", "));
        let fault = Fault::UnknownCode { value, allowed };
        RegistryError::BadParameters(vec![FieldFault::new("format", fault)])
    })?;
    let mut taken = Taken::of(request.query_string())?;
    let choice = columns(&mut taken);
    let mut layout = Layout::new(format);
    if format == ExportFormat::Csv {
        layout.delimiter = delimiter(&mut taken);
    }
    let mut filter = taken.into_filter(&registry.reference())?;
    let slot = match Slot::take(&request, &caller.0) {
        Ok(slot) => slot,
        Err(refused) => return Ok(refused.answer()),
    };
    // What is refused is refused before the stream begins, while there is still a status to answer
    // with.
    let told = registry.clone();
    let (caller, filter, layout) = web::block(move || {
        told.allow_filter(&caller.0, &mut filter)?;
        layout.columns = told.export_columns(&caller.0, &choice)?;
        if format == ExportFormat::Xlsx {
            let columns = layout.columns.as_deref();
            layout.about = told.export_metadata(&caller, filter.clone(), columns)?.lines();
        }
        Ok::<_, RegistryError>((caller, filter, layout))
    })
    .await??;
    let compressed = format.is_text() && takes_gzip(&request);
    let (sender, mut receiver) = mpsc::channel::<Sent>(AHEAD);
    let thread = std::thread::Builder::new().name("sentra-export".to_owned());
    web::block(move || {
        // Detached: the reader's pace is this thread's, and a reader who left, or who was cut off
        // because they took nothing, ends it.
        thread.spawn(move || {
            let _slot = slot;
            let written = write(&registry, &caller, filter, &layout, compressed, &sender);
            // Somebody who left broke nothing.
            if let Err(error) = written
                && !matches!(error, RegistryError::Stopped)
            {
                tracing::error!(%error, "an export broke off");
            }
        })
    })
    .await?
    .map_err(|_| RegistryError::Internal("an export has no thread"))?;
    let mut answer = HttpResponse::Ok();
    let name = format!("attachment; filename=\"sentra.{}\"", format.extension());
    answer
        .content_type(format.media_type())
        .insert_header((header::CONTENT_DISPOSITION, name))
        .insert_header((header::CACHE_CONTROL, super::enterprises::caching(&request)))
        // Told in any case: what has been compressed, or is not to be, is let through as it is.
        .insert_header(if compressed { ContentEncoding::Gzip } else { ContentEncoding::Identity });
    let mut first = None;
    if format.is_spooled()
        && let Ok(begun) = timeout(SPOOLING, receiver.recv()).await
    {
        first = Some(begun.ok_or(RegistryError::Internal("an export broke off"))?);
    }
    if let Some(Sent::Size(size)) = first {
        return Ok(answer.body(SizedStream::new(size, pieces(None, receiver))));
    }
    Ok(answer.streaming(pieces(first, receiver)))
}

/// Whether compressed text is welcome. At the quickest level, in the thread that writes: that costs
/// the reader less than the network would.
fn takes_gzip(request: &HttpRequest) -> bool {
    let supported = [Encoding::gzip(), Encoding::identity()];
    let accepted = AcceptEncoding::parse(request).ok();
    let chosen = accepted.and_then(|accepted| accepted.negotiate(supported.iter()));
    request.headers().contains_key(header::ACCEPT_ENCODING) && chosen == Some(Encoding::gzip())
}

/// What comes out of the channel, as a body.
fn pieces(
    first: Option<Sent>,
    receiver: mpsc::Receiver<Sent>,
) -> impl Stream<Item = io::Result<web::Bytes>> {
    stream::unfold(Some((first, receiver)), |state| async move {
        let (mut first, mut receiver) = state?;
        loop {
            let sent = match first.take() {
                Some(sent) => Some(sent),
                None => receiver.recv().await,
            };
            match sent {
                Some(Sent::Piece(piece)) => return Some((Ok(piece), Some((None, receiver)))),
                Some(Sent::Size(_)) => {}
                Some(Sent::End) => return None,
                // The reader must not take half a file for a whole one.
                None => return Some((Err(io::Error::other("the export broke off")), None)),
            }
        }
    })
}

fn write(
    registry: &Registry,
    caller: &Caller,
    filter: Filter,
    layout: &Layout,
    compressed: bool,
    sender: &mpsc::Sender<Sent>,
) -> Result<(), RegistryError> {
    let gone = || io::Error::from(io::ErrorKind::BrokenPipe);
    let stopped = |_| RegistryError::Stopped;
    let mut pieces = Pieces::new(|piece| match piece.len() {
        0 if sender.is_closed() => Err(gone()),
        0 => Ok(()),
        _ => sender.blocking_send(Sent::Piece(piece.into())).map_err(|_| gone()),
    });
    let mut sized = |size| drop(sender.blocking_send(Sent::Size(size)));
    if compressed {
        let mut compressing = GzEncoder::new(&mut pieces, Compression::fast());
        let out = Box::new(&mut compressing);
        registry.export_enterprises(caller, filter, layout, out, &mut sized)?;
        compressing.finish().map_err(stopped)?;
    } else {
        let out = Box::new(&mut pieces);
        registry.export_enterprises(caller, filter, layout, out, &mut sized)?;
    }
    pieces.finish().map_err(stopped)?;
    sender.blocking_send(Sent::End).map_err(|_| RegistryError::Stopped)
}

/// `columns`.
fn columns(taken: &mut Taken) -> Choice {
    taken.read("columns", Choice::Default, Choice::parse)
}

/// `delimiter`.
fn delimiter(taken: &mut Taken) -> Delimiter {
    taken.read("delimiter", Delimiter::Comma, |text| match text {
        "," => Ok(Delimiter::Comma),
        ";" => Ok(Delimiter::Semicolon),
        other => Err(Fault::UnknownCode { value: other.to_owned(), allowed: ", ;".into() }),
    })
}

/// What an export of this filter and these columns is: its source, day, filter, counts, columns and
/// terms. To be kept beside the file.
#[utoipa::path(
    operation_id = "get_export_metadata",
    tag = "enterprises",
    params(
        ("columns" = Option<String>, Query, description = "Columns by comma, or `all`; left out: those of a CSV", example = "id,name,regency_name,size_class"),
        FilterParameters,
    ),
    responses((status = 200, description = "the metadata", body = Metadata), CommonProblems),
    security((), ("bearer" = []))
)]
#[get("/exports/enterprises/metadata")]
pub async fn get_export_metadata(
    request: HttpRequest,
    caller: Caller,
    registry: web::Data<Registry>,
) -> Result<HttpResponse, ApiError> {
    let mut taken = Taken::of(request.query_string())?;
    let choice = columns(&mut taken);
    let filter = taken.into_filter(&registry.reference())?;
    let metadata = web::block(move || {
        let columns = registry.export_columns(&caller.0, &choice)?;
        registry.export_metadata(&caller, filter, columns.as_deref())
    })
    .await??;
    let caching = super::enterprises::caching(&request);
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, caching)).json(metadata))
}
