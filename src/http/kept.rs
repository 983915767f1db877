//! Public answers as they were last given: made and compressed once, and told by their tag whether
//! whoever asks has them already.

use std::collections::HashMap;
use std::io::{Read, Write};

use actix_web::http::header::{self, AcceptEncoding, ContentEncoding, Encoding, Header};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::caller::Caller;
use crate::domain::actor::Actor;
use crate::domain::filter::Filter;
use crate::registry::{PublicState, RegistryError};

/// Most bytes of the answers that are kept, compressed.
const MOST: usize = 32_000_000;
/// What an answer takes beside its own bytes.
const OVERHEAD: usize = 300;

/// An answer that anybody may have.
#[derive(Debug, Clone)]
pub struct Answer {
    gzip: Bytes,
    tag: String,
    empty: bool,
}

/// The answers that are kept: those that were asked for least lately go first.
#[derive(Default)]
pub struct Kept {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    answers: HashMap<String, Line>,
    bytes: usize,
    /// Counts the questions.
    now: u64,
}

struct Line {
    answer: Answer,
    state: PublicState,
    asked: u64,
}

impl Line {
    fn bytes(&self, name: &str) -> usize {
        name.len() + self.answer.gzip.len() + OVERHEAD
    }
}

impl Kept {
    /// The answer of this name, if it is of this state.
    pub fn find(&self, name: &str, state: &PublicState) -> Option<Answer> {
        let mut shelf = self.shelf.lock();
        shelf.now += 1;
        let now = shelf.now;
        let line = shelf.answers.get_mut(name).filter(|line| line.state == *state)?;
        line.asked = now;
        Some(line.answer.clone())
    }

    /// Keeps an answer. `state` was asked for before it was made.
    pub fn keep(&self, name: &str, state: PublicState, answer: &Answer) {
        let mut shelf = self.shelf.lock();
        shelf.now += 1;
        let line = Line { answer: answer.clone(), state, asked: shelf.now };
        shelf.bytes += line.bytes(name);
        if let Some(old) = shelf.answers.insert(name.to_owned(), line) {
            shelf.bytes -= old.bytes(name);
        }
        if shelf.bytes > MOST {
            shelf.clear_out();
        }
    }
}

impl Shelf {
    /// Leaves the half that was asked for last.
    fn clear_out(&mut self) {
        let mut asked: Vec<u64> = self.answers.values().map(|line| line.asked).collect();
        let middle = asked.len() / 2;
        let (_, least, _) = asked.select_nth_unstable(middle);
        let least = *least;
        self.answers.retain(|_, line| line.asked > least);
        self.bytes = self.answers.iter().map(|(name, line)| line.bytes(name)).sum();
    }
}

/// What an answer is kept by: None where it is not everybody's, or not told by the public rows and
/// the codes alone.
pub fn name(caller: &Caller, filter: &Filter, question: &str) -> Option<String> {
    let public = &filter.public;
    let alone = public.words.is_empty()
        && public.cooperatives.is_empty()
        && public.sentra.is_empty()
        && filter.internal_parameters().is_empty();
    (caller.0 == Actor::Anonymous && alone).then(|| format!("{question}?{}", filter.canonical()))
}

impl Answer {
    /// # Errors
    /// If it cannot be compressed, which memory alone could be the cause of.
    pub fn new(body: &[u8]) -> Result<Self, RegistryError> {
        let room = Vec::with_capacity(body.len() / 2);
        let mut encoder = GzEncoder::new(room, Compression::fast());
        let gzip = encoder.write_all(body).and_then(|()| encoder.finish());
        let gzip = gzip.map_err(|_| RegistryError::Internal("an answer can be compressed"))?;
        Ok(Self { gzip: gzip.into(), tag: tag_of(body), empty: body.is_empty() })
    }

    /// The response: 304 to whoever has it, 204 where there is nothing.
    ///
    /// # Errors
    /// If it cannot be decompressed, which does not happen to what was compressed here.
    pub fn respond(
        &self,
        request: &HttpRequest,
        content_type: &'static str,
        caching: &'static str,
    ) -> Result<HttpResponse, RegistryError> {
        let mut response = if self.is_known(request) {
            HttpResponse::NotModified()
        } else if self.empty {
            HttpResponse::NoContent()
        } else {
            HttpResponse::Ok()
        };
        response.insert_header((header::ETAG, self.tag.as_str()));
        response.insert_header((header::CACHE_CONTROL, caching));
        if self.empty || self.is_known(request) {
            return Ok(response.finish());
        }
        response.content_type(content_type);
        let choice = [Encoding::gzip(), Encoding::identity()];
        let accepted = AcceptEncoding::parse(request).ok();
        let taken = accepted.and_then(|accepted| accepted.negotiate(choice.iter()));
        if taken == Some(Encoding::gzip()) {
            response.insert_header(ContentEncoding::Gzip);
            return Ok(response.body(self.gzip.clone()));
        }
        let mut body = Vec::new();
        GzDecoder::new(&*self.gzip)
            .read_to_end(&mut body)
            .map_err(|_| RegistryError::Internal("what was compressed can be decompressed"))?;
        Ok(response.body(body))
    }

    /// Whether the request names it as what it has.
    fn is_known(&self, request: &HttpRequest) -> bool {
        is_known(request, &self.tag)
    }
}

/// Weak: compressed or not, it is the same answer.
fn tag_of(body: &[u8]) -> String {
    let digest = Sha256::digest(body);
    let hex = digest[..12].iter().map(|byte| format!("{byte:02x}"));
    format!("W/\"{}\"", hex.collect::<String>())
}

/// Whether a request names an answer as what it has.
fn is_known(request: &HttpRequest, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let own = bare(tag);
    let lines = request.headers().get_all(header::IF_NONE_MATCH);
    lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|known| known.trim() == "*" || bare(known) == own)
}

/// An answer that is made anew each time, with its tag: 304 to whoever has it.
pub fn tagged(
    request: &HttpRequest,
    content_type: &'static str,
    caching: &'static str,
    body: Vec<u8>,
) -> HttpResponse {
    let tag = tag_of(&body);
    let known = is_known(request, &tag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, caching));
    if known { response.finish() } else { response.content_type(content_type).body(body) }
}
