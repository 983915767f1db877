//! Access tokens and the attacks on them.

use std::time::Duration;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use sentra::db::signing_keys::SigningKeyRow;
use sentra::db::{self, Db};
use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::TestApp;

pub const OWN: &str = "/api/v1/account";
pub const JWKS: &str = "/.well-known/jwks.json";
const VERIFIER: &str = "verifier@contoh.id";

fn encoded(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

/// A part of a token, read without checking anything.
pub fn part(token: &str, number: usize) -> Value {
    let part = token.split('.').nth(number).expect("a part");
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).expect("base64")).expect("JSON")
}

pub fn kid(token: &str) -> String {
    part(token, 0)["kid"].as_str().expect("a kid").to_owned()
}

/// What signs with Ed25519.
pub struct Forger(Ed25519KeyPair);

impl Forger {
    pub fn new() -> Self {
        Self(Ed25519KeyPair::generate().expect("a key"))
    }

    fn public(&self) -> Vec<u8> {
        self.0.public_key().as_ref().to_vec()
    }

    fn jwk(&self, kid: &str) -> Value {
        let x = BASE64_URL_SAFE_NO_PAD.encode(self.public());
        json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": "EdDSA", "use": "sig"})
    }

    pub fn token(&self, header: &Value, claims: &Value) -> String {
        let signed = format!("{}.{}", encoded(header), encoded(claims));
        let signature = self.0.sign(signed.as_bytes());
        format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature.as_ref()))
    }

    /// Puts the key among those of the database, as one that signed before the current one did.
    pub fn become_known(&self, app: &TestApp, kid: &str) {
        let signs_from = app.registry.clock().now_naive() - TimeDelta::hours(1);
        let row = SigningKeyRow {
            kid: kid.to_owned(),
            public_key: self.public(),
            private_key: b"not needed to verify".to_vec(),
            created_at: signs_from,
            signs_from,
        };
        let db = Db::open(&app.db.url).expect("a database");
        db.write(|tx| db::signing_keys::insert(tx, &row)).expect("kept");
    }
}

#[track_caller]
pub fn refused(app: &TestApp, token: String) {
    let answer = app.client(token).get(OWN);
    answer.expect_problem(401);
    assert_eq!(answer.json()["type"], "urn:sentra:problem:bad-token");
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[test]
fn a_token_says_what_rfc_9068_asks_and_is_checked_by_the_published_key() {
    let app = TestApp::new();
    let token = app.staff().token.expect("a token");
    let published = app.anonymous().get(JWKS);
    let keys = published.expect(200)["keys"].as_array().expect("keys").clone();
    assert_eq!(keys.len(), 1);
    let header = part(&token, 0);
    assert_eq!(header, json!({"typ": "at+jwt", "alg": "EdDSA", "kid": keys[0]["kid"]}));
    let mut told: Vec<&String> = keys[0].as_object().expect("a key").keys().collect();
    told.sort();
    assert_eq!(told, ["alg", "crv", "kid", "kty", "use", "x"], "the public half only");
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    validation.set_audience(&["sentra-api"]);
    let key = jsonwebtoken::DecodingKey::from_ed_components(keys[0]["x"].as_str().expect("x"));
    let claims = jsonwebtoken::decode::<Value>(&token, &key.expect("a key"), &validation);
    let claims = claims.expect("signed by it").claims;
    let mut names: Vec<&String> = claims.as_object().expect("claims").keys().collect();
    names.sort();
    assert_eq!(names, ["aud", "exp", "iat", "iss", "jti", "sid", "sub"]);
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("sentra"), &json!(VERIFIER)));
    let lasts = claims["exp"].as_i64().expect("exp") - claims["iat"].as_i64().expect("iat");
    assert_eq!(lasts, 600);
    assert!(published.header("cache-control").contains("max-age=5"));
}

#[test]
fn a_token_that_is_not_good_is_refused_and_not_taken_for_nobodys() {
    let app = TestApp::new();
    let good = app.staff().token.expect("a token");
    let [head, body, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three") };
    let mut forged = part(&good, 1);
    forged["sub"] = json!("admin@contoh.id");
    for value in [
        "Bearer x".to_owned(),
        "Basic x".into(),
        "Bearer ".into(),
        format!("bearer{good}"),
        format!("Bearer {head}.{body}"),
        format!("Bearer {head}.{body}."),
        format!("Bearer {head}.{body}.{}", &signature[..40]),
        format!("Bearer {head}.{}.{signature}", encoded(&forged)),
        format!("Bearer {good}.{good}"),
    ] {
        let headers = [("Authorization", value.as_str())];
        let answer = app.anonymous().send("GET", "/api/v1/enterprises", &headers, Vec::new());
        answer.expect_problem(401);
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[test]
fn unsigned_tokens_are_refused() {
    let app = TestApp::new();
    let good = app.staff().token.expect("a token");
    let (mut header, claims) = (part(&good, 0), part(&good, 1));
    for alg in [json!("none"), json!("None"), json!("NONE"), json!("nOnE"), json!(""), Value::Null]
    {
        header["alg"] = alg;
        let unsigned = format!("{}.{}.", encoded(&header), encoded(&claims));
        refused(&app, unsigned.clone());
        let signature = good.rsplit('.').next().expect("a signature");
        refused(&app, format!("{unsigned}{signature}"));
    }
    header.as_object_mut().expect("a header").remove("alg");
    refused(&app, format!("{}.{}.", encoded(&header), encoded(&claims)));
}

/// The public key is no secret: nothing signed with it as one is good.
#[test]
fn a_public_key_is_not_taken_for_a_shared_secret_nor_one_algorithm_for_another() {
    let app = TestApp::new();
    let good = app.staff().token.expect("a token");
    let (mut header, claims) = (part(&good, 0), part(&good, 1));
    let x = app.anonymous().get(JWKS).expect(200)["keys"][0]["x"].as_str().expect("x").to_owned();
    let raw = BASE64_URL_SAFE_NO_PAD.decode(&x).expect("base64");
    // SubjectPublicKeyInfo, as OpenSSL writes it.
    let der = [&[0x30, 0x2a, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 3, 0x21, 0][..], &raw].concat();
    let base64 = base64::prelude::BASE64_STANDARD.encode(&der);
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{base64}\n-----END PUBLIC KEY-----\n");
    use jsonwebtoken::{Algorithm, EncodingKey, crypto::sign};
    let secrets = [
        raw,
        x.into_bytes(),
        der,
        pem.clone().into_bytes(),
        pem.trim().as_bytes().to_vec(),
        Vec::new(),
    ];
    for (name, algorithm) in
        [("HS256", Algorithm::HS256), ("HS384", Algorithm::HS384), ("HS512", Algorithm::HS512)]
    {
        header["alg"] = json!(name);
        let signed = format!("{}.{}", encoded(&header), encoded(&claims));
        for secret in &secrets {
            let key = EncodingKey::from_secret(secret);
            let signature = sign(signed.as_bytes(), &key, algorithm).expect("signed");
            refused(&app, format!("{signed}.{signature}"));
        }
    }
    // Signed as EdDSA, said to be another.
    let forger = Forger::new();
    forger.become_known(&app, "known");
    std::thread::sleep(Duration::from_millis(1_100));
    header["kid"] = json!("known");
    for name in ["RS256", "PS512", "ES256", "ES384", "HS256", "Ed25519", "ED448", "eddsa"] {
        header["alg"] = json!(name);
        refused(&app, forger.token(&header, &claims));
    }
    header["alg"] = json!("EdDSA");
    app.client(forger.token(&header, &claims)).get(OWN).expect(200);
}

/// Each with a good signature: what is wrong is the claim.
#[test]
fn wrong_claims_are_refused() {
    let app = TestApp::new();
    let good = app.staff().token.expect("a token");
    drop(app.signed_in(Role::Admin, None));
    let (header, claims) = (part(&good, 0), part(&good, 1));
    let forger = Forger::new();
    forger.become_known(&app, "known");
    std::thread::sleep(Duration::from_millis(1_100));
    let with = |part: &Value, changes: &[(&str, Option<Value>)]| {
        let mut part = part.clone();
        for (name, value) in changes {
            let fields = part.as_object_mut().expect("an object");
            match value {
                Some(value) => fields.insert((*name).to_owned(), value.clone()),
                None => fields.remove(*name),
            };
        }
        part
    };
    let header = with(&header, &[("kid", Some(json!("known")))]);
    app.client(forger.token(&header, &claims)).get(OWN).expect(200);

    for typ in [Some(json!("JWT")), Some(json!("at+jwt2")), Some(json!("")), None] {
        refused(&app, forger.token(&with(&header, &[("typ", typ)]), &claims));
    }
    refused(&app, forger.token(&with(&header, &[("kid", None)]), &claims));
    refused(&app, forger.token(&with(&header, &[("crit", Some(json!(["x"])))]), &claims));
    let now = app.registry.clock().now().timestamp();
    for (name, values) in [
        ("iss", vec![json!("sentra2"), json!("https://sentra"), json!(""), json!(["sentra"])]),
        ("aud", vec![json!("sentra"), json!("sentra-api2"), json!([]), json!("")]),
        ("exp", vec![json!(now - 1), json!(0), json!("2100"), json!(-1)]),
        ("sub", vec![json!("siapa@contoh.id"), json!("admin@contoh.id"), json!("")]),
        ("sid", vec![json!("01900000-0000-7000-8000-000000000000"), json!("1"), json!("")]),
        // A person's token is no client's.
        ("client_id", vec![json!(VERIFIER), json!("x")]),
    ] {
        for value in values {
            refused(&app, forger.token(&header, &with(&claims, &[(name, Some(value))])));
        }
        if name != "client_id" {
            refused(&app, forger.token(&header, &with(&claims, &[(name, None)])));
        }
    }
    // What a token says of rights is not asked for.
    let more = [("role", Some(json!("admin"))), ("scope", Some(json!("internal:35 changes")))];
    let seen = app.client(forger.token(&header, &with(&claims, &more))).get(OWN).expect(200);
    assert_eq!(seen["role"], "verifier");
}

/// Where a header says how to check it, nobody looks.
#[test]
fn keys_that_a_token_brings_along_are_ignored() {
    let app = TestApp::new();
    let good = app.staff().token.expect("a token");
    let (ours, claims) = (part(&good, 0), part(&good, 1));
    let forger = Forger::new();
    // A server that would hand out the forger's key, and tells if it is asked.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("set");
    let url = format!("http://{}/jwks.json", listener.local_addr().expect("an address"));
    for kid in [ours["kid"].as_str().expect("a kid"), "forger", ""] {
        for (name, value) in [
            ("jwk", forger.jwk(kid)),
            ("jku", json!(url)),
            ("x5u", json!(url)),
            ("x5c", json!([base64::prelude::BASE64_STANDARD.encode(forger.public())])),
        ] {
            let mut header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid});
            header[name] = value;
            refused(&app, forger.token(&header, &claims));
        }
    }
    for kid in ["../../etc/passwd", "' OR 1=1 --", "\u{0}", &"x".repeat(10_000)] {
        let header = json!({"typ": "at+jwt", "alg": "EdDSA", "kid": kid});
        let answer =
            app.client(forger.token(&header, &claims)).try_send("GET", OWN, &[], Vec::new());
        // The last is longer than a header may be.
        assert!(answer.is_ok_and(|answer| matches!(answer.status, 400 | 401 | 431)));
    }
    let asked = listener.accept().map(|_| ()).map_err(|error| error.kind());
    assert_eq!(asked, Err(std::io::ErrorKind::WouldBlock), "nobody came for a key");
}
