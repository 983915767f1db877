//! A running app around a database of its own, and clients whose role is their type.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::web;
use chrono::TimeDelta;
use sentra::db::Db;
use sentra::domain::actor::{Actor, Role, Scopes};
use sentra::domain::cooperative::Cooperative;
use sentra::domain::region::RegionCode;
use sentra::http::Config;
use sentra::registry::accounts::NewAccount;
use sentra::registry::clients::{ClientCredentials, NewClient};
use sentra::registry::documents::draft_of;
use sentra::registry::sessions::{SignIn, SignedIn};
use sentra::registry::{Clock, Registry, seed};
use serde_json::Value;
use tempfile::TempDir;

pub const PASSWORD: &str = "kata sandi untuk uji";

/// A migrated database with the reference codes, gone when it is dropped.
pub struct TestDb {
    pub url: String,
    _folder: Option<TempDir>,
}

static COUNT: AtomicU32 = AtomicU32::new(0);

fn postgres() -> Option<String> {
    std::env::var("SENTRA_TEST_POSTGRES").ok()
}

impl TestDb {
    pub fn new() -> Self {
        match postgres() {
            Some(server) => Self::postgres(&server, postgres_template(&server)),
            None => Self::sqlite(Some(sqlite_template())),
        }
    }

    /// Never migrated.
    pub fn empty() -> Self {
        match postgres() {
            Some(server) => Self::postgres(&server, "template0"),
            None => Self::sqlite(None),
        }
    }

    fn postgres(server: &str, template: &str) -> Self {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sentra_test_{}_{number}", std::process::id());
        let sql = format!("CREATE DATABASE {name} TEMPLATE {template}");
        execute(&format!("{server}/postgres"), &sql);
        Self { url: format!("{server}/{name}"), _folder: None }
    }

    /// A copy of a database's file.
    pub fn sqlite(copied: Option<&Path>) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("sentra.db");
        if let Some(copied) = copied {
            std::fs::copy(copied, &file).expect("a copy");
        }
        Self { url: format!("sqlite://{}", file.display()), _folder: Some(folder) }
    }

    /// A database of that name on the server, or the file of that name.
    pub fn named(name: &str) -> Self {
        let url = match postgres() {
            Some(server) => format!("{server}/{name}"),
            None => format!("sqlite://{name}"),
        };
        Self { url, _folder: None }
    }

    pub fn open(&self) -> Registry {
        self.open_at(Clock::system())
    }

    pub fn open_at(&self, clock: Clock) -> Registry {
        Registry::open(Db::open(&self.url).expect("a database"), clock).expect("a registry")
    }
}

/// A clock that a test moves, and by how many seconds it is ahead. One for each place that asks.
macro_rules! movable_clock {
    () => {{
        static AHEAD: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(0);
        fn now() -> chrono::DateTime<chrono::Utc> {
            let ahead = AHEAD.load(std::sync::atomic::Ordering::SeqCst);
            sentra::registry::Clock::system().now() + chrono::TimeDelta::seconds(ahead)
        }
        (sentra::registry::Clock::from_fn(now), &AHEAD)
    }};
}
pub(crate) use movable_clock;

/// The code that an authenticator app with this secret (base32) shows at a time.
pub fn totp_code(secret: &str, unix_time: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).expect("base32");
    let totp = totp_rs::Builder::new().with_secret(secret).build().expect("a secret");
    totp.generate(u64::try_from(unix_time).expect("a time")).to_string()
}

/// Does what no use case does to a database.
pub fn execute_on(url: &str, sql: &str) {
    use diesel::RunQueryDsl;
    let db = Db::open(url).expect("a database");
    let done = db.write(|tx| {
        let done = match tx {
            sentra::db::AnyConnection::Pg(pg) => diesel::sql_query(sql).execute(pg),
            sentra::db::AnyConnection::Sqlite(sqlite) => diesel::sql_query(sql).execute(sqlite),
        };
        done.map_err(sentra::db::DbError::from)
    });
    done.expect("the statement");
}

fn execute(url: &str, sql: &str) {
    use diesel::RunQueryDsl;
    let mut connection =
        <diesel::PgConnection as diesel::Connection>::establish(url).expect("the server");
    diesel::sql_query(sql).execute(&mut connection).expect("the statement");
}

fn prepare(url: &str) {
    let db = Db::open(url).expect("a database");
    db.migrate().expect("migrations");
    seed::reference_codes(&db).expect("codes");
}

/// Made once a test process: migrated and seeded.
fn postgres_template(server: &str) -> &'static str {
    static TEMPLATE: OnceLock<String> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let name = format!("sentra_template_{}", std::process::id());
        execute(&format!("{server}/postgres"), &format!("CREATE DATABASE {name}"));
        prepare(&format!("{server}/{name}"));
        name
    })
}

fn sqlite_template() -> &'static PathBuf {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("sentra-test-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let file = folder.join("template.db");
        let made = folder.join("made.db");
        prepare(&format!("sqlite://{}", made.display()));
        // A process of the same number may have been killed before.
        let _ = std::fs::remove_file(&file);
        // Closing folds the write-ahead log into the file.
        execute_sqlite(&made, "VACUUM INTO ", &file);
        file
    })
}

fn execute_sqlite(from: &std::path::Path, sql: &str, to: &std::path::Path) {
    use diesel::RunQueryDsl;
    let path = from.display().to_string();
    let mut connection =
        <diesel::SqliteConnection as diesel::Connection>::establish(&path).expect("a file");
    diesel::sql_query(format!("{sql}'{}'", to.display()))
        .execute(&mut connection)
        .expect("the statement");
}

/// The app, served on a port of its own.
pub struct TestApp {
    pub db: TestDb,
    pub registry: web::Data<Registry>,
    base: String,
    pub address: std::net::SocketAddr,
    server: actix_web::dev::ServerHandle,
}

impl TestApp {
    pub fn new() -> Self {
        Self::with_workers(1)
    }

    pub fn with_workers(workers: usize) -> Self {
        let config = Config { workers: Some(workers), ..Self::unhurried() };
        Self::serve(TestDb::new(), Clock::system(), config)
    }

    /// Nobody waits for anybody here, but everybody is counted.
    fn unhurried() -> Config {
        let mut config = Config::default();
        config.rates.requests_per_second = 100_000;
        config
    }

    /// Served as a test wants it.
    pub fn with(config: Config) -> Self {
        Self::serve(TestDb::new(), Clock::system(), config)
    }

    /// With the time as a test has it.
    pub fn with_clock(clock: Clock) -> Self {
        Self::serve(TestDb::new(), clock, Self::unhurried())
    }

    /// Another process beside this one, on the same database.
    pub fn beside(&self, clock: Clock) -> Self {
        let db = TestDb { url: self.db.url.clone(), _folder: None };
        Self::serve(db, clock, Self::unhurried())
    }

    /// Another process beside this one, whose search is not filled yet.
    pub fn beside_unfilled(&self) -> Self {
        let db = TestDb { url: self.db.url.clone(), _folder: None };
        let opened = Db::open(&db.url).expect("a database");
        let registry = Registry::open_telling(opened, Clock::system(), &|_| {});
        Self::serve_registry(db, registry.expect("a registry"), Self::unhurried())
    }

    fn serve(db: TestDb, clock: Clock, config: Config) -> Self {
        let registry = db.open_at(clock);
        Self::serve_registry(db, registry, config)
    }

    fn serve_registry(db: TestDb, registry: Registry, config: Config) -> Self {
        let config = Config { signals: false, workers: config.workers.or(Some(1)), ..config };
        let registry = web::Data::new(registry);
        let served = registry.clone();
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let running = sentra::http::server(listener, served, config).expect("a server");
                sender.send(running.handle()).expect("the test waits");
                running.await.expect("the server runs");
            });
        });
        let server = receiver.recv().expect("the server starts");
        Self { db, registry, base: format!("http://{address}"), address, server }
    }

    /// Somebody like this actor, with an account or a service client of their own.
    pub fn acting(&self, like: &Actor) -> (Actor, Client) {
        let client = match like {
            Actor::Anonymous | Actor::Owner(_) | Actor::Operator => {
                return (Actor::Anonymous, self.anonymous());
            }
            Actor::User(user) => {
                let area = user.area.as_ref().map(ToString::to_string);
                if user.restricted {
                    self.signed_in_restricted(user.role, area.as_deref())
                } else {
                    self.signed_in(user.role, area.as_deref())
                }
            }
            Actor::Client(like) => self.agency(&like.scopes),
        };
        let actor = self.registry.actor(client.token.as_deref().expect("a token"));
        (actor.expect("an actor"), client)
    }

    /// A service client with these scopes.
    pub fn agency(&self, scopes: &Scopes) -> Client {
        let (id, secret) = self.client_secret(scopes);
        let shown = ClientCredentials { id, secret, scope: None };
        self.client(self.registry.client_token(&shown).expect("a token").access_token)
    }

    /// Id and secret of a new service client with these scopes.
    pub fn client_secret(&self, scopes: &Scopes) -> (String, String) {
        let mut names = vec!["public".to_owned()];
        names.extend(scopes.internal.as_ref().map(|area| format!("internal:{area}")));
        names.extend(scopes.changes.then(|| "changes".to_owned()));
        let expires_at = self.registry.clock().now() + TimeDelta::days(30);
        let new = NewClient { name: "Dinas uji".to_owned(), scopes: names, expires_at };
        let (made, secret) = self.registry.create_client(&Actor::Operator, &new).expect("a client");
        (made.id, secret)
    }

    /// Somebody whom nobody met before: their address, and they signed in.
    pub fn newcomer(&self, role: Role, area: Option<&str>) -> (String, Client) {
        let email = format!("baru-{}@contoh.id", COUNT.fetch_add(1, Ordering::Relaxed));
        self.put(&email, role, area);
        let client = self.client_of(self.sign_in(&email, None));
        (email, client)
    }

    pub fn anonymous(&self) -> Client {
        Client::new(&self.base, None)
    }

    /// Signed in with a role, in an area or the whole province. An officer looks after a
    /// cooperative of their own there, or in Sidoarjo.
    pub fn signed_in(&self, role: Role, area: Option<&str>) -> Client {
        let name: &str = role.into();
        let email = format!("{name}{}@contoh.id", area.unwrap_or_default());
        self.put(&email, role, area);
        self.client_of(self.sign_in(&email, None))
    }

    /// As [`Self::signed_in`], with the grant `restricted` and a second factor; another person each
    /// time.
    pub fn signed_in_restricted(&self, role: Role, area: Option<&str>) -> Client {
        let (name, number): (&str, u32) = (role.into(), COUNT.fetch_add(1, Ordering::Relaxed));
        let email = format!("{name}{}-{number}@contoh.id", area.unwrap_or_default());
        self.put(&email, role, area);
        let registry = &self.registry;
        let until = registry.clock().now() + TimeDelta::days(30);
        registry.grant_restricted(&Actor::Operator, &email, until, "uji").expect("a grant");
        let secret = self.enrolled(&email);
        // That of the next step: the one of now confirmed it.
        let code = totp_code(&secret, registry.clock().now().timestamp() + 30);
        self.client_of(self.sign_in(&email, Some(code)))
    }

    /// Gives an account a second factor and answers its secret.
    pub fn enrolled(&self, email: &str) -> String {
        let token = self.sign_in(email, None).access_token;
        let (user, _) = self.registry.session(&token).expect("a session");
        let secret = self.registry.begin_second_factor(&user, PASSWORD).expect("begun").secret;
        let code = totp_code(&secret, self.registry.clock().now().timestamp());
        self.registry.confirm_second_factor(&user, &code).expect("confirmed");
        secret
    }

    fn put(&self, email: &str, role: Role, area: Option<&str>) {
        let area: Option<RegionCode> = area.map(|code| code.parse().expect("a code"));
        let known = self.registry.account(&Actor::Operator, email);
        if known.is_ok_and(|known| known.role == role && known.area == area && !known.disabled) {
            return;
        }
        let cooperative = (role == Role::CooperativeOfficer).then(|| {
            let region = area.as_ref().map_or("35.15".to_owned(), ToString::to_string);
            let body = serde_json::json!({"name": email, "kind": "koperasi", "region": region});
            let draft = draft_of::<Cooperative>(body).expect("a draft");
            let made = self.registry.create_document::<Cooperative>(&Actor::Operator, draft);
            made.expect("a cooperative").id.parse().expect("an id")
        });
        let email = email.to_owned();
        let new = NewAccount { email, name: None, role, area, cooperative };
        self.registry.put_account(&new, PASSWORD).expect("a user");
    }

    fn sign_in(&self, email: &str, code: Option<String>) -> SignedIn {
        let (email, password) = (email.to_owned(), PASSWORD.to_owned());
        let given = SignIn { email, password, code, device: "uji".to_owned() };
        self.registry.sign_in(&given).expect("signed in")
    }

    /// Signed in to an account that is there.
    pub fn entered(&self, email: &str) -> Client {
        self.client_of(self.sign_in(email, None))
    }

    fn client_of(&self, signed_in: SignedIn) -> Client {
        self.client(signed_in.access_token)
    }

    /// With an access token.
    pub fn client(&self, access_token: String) -> Client {
        Client::new(&self.base, Some(access_token))
    }

    /// Who writes and decides everywhere.
    pub fn staff(&self) -> Client {
        self.signed_in(Role::Verifier, None)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

/// Somebody who asks.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    pub token: Option<String>,
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Checks the status and gives the JSON.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }

    /// Checks that this is a problem of a status, and gives `field:code` of its errors.
    #[track_caller]
    pub fn expect_problem(&self, status: u16) -> Vec<String> {
        let problem = self.expect(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["status"], status);
        for field in ["type", "title", "detail", "instance", "request_id"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "{field}");
        }
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let told = |error: &Value| {
            format!(
                "{}:{}",
                error["field"].as_str().unwrap_or_default(),
                error["code"].as_str().unwrap_or_default()
            )
        };
        errors.iter().map(told).collect()
    }
}

impl Client {
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let config = config.allow_non_standard_methods(true).build();
        Self { agent: config.into(), base: base.to_owned(), token }
    }

    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Answer {
        self.try_send(method, path, headers, body).expect("an answer")
    }

    /// As [`Self::send`], to a server that may be gone.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, ureq::Error> {
        let mut request =
            ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("Authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(body).expect("a request");
        let mut response = self.agent.run(request)?;
        let bytes = response.body_mut().with_config().limit(200_000_000).read_to_vec()?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, bytes })
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Vec::new())
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(
            "POST",
            path,
            &[("Content-Type", "application/json")],
            body.to_string().into_bytes(),
        )
    }

    pub fn write(&self, method: &str, path: &str, etag: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json"), ("If-Match", etag)];
        self.send(method, path, &headers, body.to_string().into_bytes())
    }

    /// All items of a list, page by page.
    pub fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let page = self.get(&path).expect(200);
            items.extend(page["items"].as_array().expect("items").iter().cloned());
            next = page["next"].as_str().map(str::to_owned);
        }
        items
    }
}

/// `z/x/y` of the map tile at a position.
pub fn tile_at(lon: f64, lat: f64, z: u8) -> String {
    let side = f64::from(1_u32 << z);
    let y = (1.0 - lat.to_radians().tan().asinh() / std::f64::consts::PI) / 2.0;
    let whole = |share: f64| (share * side).floor();
    format!("{z}/{}/{}", whole((lon + 180.0) / 360.0), whole(y))
}

/// A draft that will do, in Tanggulangin.
pub fn draft(name: &str) -> Value {
    serde_json::json!({
        "name": name,
        "registrations": [{"kind": "ikm"}],
        "sectors": ["kulit-alas-kaki"],
        "commodities": ["tas"],
        "products": [{"name": "Tas kulit", "commodity": "tas", "capacity": {"min": 100.0, "max": 150.0, "unit": "buah", "period": "month"}}],
        "region": "35.15.06.2001",
        "owners": [{"name": "Siti Contoh", "sex": "female", "phone": "+6281234567890"}],
        "workers": {"male": 2, "female": 3},
        "point": {"lon": 112.7223, "lat": -7.5071, "accuracy_m": 5.0, "method": "gps"}
    })
}
