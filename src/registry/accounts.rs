//! Accounts: who there is, and what they are. An administrator with an area knows only the accounts
//! whose area lies in it, and gives no others; nobody changes what they are themselves.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::access_log::{Change, USER};
use super::account_rules::{bounds, manages, normal_email};
use super::attempts::address_hash;
use super::secrets::{digest, hash, one_time_code, password_fault};
use super::sessions::{area, role};
use super::{AccessError, Registry, RegistryError};
use crate::db::users::{UserQuery, UserRow};
use crate::db::{self, AnyConnection, DbError};
use crate::domain::access::Right;
use crate::domain::actor::{Actor, Role};
use crate::domain::region::RegionCode;

/// How long the one-time code of a new account is good, and that of an old one.
const FIRST_CODE: TimeDelta = TimeDelta::hours(24);
const RESET_CODE: TimeDelta = TimeDelta::hours(1);

/// An account, as those see it who manage it, and its owner.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    pub email: String,
    pub name: Option<String>,
    pub role: Role,
    pub area: Option<RegionCode>,
    pub cooperative: Option<Uuid>,
    pub disabled: bool,
    pub created_at: DateTime<Utc>,
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// It has a confirmed second factor.
    pub second_factor: bool,
    /// The grant `restricted` is theirs until then.
    pub restricted_until: Option<DateTime<Utc>>,
    /// After too many failures.
    pub locked_until: Option<DateTime<Utc>>,
}

/// What a person is to be.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub email: String,
    pub name: Option<String>,
    pub role: Role,
    pub area: Option<RegionCode>,
    pub cooperative: Option<Uuid>,
}

/// What is to be another way; what is None stays.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    pub name: Option<Option<String>>,
    pub role: Option<Role>,
    pub area: Option<Option<RegionCode>>,
    pub cooperative: Option<Option<Uuid>>,
    pub disabled: Option<bool>,
}

/// A code that sets a password once.
#[derive(Debug, Clone)]
pub struct OneTimeCode {
    pub code: String,
    pub expires_at: DateTime<Utc>,
}

/// Which accounts are listed.
#[derive(Debug, Clone, Default)]
pub struct AccountQuery {
    /// Part of the address or the name.
    pub q: Option<String>,
    /// Address of the last one of the page before.
    pub after: Option<String>,
    pub limit: usize,
}

/// A page of accounts.
pub struct AccountPage {
    pub items: Vec<Account>,
    /// Address to go on after.
    pub next: Option<String>,
}

impl Registry {
    /// Accounts in the order of their addresses.
    ///
    /// # Errors
    /// Not allowed; the database's.
    pub fn accounts(
        &self,
        actor: &Actor,
        query: &AccountQuery,
    ) -> Result<AccountPage, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let query_of_rows = UserQuery {
            within: bounds(actor).map(ToString::to_string),
            q: query.q.as_ref().map(|q| q.trim().to_lowercase()).filter(|q| !q.is_empty()),
            after: query.after.clone(),
            // One more tells whether there is a next page.
            limit: i64::try_from(query.limit + 1).unwrap_or(i64::MAX),
        };
        self.db.read(|connection| {
            let mut rows = db::users::list(connection, &query_of_rows)?;
            let more = rows.len() > query.limit;
            rows.truncate(query.limit);
            let next = rows.last().filter(|_| more).map(|row| row.email.clone());
            Ok(AccountPage { items: self.represented(connection, &rows)?, next })
        })
    }

    /// An account.
    ///
    /// # Errors
    /// Not allowed; not found: also outside the actor's area.
    pub fn account(&self, actor: &Actor, email: &str) -> Result<Account, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let email = normal_email(email);
        self.db.read(|connection| {
            let row = db::users::by_email(connection, &email)?;
            let row = row.filter(|row| manages(actor, area(row.area.as_deref()).as_ref()));
            let row = row.ok_or(AccessError::UserNotFound(email))?;
            self.one_represented(connection, row)
        })
    }

    /// Makes an account without a password: its one-time code sets the first one.
    ///
    /// # Errors
    /// Not allowed; every field fault at once; there is such an account.
    pub fn create_account(
        &self,
        actor: &Actor,
        new: &NewAccount,
    ) -> Result<(Account, OneTimeCode), RegistryError> {
        actor.require(Right::ManageAccess)?;
        let code = one_time_code()?;
        let expires_at = self.clock.now() + FIRST_CODE;
        let created = self.db.write(|tx| {
            let row = UserRow {
                reset_code_hash: Some(digest(&code)),
                reset_code_expires_at: Some(expires_at.naive_utc()),
                ..self.row_of(new)
            };
            self.check_account(tx, actor, &row)?;
            db::users::insert(tx, &row)?;
            let change = Change::new("create").because(told(&row));
            self.log_user(tx, actor, &row.email, &change)?;
            self.one_represented(tx, row)
        });
        match created {
            Ok(account) => {
                self.catch_up_after_write();
                Ok((account, OneTimeCode { code, expires_at }))
            }
            Err(RegistryError::Db(DbError::Unique)) => {
                Err(AccessError::UserExists(normal_email(&new.email)).into())
            }
            Err(error) => Err(error),
        }
    }

    /// Makes an account with a password, or gives the one with this address another password and
    /// makes it what is asked; its sessions end. For the command line and tests.
    ///
    /// # Errors
    /// An address, password, area or cooperative that will not do.
    pub fn put_account(&self, new: &NewAccount, password: &str) -> Result<(), RegistryError> {
        if let Some(fault) = password_fault("password", password) {
            return Err(RegistryError::Invalid(vec![fault]));
        }
        let (actor, password_hash) = (Actor::Operator, hash(password)?);
        let put = |tx: &mut AnyConnection| {
            let wanted = self.row_of(new);
            self.check_account(tx, &actor, &wanted)?;
            let change = Change::new("put").because(told(&wanted));
            let row = match db::users::for_update(tx, &wanted.email)? {
                Some(current) => UserRow {
                    role: wanted.role,
                    area: wanted.area,
                    cooperative: wanted.cooperative,
                    name: wanted.name.or(current.name.clone()),
                    disabled: false,
                    ..current
                },
                None => {
                    db::users::insert(tx, &wanted)?;
                    wanted
                }
            };
            db::failures::forget(tx, &address_hash(&row.email))?;
            self.set_password(tx, &actor, row, password_hash.clone(), &change)
        };
        match self.db.write(put) {
            // Somebody else made the account meanwhile.
            Err(RegistryError::Db(DbError::Unique)) => self.db.write(put)?,
            done => done?,
        }
        self.catch_up_after_write();
        Ok(())
    }

    /// [`Registry::put_account`] of somebody without a cooperative.
    ///
    /// # Errors
    /// As there.
    pub fn put_user(
        &self,
        email: &str,
        password: &str,
        role: Role,
        area: Option<RegionCode>,
    ) -> Result<(), RegistryError> {
        let email = email.to_owned();
        let new = NewAccount { email, name: None, role, area, cooperative: None };
        self.put_account(&new, password)
    }

    /// Changes what somebody is. It takes effect at their next request; one who is disabled is
    /// signed out.
    ///
    /// # Errors
    /// Not allowed; not found; the own account; every field fault at once.
    pub fn change_account(
        &self,
        actor: &Actor,
        email: &str,
        change: &AccountChange,
    ) -> Result<Account, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let account = self.db.write(|tx| {
            let before = Self::managed(tx, actor, email)?;
            let role = change.role.map(<&str>::from);
            // Who is an officer no more looks after no cooperative.
            let leaves = role.is_some_and(|role| role != <&str>::from(Role::CooperativeOfficer));
            let kept = before.cooperative.clone().filter(|_| !leaves);
            let after = UserRow {
                name: change.name.clone().unwrap_or(before.name.clone()),
                role: role.map_or(before.role.clone(), str::to_owned),
                area: change
                    .area
                    .as_ref()
                    .map_or(before.area.clone(), |area| area.as_ref().map(ToString::to_string)),
                cooperative: change.cooperative.map_or(kept, |id| id.map(|id| id.to_string())),
                disabled: change.disabled.unwrap_or(before.disabled),
                ..before.clone()
            };
            self.check_account(tx, actor, &after)?;
            db::users::update(tx, &after)?;
            if after.disabled {
                db::sessions::end_all(tx, &after.email)?;
            }
            let action = match (before.disabled, after.disabled) {
                (false, true) => "disable",
                (true, false) => "enable",
                _ => "change",
            };
            let change = Change::new(action).because(told(&after));
            self.log_user(tx, actor, &after.email, &change)?;
            self.one_represented(tx, after)
        })?;
        self.catch_up_after_write();
        Ok(account)
    }

    /// A code by which somebody who forgot their password sets another one. The password is good
    /// until then; an earlier code is not.
    ///
    /// # Errors
    /// Not allowed; not found; the own account.
    pub fn create_reset_code(
        &self,
        actor: &Actor,
        email: &str,
    ) -> Result<OneTimeCode, RegistryError> {
        actor.require(Right::ManageAccess)?;
        let code = one_time_code()?;
        let expires_at = self.db.write(|tx| {
            let mut row = Self::managed(tx, actor, email)?;
            let lasts = if row.password_hash.is_empty() { FIRST_CODE } else { RESET_CODE };
            let expires_at = self.clock.now() + lasts;
            row.reset_code_hash = Some(digest(&code));
            row.reset_code_expires_at = Some(expires_at.naive_utc());
            db::users::update(tx, &row)?;
            self.log_user(tx, actor, &row.email, &Change::new("reset_code"))?;
            Ok::<_, RegistryError>(expires_at)
        })?;
        self.catch_up_after_write();
        Ok(OneTimeCode { code, expires_at })
    }

    /// An account that is the actor's to manage, its row locked.
    pub(super) fn managed(
        tx: &mut AnyConnection,
        actor: &Actor,
        email: &str,
    ) -> Result<UserRow, RegistryError> {
        let email = normal_email(email);
        if actor.name() == email {
            return Err(AccessError::OwnAccount.into());
        }
        let row = db::users::for_update(tx, &email)?;
        let row = row.filter(|row| manages(actor, area(row.area.as_deref()).as_ref()));
        Ok(row.ok_or(AccessError::UserNotFound(email))?)
    }

    pub(super) fn log_user(
        &self,
        tx: &mut AnyConnection,
        actor: &Actor,
        email: &str,
        change: &Change,
    ) -> Result<(), RegistryError> {
        self.log_access(tx, actor, (USER, email), change)
    }

    fn row_of(&self, new: &NewAccount) -> UserRow {
        UserRow {
            email: normal_email(&new.email),
            password_hash: String::new(),
            role: <&str>::from(new.role).to_owned(),
            area: new.area.as_ref().map(ToString::to_string),
            created_at: self.clock.now_naive(),
            name: new.name.clone(),
            cooperative: new.cooperative.map(|id| id.to_string()),
            disabled: false,
            totp_secret: None,
            totp_confirmed: false,
            totp_last_step: 0,
            reset_code_hash: None,
            reset_code_expires_at: None,
            last_sign_in_at: None,
        }
    }

    pub(super) fn one_represented(
        &self,
        connection: &mut AnyConnection,
        row: UserRow,
    ) -> Result<Account, RegistryError> {
        let account = self.represented(connection, &[row])?.pop();
        account.ok_or(RegistryError::Internal("one row makes one account"))
    }

    fn represented(
        &self,
        connection: &mut AnyConnection,
        rows: &[UserRow],
    ) -> Result<Vec<Account>, RegistryError> {
        let now = self.clock.now();
        let emails: Vec<&str> = rows.iter().map(|row| row.email.as_str()).collect();
        let hashes: Vec<String> = emails.iter().map(|email| address_hash(email)).collect();
        let grants = db::grants::until(connection, &emails)?;
        let locked = db::failures::locked(connection, &hashes, now.naive_utc())?;
        let until = |found: &[(String, chrono::NaiveDateTime)], key: &str| {
            let found = found.iter().find(|(of, _)| of == key);
            found.map(|(_, until)| until.and_utc()).filter(|until| *until > now)
        };
        let account = |(row, hash): (&UserRow, &String)| {
            Ok(Account {
                email: row.email.clone(),
                name: row.name.clone(),
                role: role(row)?,
                area: area(row.area.as_deref()),
                cooperative: row.cooperative.as_ref().and_then(|id| id.parse().ok()),
                disabled: row.disabled,
                created_at: row.created_at.and_utc(),
                last_sign_in_at: row.last_sign_in_at.map(|at| at.and_utc()),
                second_factor: row.totp_confirmed,
                restricted_until: until(&grants, &row.email),
                locked_until: until(&locked, hash),
            })
        };
        rows.iter().zip(&hashes).map(account).collect()
    }
}

/// What an account is, for the log.
fn told(row: &UserRow) -> String {
    let area = row.area.as_deref().map(|area| format!(", area {area}")).unwrap_or_default();
    let cooperative =
        row.cooperative.as_deref().map(|id| format!(", cooperative {id}")).unwrap_or_default();
    let disabled = if row.disabled { ", disabled" } else { "" };
    format!("role {}{area}{cooperative}{disabled}", row.role)
}
