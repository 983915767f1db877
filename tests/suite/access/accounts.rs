//! What is nobody's in particular, and accounts.

use sentra::domain::actor::{Actor, Role, Scopes};
use sentra::http::operations::{Answer, Place};
use serde_json::json;

use super::asking::written;
use super::world::{Asker, ENTERPRISES, World, id_of, location};
use crate::app::{self, PASSWORD};

impl World {
    /// What is nobody's in particular.
    pub fn ask_open(&self, operation: &str, asker: &Asker) -> Answer {
        let client = &asker.client;
        let get = |path: &str| written(&client.get(path));
        match operation {
            "create_area" => {
                let ring = [[112.0, -7.0], [112.1, -7.0], [112.1, -7.1], [112.0, -7.0]];
                written(
                    &client
                        .post("/api/v1/areas", &json!({"type": "Polygon", "coordinates": [ring]})),
                )
            }
            "get_enterprise_tileset" => get("/api/v1/tiles/enterprises.json?kind=ikm"),
            "get_enterprise_style" => get("/api/v1/styles/enterprises.json?kind=ikm"),
            "get_qgis_project" => get("/api/v1/qgis/sentra.qgs"),
            "get_catalogue" => get("/catalog.json"),
            "get_region_tile" => get("/api/v1/tiles/regions/6/52/33.mvt"),
            "locate_region" => get("/api/v1/regions/locate?lon=112.7223&lat=-7.5071"),
            "list_regions" => get("/api/v1/regions?level=regency"),
            "get_region" => get("/api/v1/regions/35.15"),
            "get_region_geometry" => get("/api/v1/regions/35.15/geometry"),
            "list_region_editions" => get("/api/v1/regions/35.15/editions"),
            "list_sectors" => get("/api/v1/sectors"),
            "list_units" => get("/api/v1/units"),
            "list_commodities" => get("/api/v1/commodities"),
            "list_quality_rules" => get("/api/v1/quality-rules"),
            "list_kbli" => get("/api/v1/kbli?edition=2020"),
            "get_kbli" => get("/api/v1/kbli/2020/15201"),
            "get_health" => get("/healthz"),
            "get_readiness" => get("/readyz"),
            "create_session" | "refresh_session" | "delete_session" => {
                let path = "/api/v1/auth/session";
                let body = json!({"email": "verifier35@contoh.id", "password": PASSWORD});
                let begun = client.post(path, &body);
                let cookie =
                    begun.header("set-cookie").split(';').next().unwrap_or_default().to_owned();
                let cookie = [("Cookie", cookie.as_str())];
                match operation {
                    "create_session" => written(&begun),
                    "refresh_session" => written(&client.send(
                        "POST",
                        &format!("{path}/refresh"),
                        &cookie,
                        Vec::new(),
                    )),
                    _ => written(&client.send("DELETE", path, &cookie, Vec::new())),
                }
            }
            "get_own_record" | "patch_own_record" => self.ask_by_link(operation, asker),
            "get_jwks" => get("/.well-known/jwks.json"),
            "create_token" => {
                let (id, secret) = self.app.client_secret(&Scopes::default());
                let body =
                    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
                let form = [("Content-Type", "application/x-www-form-urlencoded")];
                // Who asks for a token has none yet.
                let client = self.app.anonymous();
                written(&client.send("POST", "/api/v1/auth/token", &form, body.into_bytes()))
            }
            "reset_password" => {
                let email = self.app.newcomer(Role::Viewer, Some("35.15")).0;
                let code = self.boss.post(&format!("/api/v1/users/{email}/reset-code"), &json!({}));
                let code = code.json()["one_time_code"].clone();
                let body =
                    json!({"email": email, "code": code, "password": "kata sandi yang lain"});
                written(&client.post("/api/v1/auth/password-reset", &body))
            }
            _ if operation.contains("release") => self.ask_releases(operation, client),
            _ if operation.ends_with("totp")
                || operation.contains("account")
                || operation.contains("password") =>
            {
                self.ask_own_account(operation, asker)
            }
            _ => self.ask_accounts(operation, asker),
        }
    }
}

impl World {
    /// The link stands where the token of a session would: whoever holds it is its owner.
    fn ask_by_link(&self, operation: &str, asker: &Asker) -> Answer {
        let word = self.word();
        let path = self.staff.post(ENTERPRISES, &Self::draft(asker, Place::Other, &word));
        let path = location(&path);
        let body = json!({"enterprise": id_of(&path), "owner": format!("Siti {word}")});
        let made = self.staff.post("/api/v1/owner-links", &body).expect(201);
        let (_, token) = made["url"].as_str().expect("a path").split_once('#').expect("a token");
        let link = format!("Link {token}");
        let headers = [("Authorization", link.as_str()), ("If-Match", "*")];
        let (method, body) = match operation {
            "get_own_record" => ("GET", String::new()),
            _ => ("PATCH", json!({"address": "Jl. Baru 4"}).to_string()),
        };
        written(&self.app.anonymous().send(method, "/api/v1/owner", &headers, body.into_bytes()))
    }

    /// A release that is sealed, a new one each time it is withdrawn.
    fn ask_releases(&self, operation: &str, client: &app::Client) -> Answer {
        let list = "/api/v1/releases";
        let new = json!({"title": "Uji", "contact": "Dinas uji"});
        let known = self.app.registry.releases(&Actor::Operator).expect("releases");
        let id = match known.iter().find(|known| known.withdrawn_at.is_none()) {
            Some(known) => known.id,
            None => {
                let new = serde_json::from_value(new.clone()).expect("a release");
                self.app.registry.make_release(&Actor::Operator, &new).expect("a release").id
            }
        };
        let path = format!("{list}/{id}");
        match operation {
            "list_releases" => written(&client.get(list)),
            "create_release" => written(&client.post(list, &new)),
            "get_release" => written(&client.get(&path)),
            "list_release_cells" => written(&client.get(&format!("{path}/cells"))),
            "list_release_sums" => written(&client.get(&format!("{path}/sums"))),
            "get_release_report" => written(&client.get(&format!("{path}/report.html"))),
            _ => {
                let reason = json!({"reason": "uji"});
                written(&client.post(&format!("{path}/withdraw"), &reason))
            }
        }
    }

    /// What people do with their own account; somebody new each time, for it changes.
    pub fn ask_own_account(&self, operation: &str, asker: &Asker) -> Answer {
        if operation == "delete_user_totp" {
            return self.ask_accounts(operation, asker);
        }
        let newcomer;
        let client = match &asker.actor {
            Actor::User(user) => {
                newcomer = self.app.newcomer(user.role, Some("35.15")).1;
                &newcomer
            }
            _ => &asker.client,
        };
        let path = "/api/v1/account";
        let password = json!({"password": PASSWORD});
        match operation {
            "get_account" => written(&client.get(path)),
            "replace_password" => {
                let body = json!({"current": PASSWORD, "new": "kata sandi yang lain"});
                written(&client.post(&format!("{path}/password"), &body))
            }
            "list_account_sessions" => written(&client.get(&format!("{path}/sessions"))),
            "delete_account_session" => {
                let own = client.get(&format!("{path}/sessions")).json();
                let id = own["items"][0]["id"]
                    .as_str()
                    .unwrap_or("01a214b0-90fb-7a77-b1e5-a35bbcf95d36")
                    .to_owned();
                written(&client.send("DELETE", &format!("{path}/sessions/{id}"), &[], Vec::new()))
            }
            "create_totp" => written(&client.post(&format!("{path}/totp"), &password)),
            _ => {
                let begun = client.post(&format!("{path}/totp"), &password).json();
                let now = self.app.registry.clock().now().timestamp();
                let code =
                    |at: i64| begun["secret"].as_str().map(|secret| app::totp_code(secret, at));
                let confirm = json!({"code": code(now).unwrap_or_else(|| "000000".to_owned())});
                let confirmed = client.post(&format!("{path}/totp/confirm"), &confirm);
                if operation == "confirm_totp" {
                    return written(&confirmed);
                }
                // That of the next step: the one of now confirmed it.
                let code = code(now + 30).unwrap_or_else(|| "000000".to_owned());
                let body = json!({"password": PASSWORD, "code": code}).to_string().into_bytes();
                let headers = [("Content-Type", "application/json")];
                written(&client.send("DELETE", &format!("{path}/totp"), &headers, body))
            }
        }
    }

    /// Accounts of others and service clients, all in the area.
    pub fn ask_accounts(&self, operation: &str, asker: &Asker) -> Answer {
        let client = &asker.client;
        let delete = |path: &str| written(&client.send("DELETE", path, &[], Vec::new()));
        let until = (self.app.registry.clock().now() + chrono::TimeDelta::days(20)).to_rfc3339();
        if operation.contains("client") {
            let scopes = Scopes { internal: "35.15".parse().ok(), changes: false };
            let path = format!("/api/v1/clients/{}", self.app.client_secret(&scopes).0);
            return match operation {
                "list_clients" => written(&client.get("/api/v1/clients")),
                "create_client" => {
                    let body = json!({"name": "Bank uji", "scopes": ["internal:35.15"], "expires_at": until});
                    written(&client.post("/api/v1/clients", &body))
                }
                "get_client" => written(&client.get(&path)),
                "patch_client" => {
                    let body = json!({"requests_per_second": 50});
                    written(&client.write("PATCH", &path, "*", &body))
                }
                "list_client_usage" => written(&client.get("/api/v1/clients/usage")),
                "replace_client_secret" => {
                    written(&client.post(&format!("{path}/secret"), &json!({})))
                }
                "delete_client" => delete(&path),
                other => panic!("no line of the test asks {other}"),
            };
        }
        let email = self.app.newcomer(Role::Viewer, Some("35.15")).0;
        let path = format!("/api/v1/users/{email}");
        let grant = json!({"expires_at": until, "reason": "uji"});
        match operation {
            "list_users" => written(&client.get("/api/v1/users")),
            "create_user" => {
                let body = json!({"email": format!("{}@contoh.id", self.word()), "role": "viewer", "area": "35.15"});
                written(&client.post("/api/v1/users", &body))
            }
            "get_user" => written(&client.get(&path)),
            "patch_user" => {
                written(&client.write("PATCH", &path, "*", &json!({"role": "analyst"})))
            }
            "create_grant" => written(&client.post(&format!("{path}/grant"), &grant)),
            "delete_grant" => {
                self.boss.post(&format!("{path}/grant"), &grant);
                delete(&format!("{path}/grant"))
            }
            "create_reset_code" => written(&client.post(&format!("{path}/reset-code"), &json!({}))),
            "delete_user_sessions" => delete(&format!("{path}/sessions")),
            "delete_user_totp" => {
                self.app.enrolled(&email);
                delete(&format!("{path}/totp"))
            }
            other => panic!("no line of the test asks {other}"),
        }
    }
}
