//! OpenRosa (ODK Collect, KoboCollect): the form of a questionnaire, the lists that go with it, and
//! what phones send back. Formats only: no database, no actix.

mod lists;
mod settings;
mod submission;
mod xform;

pub use lists::{Listed, Media, csv, form_list, manifest, response};
pub use settings::settings_code;
pub use submission::{EntityChange, Submission, SubmissionError};
pub use xform::{Form, property, write};

/// Of every answer.
pub const VERSION: &str = "1.0";
/// The list of known enterprises and that of villages, as the form names them.
pub const ENTERPRISES: &str = "enterprises";
pub const VILLAGES: &str = "villages";

/// Text as XML holds it.
fn escaped(text: &str) -> std::borrow::Cow<'_, str> {
    quick_xml::escape::escape(text)
}
