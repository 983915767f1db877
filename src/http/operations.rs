//! Every operation of the API with the right that it needs and whose records it is about: the table
//! that `docs/access.md` is written from and that the suite holds every operation against.

use strum::{IntoStaticStr, VariantArray};

use crate::domain::access::Right;
use crate::domain::actor::{Actor, Client, Role, Scopes, User, Visibility};

/// What an operation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Nothing that is somebody's: codes, regions, sessions, one's own account.
    Nothing,
    /// Records: the internal tier of those that are theirs, the public tier of published others.
    Records,
    /// Cooperatives; an officer's own is theirs.
    Cooperatives,
    /// Sentra and observations, which nobody but an office has.
    Documents,
    /// Records, as a file: the internal tier only for those who may export it.
    Export,
    /// The changes of records.
    Changes,
    /// The internal tier of records that are theirs; others are as if they were not there.
    Internal,
    /// A change of a record that is theirs.
    Write,
}

/// An operation of the API.
#[derive(Debug, Clone, Copy)]
pub struct Operation {
    pub id: &'static str,
    /// None: nobody needs to be signed in.
    pub needs: Option<Needs>,
    pub about: About,
}

/// Who may ask at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// A person who is signed in.
    Person,
    Right(Right),
    /// Whoever has both.
    Both(Right, Right),
    /// Whoever has one of the two.
    Either(Right, Right),
}

/// Where a record is, to whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Place {
    /// Not published, in the own area; to an enumerator one that they submitted, to an officer a
    /// member of their cooperative.
    Own,
    /// Not published, in another area.
    Other,
    /// Published, in another area.
    Public,
}

/// What becomes of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Answer {
    /// Done, or the internal tier.
    Allowed,
    /// The public tier.
    Reduced,
    /// An error, or not in the answer.
    Refused,
}

const fn open(id: &'static str) -> Operation {
    Operation { id, needs: None, about: About::Nothing }
}

const fn about(id: &'static str, about: About) -> Operation {
    Operation { id, needs: None, about }
}

const fn person(id: &'static str) -> Operation {
    Operation { id, needs: Some(Needs::Person), about: About::Nothing }
}

const fn right(id: &'static str, right: Right, about: About) -> Operation {
    Operation { id, needs: Some(Needs::Right(right)), about }
}

const fn import(id: &'static str) -> Operation {
    let needs = Some(Needs::Either(Right::ImportLists, Right::ReadLog));
    Operation { id, needs, about: About::Internal }
}

const fn field(id: &'static str) -> Operation {
    let needs = Some(Needs::Either(Right::ManageCampaigns, Right::SubmitVisits));
    Operation { id, needs, about: About::Internal }
}

/// The table.
pub const OPERATIONS: &[Operation] = &[
    about("list_enterprises", About::Records),
    about("get_enterprise", About::Records),
    about("get_enterprise_tile", About::Records),
    about("get_stats", About::Records),
    about("export_enterprises", About::Export),
    about("get_export_metadata", About::Export),
    about("list_suggestions", About::Records),
    right("create_enterprise", Right::WriteRecords, About::Write),
    right("replace_enterprise", Right::WriteRecords, About::Write),
    right("patch_enterprise", Right::WriteRecords, About::Write),
    right("submit_enterprise", Right::WriteRecords, About::Write),
    right("verify_enterprise", Right::Decide, About::Write),
    right("return_enterprise", Right::Decide, About::Write),
    right("publish_enterprise", Right::Decide, About::Write),
    right("unpublish_enterprise", Right::Decide, About::Write),
    right("close_enterprise", Right::Decide, About::Write),
    right("move_enterprise", Right::Decide, About::Write),
    right("reopen_enterprise", Right::Decide, About::Write),
    right("merge_enterprises", Right::Decide, About::Write),
    right("unmerge_enterprises", Right::Decide, About::Write),
    right("list_duplicates", Right::Decide, About::Internal),
    right("get_duplicate", Right::Decide, About::Internal),
    right("reject_duplicate", Right::Decide, About::Write),
    right("return_not_found", Right::Decide, About::Write),
    right("list_desk", Right::Decide, About::Internal),
    right("get_desk_record", Right::Decide, About::Internal),
    right("verify_desk_batch", Right::Decide, About::Write),
    right("list_desk_offices", Right::ReadInternal, About::Internal),
    right("list_desk_sample", Right::ReadInternal, About::Internal),
    right("list_desk_held", Right::Decide, About::Internal),
    right("create_desk_check", Right::CheckRecords, About::Write),
    right("list_desk_checks", Right::CheckRecords, About::Internal),
    import("list_imports"),
    import("get_import"),
    right("create_import", Right::ImportLists, About::Nothing),
    right("list_import_fields", Right::ImportLists, About::Nothing),
    right("get_import_template", Right::ImportLists, About::Nothing),
    right("replace_import_mapping", Right::ImportLists, About::Write),
    right("preview_import", Right::ImportLists, About::Write),
    right("start_import", Right::ImportLists, About::Write),
    right("stop_import", Right::ImportLists, About::Write),
    right("undo_import", Right::ImportLists, About::Write),
    right("list_questionnaire_fields", Right::ReadInternal, About::Nothing),
    right("list_questionnaires", Right::ReadInternal, About::Nothing),
    right("create_questionnaire", Right::ManageCampaigns, About::Nothing),
    right("get_questionnaire", Right::ReadInternal, About::Nothing),
    right("get_questionnaire_form", Right::ReadInternal, About::Nothing),
    right("list_campaigns", Right::ReadInternal, About::Internal),
    right("create_campaign", Right::ManageCampaigns, About::Write),
    right("get_campaign", Right::ReadInternal, About::Internal),
    right("patch_campaign", Right::ManageCampaigns, About::Write),
    right("start_campaign", Right::ManageCampaigns, About::Write),
    right("close_campaign", Right::ManageCampaigns, About::Write),
    right("clone_campaign", Right::ManageCampaigns, About::Write),
    right("list_campaign_targets", Right::ReadInternal, About::Internal),
    right("replace_campaign_targets", Right::ManageCampaigns, About::Write),
    right("list_assignments", Right::ReadInternal, About::Internal),
    right("replace_assignments", Right::ManageCampaigns, About::Write),
    right("list_campaign_enumerators", Right::ManageCampaigns, About::Internal),
    right("get_campaign_progress", Right::ReadInternal, About::Internal),
    field("list_devices"),
    right("create_device", Right::ManageCampaigns, About::Write),
    field("delete_device"),
    right("list_visits", Right::ReadInternal, About::Internal),
    right("create_visit", Right::SubmitVisits, About::Write),
    right("get_visit", Right::ReadInternal, About::Internal),
    right("get_visit_photo", Right::ReadInternal, About::Internal),
    right("create_visit_photos", Right::SubmitVisits, About::Write),
    right("resolve_visit", Right::Decide, About::Write),
    right("get_coverage", Right::ReadInternal, About::Internal),
    right("list_doubts", Right::ManageCampaigns, About::Internal),
    right("list_import_rows", Right::ImportLists, About::Internal),
    right("get_corrected_import", Right::ImportLists, About::Internal),
    right("delete_import_file", Right::ImportLists, About::Write),
    right("list_revisions", Right::ReadInternal, About::Internal),
    right("get_revision", Right::ReadInternal, About::Internal),
    right("count_quality", Right::ReadInternal, About::Internal),
    right("erase_person", Right::AnswerPersons, About::Write),
    right("correct_person", Right::AnswerPersons, About::Write),
    Operation {
        id: "export_person",
        needs: Some(Needs::Both(Right::AnswerPersons, Right::ReadRestricted)),
        about: About::Internal,
    },
    right("create_owner_link", Right::WriteRecords, About::Write),
    right("list_owner_links", Right::WriteRecords, About::Internal),
    right("delete_owner_link", Right::WriteRecords, About::Write),
    // Whoever holds a link: it opens its one record, and nobody's rights change that.
    open("get_own_record"),
    open("patch_own_record"),
    right("get_restricted", Right::ReadRestricted, About::Internal),
    right("match_persons", Right::ReadRestricted, About::Internal),
    right("list_reads", Right::ReadLog, About::Internal),
    right("get_read_report", Right::ReadLog, About::Internal),
    right("list_changes", Right::FollowChanges, About::Changes),
    open("list_releases"),
    open("get_release"),
    open("list_release_cells"),
    open("list_release_sums"),
    open("get_release_report"),
    right("create_release", Right::MakeReleases, About::Nothing),
    right("withdraw_release", Right::MakeReleases, About::Nothing),
    about("list_cooperatives", About::Cooperatives),
    about("get_cooperative", About::Cooperatives),
    right("create_cooperative", Right::WriteDocuments, About::Write),
    right("patch_cooperative", Right::WriteDocuments, About::Write),
    right("close_cooperative", Right::WriteDocuments, About::Write),
    about("list_sentra", About::Documents),
    about("get_sentra", About::Documents),
    right("create_sentra", Right::WriteDocuments, About::Write),
    right("patch_sentra", Right::WriteDocuments, About::Write),
    right("close_sentra", Right::WriteDocuments, About::Write),
    right("list_candidates", Right::FindSentra, About::Internal),
    right("get_candidate", Right::FindSentra, About::Internal),
    right("confirm_candidate", Right::WriteDocuments, About::Write),
    right("reject_candidate", Right::WriteDocuments, About::Write),
    right("create_candidate_search", Right::FindSentra, About::Write),
    right("list_candidate_searches", Right::FindSentra, About::Internal),
    right("get_candidate_search", Right::FindSentra, About::Internal),
    right("stop_candidate_search", Right::FindSentra, About::Write),
    right("get_complements", Right::FilterInternal, About::Internal),
    about("list_observations", About::Documents),
    about("get_observation", About::Documents),
    right("create_observation", Right::WriteDocuments, About::Write),
    right("patch_observation", Right::WriteDocuments, About::Write),
    right("close_observation", Right::WriteDocuments, About::Write),
    open("get_enterprise_tileset"),
    open("get_region_tile"),
    open("get_enterprise_style"),
    open("get_qgis_project"),
    open("get_catalogue"),
    open("create_area"),
    open("locate_region"),
    open("list_regions"),
    open("get_region"),
    open("get_region_geometry"),
    open("list_region_editions"),
    open("list_sectors"),
    open("list_units"),
    open("list_commodities"),
    open("list_quality_rules"),
    open("list_kbli"),
    open("get_kbli"),
    person("get_account"),
    person("replace_password"),
    person("list_account_sessions"),
    person("delete_account_session"),
    person("create_totp"),
    person("confirm_totp"),
    person("delete_totp"),
    right("list_users", Right::ManageAccess, About::Nothing),
    right("create_user", Right::ManageAccess, About::Nothing),
    right("get_user", Right::ManageAccess, About::Nothing),
    right("patch_user", Right::ManageAccess, About::Nothing),
    right("create_grant", Right::ManageAccess, About::Nothing),
    right("delete_grant", Right::ManageAccess, About::Nothing),
    right("create_reset_code", Right::ManageAccess, About::Nothing),
    right("delete_user_sessions", Right::ManageAccess, About::Nothing),
    right("delete_user_totp", Right::ManageAccess, About::Nothing),
    right("list_clients", Right::ManageAccess, About::Nothing),
    right("create_client", Right::ManageAccess, About::Nothing),
    right("get_client", Right::ManageAccess, About::Nothing),
    right("patch_client", Right::ManageAccess, About::Nothing),
    right("list_client_usage", Right::ManageAccess, About::Nothing),
    right("delete_client", Right::ManageAccess, About::Nothing),
    right("replace_client_secret", Right::ManageAccess, About::Nothing),
    open("reset_password"),
    open("create_token"),
    open("get_jwks"),
    open("create_session"),
    open("refresh_session"),
    open("delete_session"),
    open("get_health"),
    open("get_readiness"),
];

impl Operation {
    /// What becomes of the operation, asked by somebody about a record.
    pub fn answer(&self, actor: &Actor, place: Place) -> Answer {
        let may = match self.needs {
            None => true,
            Some(Needs::Person) => matches!(actor, Actor::User(_)),
            Some(Needs::Right(right)) => actor.may(right),
            Some(Needs::Both(one, other)) => actor.may(one) && actor.may(other),
            Some(Needs::Either(one, other)) => actor.may(one) || actor.may(other),
        };
        if !may {
            return Answer::Refused;
        }
        match (self.about, place) {
            (About::Nothing, _) | (About::Internal | About::Write, Place::Own) => Answer::Allowed,
            (About::Export, Place::Own) if actor.may(Right::ExportInternal) => Answer::Allowed,
            (
                About::Records | About::Cooperatives | About::Documents | About::Changes,
                Place::Own,
            ) if self.shows_internal(actor) => Answer::Allowed,
            // An auditor is told who changed what, and of the records no more than anybody.
            (About::Changes, Place::Own) if actor.audits().is_some() => Answer::Reduced,
            (
                About::Records
                | About::Cooperatives
                | About::Documents
                | About::Export
                | About::Changes,
                Place::Public,
            ) => Answer::Reduced,
            _ => Answer::Refused,
        }
    }

    /// Whether the internal tier of what is the actor's own is theirs.
    fn shows_internal(&self, actor: &Actor) -> bool {
        match actor.visibility() {
            Visibility::Public => false,
            Visibility::Internal { .. } => true,
            Visibility::Own { cooperative, .. } => match self.about {
                About::Cooperatives => cooperative.is_some(),
                about => about != About::Documents,
            },
        }
    }
}

/// Who asks, in the columns of the table.
pub fn askers() -> Vec<(String, Actor)> {
    let area = || "35.15".parse().ok();
    let user = |role: Role, restricted| {
        let cooperative = (role == Role::CooperativeOfficer).then(uuid::Uuid::nil);
        let email = String::new();
        Actor::User(User { email, role, area: area(), cooperative, restricted })
    };
    let client =
        |scopes| Actor::Client(Client { id: String::new(), scopes, requests_per_second: None });
    let mut askers = vec![("anonymous".to_owned(), Actor::Anonymous)];
    for role in Role::VARIANTS {
        askers.push((<&str>::from(role).to_owned(), user(*role, false)));
    }
    askers.push(("verifier + restricted".to_owned(), user(Role::Verifier, true)));
    let internal = Scopes { internal: area(), changes: false };
    askers.push(("client `public`".to_owned(), client(Scopes::default())));
    askers.push(("client `internal:AREA`".to_owned(), client(internal.clone())));
    let changes = Scopes { changes: true, ..internal };
    askers.push(("client `internal:AREA` `changes`".to_owned(), client(changes)));
    askers
}

/// The page `docs/access.md`.
pub fn access_page() -> String {
    use std::fmt::Write;
    let mut page = String::from(
        "# Who may do what\n\n\
         Written by `sentra access` from the tables that the program decides by\n\
         (`src/domain/access.rs`, `src/http/operations.rs`, `src/domain/tier.rs`); the suite asks\n\
         every operation as every role and holds the answers against this page.\n\n\
         Three signs a cell: a record that is not published in the own area, one in another area, a\n\
         published one in another area. `A` allowed (the internal tier), `r` reduced to the public\n\
         tier, `–` refused or as if it were not there. One sign: no record is asked about.\n\
         To an enumerator the own records are those that they submitted, to a cooperative officer\n\
         the members of their cooperative. An import is of the area of who uploaded it; an officer's\n\
         are those that they uploaded. Releases are made by analysts of the whole province.\n\n",
    );
    let askers = askers();
    // Writing to a string does not fail.
    let _ = write!(page, "| operation |");
    for (name, _) in &askers {
        let _ = write!(page, " {name} |");
    }
    let _ = writeln!(page, "\n|---|{}", "---|".repeat(askers.len()));
    for operation in OPERATIONS {
        let _ = write!(page, "| `{}` |", operation.id);
        for (_, actor) in &askers {
            let sign = |place: &Place| match operation.answer(actor, *place) {
                Answer::Allowed => 'A',
                Answer::Reduced => 'r',
                Answer::Refused => '–',
            };
            let signs: String = match operation.about {
                About::Nothing => sign(&Place::Public).to_string(),
                _ => Place::VARIANTS.iter().map(sign).collect(),
            };
            let _ = write!(page, " {signs} |");
        }
        page.push('\n');
    }
    page
}
