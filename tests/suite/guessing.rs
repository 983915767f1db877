//! Guessing passwords, codes and addresses.

use std::time::Instant;

use sentra::domain::actor::{Actor, Role};
use sentra::registry::accounts::{AccountChange, NewAccount};
use serde_json::json;

use crate::app::{PASSWORD, TestApp, movable_clock};
use crate::session::{PATH, RESET, VERIFIER, credentials, told};
use crate::tables::all_rows;

#[test]
fn a_wrong_address_and_a_wrong_password_look_and_take_the_same() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    drop(app.staff());
    let new = NewAccount {
        email: "baru@contoh.id".into(),
        name: None,
        role: Role::Viewer,
        area: None,
        cooperative: None,
    };
    app.registry.create_account(&Actor::Operator, &new).expect("without a password");
    let change = AccountChange { disabled: Some(true), ..AccountChange::default() };
    app.registry.put_user("keluar@contoh.id", PASSWORD, Role::Viewer, None).expect("a user");
    app.registry.change_account(&Actor::Operator, "keluar@contoh.id", &change).expect("disabled");

    let fastest = |email: &str, password: &str| {
        let client = app.anonymous();
        let tries = (0..4).map(|_| {
            let started = Instant::now();
            let answer = client.post(PATH, &credentials(email, password));
            assert_eq!(answer.status, 401);
            (started.elapsed(), told(&answer))
        });
        tries.min_by_key(|(took, _)| *took).expect("tries")
    };
    for (email, password) in [
        ("siapa@contoh.id", PASSWORD),
        ("bukan alamat", PASSWORD),
        ("baru@contoh.id", "there is no such account"),
        ("keluar@contoh.id", PASSWORD),
    ] {
        // Without a hash it would take a tenth, each time; on a busy machine one of five is fair.
        let alike = (0..5).any(|_| {
            let (wrong_password, as_told) = fastest(VERIFIER, "salah sama sekali");
            let (took, told) = fastest(email, password);
            assert_eq!(told, as_told, "{email}");
            ahead.fetch_add(2 * 86_400, std::sync::atomic::Ordering::SeqCst);
            took * 3 > wrong_password
        });
        assert!(alike, "{email} is refused sooner");
    }
}

#[test]
fn guessing_has_to_wait_longer_and_longer_whether_or_not_there_is_an_account() {
    let (clock, ahead) = movable_clock!();
    let app = TestApp::with_clock(clock);
    drop(app.staff());
    let later = |seconds: i64| ahead.fetch_add(seconds, std::sync::atomic::Ordering::SeqCst);
    let guess = |email: &str, password: &str| {
        let answer = app.anonymous().post(PATH, &credentials(email, password));
        if answer.status != 200 {
            answer.expect_problem(answer.status);
        }
        told(&answer)
    };
    let both = |password: &str| {
        let told = guess(VERIFIER, password);
        assert_eq!(told, guess("siapa@contoh.id", password));
        (told.0, told.3)
    };
    for _ in 0..5 {
        assert_eq!(both("salah"), (401, String::new()));
    }
    assert_eq!(both("salah"), (429, "15".to_owned()));
    // The right one has to wait as well.
    let (status, wait) = both(PASSWORD);
    assert!(status == 429 && (1..=15).contains(&wait.parse::<i32>().expect("seconds")), "{wait}");
    for wait in [15, 30, 60, 120, 240, 480, 900] {
        later(wait + 1);
        let next = (wait * 2).min(900).to_string();
        assert_eq!(both("salah"), (429, next));
    }
    let admin = app.signed_in(Role::Admin, None);
    let seen = admin.get("/api/v1/users/verifier%40contoh.id").expect(200);
    assert!(seen["locked_until"].is_string(), "{seen}");
    later(901);
    assert_eq!(guess(VERIFIER, PASSWORD).0, 200);
    // That was forgiven; a day of quiet forgives the other.
    assert_eq!(guess(VERIFIER, "salah").0, 401);
    assert_eq!(guess("siapa@contoh.id", "salah").0, 429);
    later(86_400 + 901);
    assert_eq!(guess("siapa@contoh.id", "salah").0, 401);
    let kept = all_rows(&app.db.url)["sign_in_failures"].concat();
    assert!(!kept.contains("contoh"), "addresses may be passwords typed in the wrong field");
}

#[test]
fn many_guesses_at_once_gain_nothing() {
    let app = TestApp::new();
    drop(app.staff());
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let guess = |number: usize| {
            let password = format!("tebakan nomor {number}");
            app.anonymous().post(PATH, &credentials(VERIFIER, &password)).status
        };
        let handles: Vec<_> = (0..20).map(|number| scope.spawn(move || guess(number))).collect();
        handles.into_iter().map(|handle| handle.join().expect("a status")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 15, "{statuses:?}");
}

#[test]
fn with_a_stolen_token_the_password_cannot_be_guessed_either() {
    let app = TestApp::new();
    let staff = app.staff();
    let guess = || {
        let body = json!({"current": "tebakan", "new": "kata sandi pencuri"});
        staff.post("/api/v1/account/password", &body).status
    };
    let statuses: Vec<u16> = (0..7).map(|_| guess()).collect();
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429]);
}

#[test]
fn one_time_codes_cannot_be_guessed() {
    let app = TestApp::new();
    drop(app.staff());
    app.registry.create_reset_code(&Actor::Operator, VERIFIER).expect("a code");
    let guess = |email: &str| {
        let body = json!({"email": email, "code": "AAAAA-AAAAA", "password": "kata sandi pencuri"});
        app.anonymous().post(RESET, &body).status
    };
    for email in [VERIFIER, "siapa@contoh.id"] {
        let statuses: Vec<u16> = (0..7).map(|_| guess(email)).collect();
        assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429]);
    }
}
