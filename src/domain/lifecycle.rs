//! The life cycle: review, publication and existence are separate, and this one table says what
//! may follow what (contract.md).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::codes::{BasisKind, ConsentTo, Existence, Publication, Review, code_set};
use super::enterprise::{Consent, Draft, PublicationBasis};
use super::projection::Standing;

code_set! {
    /// What can be done to a record beyond creating it.
    pub enum Action {
        /// Change what is written of it.
        Revise,
        Submit,
        Verify,
        Return,
        Publish,
        Unpublish,
        Close,
        Move,
        Merge,
        Reopen,
    }
}

impl Action {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The reason or ground that comes with an action.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// Kept in the change log; a must for `return`, `move` and `merge`.
    #[serde(default)]
    pub reason: Option<String>,
    /// A must for `publish`.
    #[serde(default)]
    pub basis: Option<BasisDraft>,
}

/// A basis of publication as stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BasisDraft {
    pub kind: BasisKind,
    /// The consent, the decree or the source.
    pub text: String,
    /// Today where it is left out.
    #[serde(default)]
    pub on: Option<NaiveDate>,
}

/// Who does it, as far as the table cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doer<'a> {
    pub name: &'a str,
    /// Decides for the record's area, beyond being its author.
    pub verifier: bool,
    /// Looks after the cooperative that it is a member of: may do what its author may.
    pub officer: bool,
}

/// Why an action is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not from this state: its field and the value that it has.
    Wrong { field: &'static str, value: &'static str },
    /// The role does not allow it.
    NotTheirs,
    /// Nobody verifies their own submission.
    OwnSubmission,
    /// The field that must come with it.
    Missing(&'static str),
}

/// One line of the table.
struct Line {
    action: Action,
    /// Review states that it starts from.
    from: &'static [Review],
    /// Existences that it starts from.
    while_it: &'static [Existence],
    who: Who,
    reason: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Who {
    Author,
    Verifier,
    AuthorOrVerifier,
}

const ANY: &[Review] = &[Review::Draft, Review::Submitted, Review::Returned, Review::Verified];
const ACTIVE: &[Existence] = &[Existence::Active];

/// The table.
const LINES: &[Line] = &[
    line(Action::Revise, ANY, ACTIVE, Who::AuthorOrVerifier, false),
    line(Action::Submit, &[Review::Draft, Review::Returned], ACTIVE, Who::Author, false),
    line(Action::Verify, &[Review::Submitted], ACTIVE, Who::Verifier, false),
    line(Action::Return, &[Review::Submitted], ACTIVE, Who::Verifier, true),
    line(Action::Publish, &[Review::Verified], ACTIVE, Who::Verifier, false),
    line(
        Action::Unpublish,
        ANY,
        &[Existence::Active, Existence::Closed, Existence::Moved, Existence::Duplicate],
        Who::Verifier,
        false,
    ),
    line(Action::Close, ANY, ACTIVE, Who::Verifier, false),
    line(Action::Move, ANY, ACTIVE, Who::Verifier, true),
    line(Action::Merge, ANY, ACTIVE, Who::Verifier, true),
    line(Action::Reopen, ANY, &[Existence::Closed, Existence::Moved], Who::Verifier, false),
];

const fn line(
    action: Action,
    from: &'static [Review],
    while_it: &'static [Existence],
    who: Who,
    reason: bool,
) -> Line {
    Line { action, from, while_it, who, reason }
}

/// Whether an action may be done to a record in this standing.
///
/// # Errors
/// The first ground on which it may not.
pub fn check(
    action: Action,
    standing: &Standing,
    doer: Doer,
    grounds: &Grounds,
) -> Result<(), Refusal> {
    let Some(line) = LINES.iter().find(|line| line.action == action) else {
        return Err(Refusal::NotTheirs);
    };
    let author = standing.author.as_deref() == Some(doer.name);
    let theirs = match line.who {
        // Who decides for an area may also submit what came in without an author.
        Who::Author => author || doer.officer || (doer.verifier && standing.author.is_none()),
        Who::Verifier => doer.verifier,
        Who::AuthorOrVerifier => author || doer.officer || doer.verifier,
    };
    if !theirs {
        return Err(Refusal::NotTheirs);
    }
    if !line.while_it.contains(&standing.existence) {
        return Err(Refusal::Wrong { field: "existence", value: standing.existence.into() });
    }
    if !line.from.contains(&standing.review) {
        return Err(Refusal::Wrong { field: "review", value: standing.review.into() });
    }
    match (action, standing.publication) {
        (Action::Publish, Publication::Published)
        | (Action::Unpublish, Publication::Unpublished) => {
            return Err(Refusal::Wrong {
                field: "publication",
                value: standing.publication.into(),
            });
        }
        _ => {}
    }
    if action == Action::Verify && author {
        return Err(Refusal::OwnSubmission);
    }
    let blank = |text: &Option<String>| text.as_ref().is_none_or(|text| text.trim().is_empty());
    if line.reason && blank(&grounds.reason) {
        return Err(Refusal::Missing("reason"));
    }
    match (action, &grounds.basis) {
        (Action::Publish, None) => Err(Refusal::Missing("basis")),
        (Action::Publish, Some(basis)) if basis.text.trim().is_empty() => {
            Err(Refusal::Missing("basis.text"))
        }
        _ => Ok(()),
    }
}

/// The standing after an action that [`check`] allows. `into` is the record that a merged one is a
/// duplicate of.
pub fn apply(
    action: Action,
    standing: &mut Standing,
    doer: Doer,
    grounds: &Grounds,
    today: NaiveDate,
    into: Option<Uuid>,
) {
    match action {
        Action::Revise => {
            // A verifier's word stands; an author's goes round again.
            if standing.review == Review::Verified && !doer.verifier {
                standing.review = Review::Submitted;
            }
        }
        Action::Submit => standing.review = Review::Submitted,
        Action::Verify => standing.review = Review::Verified,
        Action::Return => standing.review = Review::Returned,
        Action::Publish => {
            standing.publication = Publication::Published;
            standing.publication_basis = grounds.basis.as_ref().map(|basis| PublicationBasis {
                kind: basis.kind,
                text: basis.text.trim().to_owned(),
                on: basis.on.unwrap_or(today),
            });
        }
        Action::Unpublish => {
            standing.publication = Publication::Unpublished;
            standing.publication_basis = None;
        }
        Action::Close => {
            standing.existence = Existence::Closed;
            standing.ceased_on = Some(today);
        }
        Action::Move => {
            standing.existence = Existence::Moved;
            standing.ceased_on = Some(today);
        }
        // It never was an enterprise of its own: no day on which it ceased to be one.
        Action::Merge => {
            standing.existence = Existence::Duplicate;
            standing.duplicate_of = into;
        }
        Action::Reopen => {
            standing.existence = Existence::Active;
            standing.ceased_on = None;
            standing.duplicate_of = None;
        }
    }
}

/// Consent and publication move together: to publish on the owner's consent records the consent,
/// and to take it back ends a publication that rests on it. `before` is the draft as it was, `draft`
/// as it is to be, `standing` after [`apply`].
pub fn heed_consent(standing: &mut Standing, before: &Draft, draft: &mut Draft) {
    let Some(basis) = &standing.publication_basis else { return };
    if basis.kind != BasisKind::Consent || draft.agrees_to(ConsentTo::Publish) {
        return;
    }
    if before.agrees_to(ConsentTo::Publish) {
        standing.publication = Publication::Unpublished;
        standing.publication_basis = None;
    } else {
        let (on, how) = (basis.on, basis.text.clone());
        draft.consents.push(Consent { to: ConsentTo::Publish, on, how });
    }
}

#[cfg(test)]
mod tests {
    use strum::VariantNames;

    use super::*;

    fn standing(review: Review, publication: Publication, existence: Existence) -> Standing {
        Standing {
            review,
            publication,
            existence,
            author: Some("ani".into()),
            ..Standing::new(Uuid::nil(), chrono::DateTime::UNIX_EPOCH)
        }
    }

    fn all_grounds() -> Grounds {
        let (kind, text) = (BasisKind::Consent, "surat".to_owned());
        Grounds { reason: Some("sebab".into()), basis: Some(BasisDraft { kind, text, on: None }) }
    }

    const VERIFIER: Doer = Doer { name: "vera", verifier: true, officer: false };
    const AUTHOR: Doer = Doer { name: "ani", verifier: false, officer: false };
    const OFFICER: Doer = Doer { name: "opi", verifier: false, officer: true };
    const OTHER: Doer = Doer { name: "oto", verifier: false, officer: false };

    /// The review states from which each action is allowed to a verifier, an author and others.
    #[test]
    fn the_table_of_the_contract_holds_for_every_state_and_role() {
        let all = [Review::Draft, Review::Submitted, Review::Returned, Review::Verified];
        let allowed = |action: Action, doer: Doer| -> Vec<Review> {
            let publication = match action {
                Action::Unpublish => Publication::Published,
                _ => Publication::Unpublished,
            };
            let existence = match action {
                Action::Reopen => Existence::Closed,
                _ => Existence::Active,
            };
            all.into_iter()
                .filter(|review| {
                    let standing = standing(*review, publication, existence);
                    check(action, &standing, doer, &all_grounds()).is_ok()
                })
                .collect()
        };
        let none: Vec<Review> = Vec::new();
        for name in Action::VARIANTS {
            let action: Action = name.parse().expect("an action");
            let (verifier, author) = match action {
                Action::Revise => (all.to_vec(), all.to_vec()),
                Action::Submit => (none.clone(), vec![Review::Draft, Review::Returned]),
                Action::Verify | Action::Return => (vec![Review::Submitted], none.clone()),
                Action::Publish => (vec![Review::Verified], none.clone()),
                _ => (all.to_vec(), none.clone()),
            };
            assert_eq!(allowed(action, VERIFIER), verifier, "{name} by a verifier");
            assert_eq!(allowed(action, AUTHOR), author, "{name} by the author");
            assert_eq!(allowed(action, OFFICER), author, "{name} by the cooperative's officer");
            assert_eq!(allowed(action, OTHER), none, "{name} by somebody else");
        }
    }

    #[test]
    fn nobody_verifies_their_own_submission() {
        let own = Doer { verifier: true, ..AUTHOR };
        let standing = standing(Review::Submitted, Publication::Unpublished, Existence::Active);
        let refused = check(Action::Verify, &standing, own, &Grounds::default());
        assert_eq!(refused, Err(Refusal::OwnSubmission));
    }

    #[test]
    fn reasons_and_bases_must_come_with_what_needs_them() {
        let submitted = standing(Review::Submitted, Publication::Unpublished, Existence::Active);
        let verified = standing(Review::Verified, Publication::Unpublished, Existence::Active);
        let bare = Grounds { reason: Some("  ".into()), basis: None };
        for (action, standing, field) in [
            (Action::Return, &submitted, "reason"),
            (Action::Move, &submitted, "reason"),
            (Action::Merge, &submitted, "reason"),
            (Action::Publish, &verified, "basis"),
        ] {
            let refused = check(action, standing, VERIFIER, &bare);
            assert_eq!(refused, Err(Refusal::Missing(field)), "{action:?}");
        }
    }

    #[test]
    fn what_is_closed_or_moved_ceases_on_that_day_until_it_is_reopened() {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).expect("a day");
        for (action, day) in
            [(Action::Close, Some(today)), (Action::Move, Some(today)), (Action::Merge, None)]
        {
            let mut one = standing(Review::Verified, Publication::Published, Existence::Active);
            apply(action, &mut one, VERIFIER, &all_grounds(), today, Some(Uuid::max()));
            assert_eq!(one.ceased_on, day, "{action:?}");
            apply(Action::Reopen, &mut one, VERIFIER, &Grounds::default(), today, None);
            assert_eq!((one.existence, one.ceased_on), (Existence::Active, None), "{action:?}");
        }
    }

    #[test]
    fn what_no_longer_exists_is_not_revised_until_it_is_reopened() {
        let mut closed = standing(Review::Verified, Publication::Unpublished, Existence::Closed);
        let refused = check(Action::Revise, &closed, VERIFIER, &Grounds::default());
        assert_eq!(refused, Err(Refusal::Wrong { field: "existence", value: "closed" }));
        let today = NaiveDate::default();
        apply(Action::Reopen, &mut closed, VERIFIER, &Grounds::default(), today, None);
        assert_eq!(check(Action::Revise, &closed, VERIFIER, &Grounds::default()), Ok(()));
    }

    #[test]
    fn publication_on_consent_records_it_and_ends_with_it() {
        let published = |kind| {
            let mut standing =
                standing(Review::Verified, Publication::Unpublished, Existence::Active);
            let basis = Some(BasisDraft { kind, text: "surat 7".into(), on: None });
            let grounds = Grounds { reason: None, basis };
            let today = NaiveDate::default();
            apply(Action::Publish, &mut standing, VERIFIER, &grounds, today, None);
            standing
        };
        let (mut standing, mut draft) = (published(BasisKind::Consent), Draft::default());
        heed_consent(&mut standing, &Draft::default(), &mut draft);
        assert!(draft.agrees_to(ConsentTo::Publish));
        heed_consent(&mut standing, &draft, &mut draft.clone());
        assert_eq!(standing.publication, Publication::Published);
        heed_consent(&mut standing, &draft, &mut Draft::default());
        assert_eq!(
            (standing.publication, standing.publication_basis),
            (Publication::Unpublished, None)
        );
        let mut by_duty = published(BasisKind::PublicDuty);
        heed_consent(&mut by_duty, &draft, &mut Draft::default());
        assert_eq!(by_duty.publication, Publication::Published);
    }

    #[test]
    fn an_authors_revision_of_a_verified_record_goes_round_again() {
        let today = NaiveDate::default();
        let mut by_author = standing(Review::Verified, Publication::Published, Existence::Active);
        let mut by_verifier = by_author.clone();
        apply(Action::Revise, &mut by_author, AUTHOR, &Grounds::default(), today, None);
        apply(Action::Revise, &mut by_verifier, VERIFIER, &Grounds::default(), today, None);
        assert_eq!(by_author.review, Review::Submitted);
        assert_eq!(by_verifier.review, Review::Verified);
    }
}
