//! Over random records: what the public can get at holds nothing that the public tier does not, and
//! a record that is not published is to them as one that is not there.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sentra::domain::actor::Role;
use serde_json::{Value, json};

use crate::app::{Answer, Client, TestApp, tile_at};
use crate::exports::reading::{FORMATS, text};

const PATH: &str = "/api/v1/enterprises";
const RECORDS: usize = 90;
/// Villages with their points: two at home (Sidoarjo), two elsewhere (Kota Mojokerto, Magetan).
const VILLAGES: [&str; 4] = ["35.15.06.2001", "35.15.09.2004", "35.76.01.1003", "35.20.01.2001"];
const CONSENTS: [&str; 4] = ["exact_point", "contact", "capacity", "personal_name"];
const SYLLABLES: [&str; 12] =
    ["zor", "wex", "quv", "nyx", "pif", "jub", "kaz", "lom", "vut", "gri", "dho", "xas"];

/// A record and what nobody may learn of it.
struct Planted {
    path: String,
    region: String,
    published: bool,
    /// Texts that no public byte may hold.
    secrets: Vec<String>,
    /// The exact point, where it is not public.
    point: Option<(f64, f64)>,
    /// Words of owner and address that find nobody.
    words: Vec<String>,
}

impl Planted {
    fn id(&self) -> &str {
        self.path.rsplit('/').next().expect("an id")
    }
}

/// A word that no code list, place or product has.
fn word(random: &mut ChaCha8Rng) -> String {
    let syllables: String =
        (0..6).map(|_| *SYLLABLES.choose(random).expect("a syllable")).collect();
    let mut letters = syllables.chars();
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

fn digits(random: &mut ChaCha8Rng, number: usize) -> String {
    (0..number).map(|_| char::from(b'0' + random.random_range(0..10_u8))).collect()
}

fn plant(
    app: &TestApp,
    (staff, vera): (&Client, &Client),
    random: &mut ChaCha8Rng,
    pointers: &[(&str, String)],
) -> Planted {
    let village = *VILLAGES.choose(random).expect("a village");
    let centre = app.registry.reference();
    let centre = centre.gazetteer.get(&village.parse().expect("a code")).expect("a village");
    let (lon, lat) = (
        centre.lon + random.random_range(0.001..0.009),
        centre.lat - random.random_range(0.001..0.009),
    );
    let owner = format!("{} {}", word(random), word(random));
    let street = word(random);
    let (phone, contact) = (digits(random, 9), digits(random, 9));
    let (national_id, nib) = (digits(random, 16), digits(random, 13));
    let money = random.random_range(100_000_000..900_000_000_i64);
    let consents: Vec<&str> = CONSENTS.into_iter().filter(|_| random.random_bool(0.3)).collect();
    // The owner's name, something with the owner's name in it, or a name of its own.
    let name = match random.random_range(0..3) {
        0 => owner.to_uppercase(),
        1 => format!("Tas {owner} Jaya"),
        _ => format!("Usaha {}", word(random)),
    };
    // Long enough to be found in no id or time by chance.
    let capacity = random.random_range(10_000_000..90_000_000_u32);
    let mut draft = json!({
        "name": name,
        "registrations": [{"kind": "ikm", "number": digits(random, 12), "office": word(random)}],
        "sectors": ["kulit-alas-kaki"], "commodities": ["tas"], "region": village,
        "products": [{"name": "Tas kulit", "commodity": "tas", "utilisation": 37,
            "capacity": {"min": capacity, "max": capacity, "unit": "buah", "period": "month"},
            "export_destinations": ["MY"]}],
        "point": {"lon": lon, "lat": lat, "accuracy_m": 7.25, "method": "gps"},
        "address": format!("Jalan {street} 7"), "nib": nib,
        "owners": [{"name": owner, "sex": "female", "phone": format!("+628{phone}"),
            "email": format!("{}@rahasia.id", word(random).to_lowercase())}],
        "workers": {"male": 3, "female": 4, "on": "2026-01-31"},
        "contact": {"phone": format!("+628{contact}")},
        "needs": ["capital"],
        "consents": consents.iter().map(|to| json!({"to": to, "on": "2026-01-02", "how": word(random)})).collect::<Vec<_>>(),
        "restricted": {"business_capital": money, "investment_value": money + 7,
            "annual_sales": {"value": money + 13, "year": 2025},
            "persons": [{"name": owner, "national_id": national_id, "birth_date": "1971-03-09"}]},
    });
    if let Some((field, id)) = pointers.choose(random).filter(|_| random.random_bool(0.5)) {
        draft[field] = json!(id);
    }
    let answer = staff.post(PATH, &draft);
    let made = answer.expect(201);
    let path = answer.header("location").to_owned();
    let published = random.random_bool(0.6);
    let reason = word(random);
    if published {
        staff.write("POST", &format!("{path}/submit"), "*", &json!({"reason": reason})).expect(200);
        vera.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
        let basis = json!({"basis": {"kind": "public_duty", "text": word(random)}});
        vera.write("POST", &format!("{path}/publish"), "*", &basis).expect(200);
    }
    let mut secrets = vec![phone, national_id, nib, money.to_string(), street.clone(), reason];
    for owner in made["owners"].as_array().expect("owners") {
        secrets.push(owner["email"].as_str().expect("an address").to_owned());
    }
    for field in ["office", "number"] {
        secrets.push(made["registrations"][0][field].as_str().expect("a text").to_owned());
    }
    secrets.extend(
        made["consents"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|consent| consent["how"].as_str().expect("a text").to_owned()),
    );
    let gave = |what: &str| published && consents.contains(&what);
    if !gave("contact") {
        secrets.push(contact);
    }
    if !gave("capacity") {
        secrets.push(capacity.to_string());
    }
    let mut words = vec![street];
    if !gave("personal_name") || !name.to_lowercase().contains(&owner.to_lowercase()) {
        secrets.push(owner.clone());
        words.extend(owner.split(' ').map(str::to_owned));
    }
    if !published {
        secrets.push(made["id"].as_str().expect("an id").to_owned());
    }
    let point = (!gave("exact_point")).then_some((lon, lat));
    if point.is_some() {
        // As they are written: rounded to seven decimals.
        secrets.extend([&made["point"]["lon"], &made["point"]["lat"]].map(ToString::to_string));
    }
    Planted { path, region: village.to_owned(), published, secrets, point, words }
}

/// Everything that somebody gets by reading: the text of all answers, lower case.
struct Harvest(String);

impl Harvest {
    fn take(&mut self, client: &Client, path: &str) -> Answer {
        let answer = client.get(path);
        let _ = writeln!(self.0, "{path}\n{:?}", answer.headers);
        self.0.push_str(&String::from_utf8_lossy(&answer.bytes).to_lowercase());
        answer
    }

    fn pages(&mut self, client: &Client, path: &str) {
        let mut next = Some(path.to_owned());
        while let Some(path) = next {
            let answer = self.take(client, &path);
            next = answer.json()["next"].as_str().map(str::to_owned);
        }
    }

    fn all(client: &Client, planted: &[Planted]) -> Self {
        let mut harvest = Self(String::new());
        for sort in ["curve", "name", "-updated_at"] {
            harvest.pages(client, &format!("{PATH}?sort={sort}&limit=7"));
        }
        harvest.pages(client, &format!("{PATH}?f=geojson&limit=20"));
        harvest.pages(client, &format!("{PATH}?existence=active,closed,moved,duplicate"));
        for path in [
            "/api/v1/changes?since=0",
            "/api/v1/duplicates?limit=1000",
            "/api/v1/quality",
            "/api/v1/cooperatives",
            "/api/v1/sentra",
            "/api/v1/observations",
            "/api/v1/regions/35.15",
            "/openapi.json",
            "/catalog.json",
            "/ogc/collections/enterprises/tiles/WebMercatorQuad",
            "/api/v1/styles/enterprises.json",
            "/api/v1/qgis/sentra.qgs",
            "/readyz",
            "/ogc/api",
            "/ogc/collections",
            "/ogc/collections/enterprises/schema",
            "/ogc/collections/enterprises/queryables",
            "/ogc/collections/enterprises/items?limit=10000",
            "/ogc/collections/enterprises/items?limit=10000&f=html",
            "/ogc/collections/enterprises/items?limit=10000&existence=active,closed,moved,duplicate",
            "/ogc/collections/enterprises/items?limit=10000&crs=http://www.opengis.net/def/crs/EPSG/0/4326",
            "/ogc/collections/enterprises/items?limit=10000&filter=name%20IS%20NOT%20NULL",
            "/ogc/collections/cooperatives/items?limit=10000",
            "/ogc/collections/cooperatives/items?bbox=-180,-90,180,90",
            "/ogc/collections/sentra/items?limit=10000",
            "/ogc/collections/sentra/items?filter=name%20IS%20NOT%20NULL&f=html",
        ] {
            harvest.take(client, path);
        }
        for one in planted.iter().filter(|one| one.published) {
            harvest.take(client, &format!("/ogc/collections/enterprises/items/{}", one.id()));
            harvest
                .take(client, &format!("/ogc/collections/enterprises/items/{}?f=html", one.id()));
        }
        for format in FORMATS {
            for query in ["", "?columns=all", "?existence=active,closed,moved,duplicate"] {
                let path = format!("/api/v1/exports/enterprises.{format}{query}");
                let answer = client.get(&path);
                assert_eq!(answer.status, 200, "{path}");
                // Some are packed.
                harvest.0.push_str(&text(format, &answer.bytes).to_lowercase());
            }
        }
        harvest.take(client, "/api/v1/exports/enterprises/metadata?columns=all");
        let tiles: BTreeSet<String> = planted
            .iter()
            .flat_map(|one| {
                let (lon, lat) = one.point.unwrap_or((112.7, -7.5));
                [0, 4, 7, 9, 11, 13, 16].map(|z| tile_at(lon, lat, z))
            })
            .collect();
        for tile in tiles {
            harvest.take(client, &format!("/api/v1/tiles/enterprises/{tile}.mvt"));
            let parts: Vec<&str> = tile.split('/').collect();
            let [z, x, y] = parts[..] else { panic!("{tile}") };
            let of = "/ogc/collections/enterprises/tiles/WebMercatorQuad";
            harvest.take(client, &format!("{of}/{z}/{y}/{x}"));
        }
        harvest
    }

    /// The secrets that it holds.
    fn found<'a>(&self, planted: impl Iterator<Item = &'a Planted>) -> Vec<String> {
        let secrets = planted.flat_map(|one| &one.secrets);
        secrets.filter(|secret| self.0.contains(&secret.to_lowercase())).cloned().collect()
    }
}

fn planted(app: &TestApp) -> Vec<Planted> {
    let (staff, vera) = (app.staff(), app.signed_in(Role::Verifier, Some("35")));
    let mut random = ChaCha8Rng::seed_from_u64(4);
    let mut pointers = Vec::new();
    for published in [true, false] {
        let mut cooperative = json!({"name": format!("Koperasi {published}"), "kind": "koperasi", "region": "35.15.06"});
        let mut sentra = json!({"name": format!("Sentra {published}"), "commodity": "tas", "region": "35.15.06"});
        if published {
            for body in [&mut cooperative, &mut sentra] {
                body["publication_basis"] =
                    json!({"kind": "public_duty", "text": "SK 1/2026", "on": "2026-01-01"});
            }
        }
        for (field, path, body) in
            [("cooperative", "cooperatives", cooperative), ("sentra", "sentra", sentra)]
        {
            let made = staff.post(&format!("/api/v1/{path}"), &body).expect(201);
            pointers.push((field, made["id"].as_str().expect("an id").to_owned()));
        }
    }
    let mut planted: Vec<Planted> =
        (0..RECORDS).map(|_| plant(app, (&staff, &vera), &mut random, &pointers)).collect();
    // The cooperative and the sentra that are not published are secrets of them all, and so is an
    // observation about a record that is not.
    let hidden = planted.iter().find(|one| !one.published).expect("one").id().to_owned();
    let observation = json!({
        "subject": format!("enterprise:{hidden}"), "measure": "workers", "value": 7.0, "unit": "orang",
        "definition": "Rahasia pengamatan", "source": {"title": "Uji"}, "on": "2026",
        "publication_basis": {"kind": "public_duty", "text": "SK 1/2026", "on": "2026-01-01"},
    });
    let observed = staff.post("/api/v1/observations", &observation).expect(201);
    let secrets = pointers.iter().skip(2).map(|(_, id)| id.clone());
    planted[0].secrets.extend(secrets);
    planted[0].secrets.push(observed["id"].as_str().expect("an id").to_owned());
    planted
}

#[test]
fn no_public_byte_holds_what_is_not_public() {
    let app = TestApp::new();
    let planted = planted(&app);
    assert!(planted.iter().filter(|one| one.published).count() > RECORDS / 3);
    let harvest = Harvest::all(&app.anonymous(), &planted);
    assert_eq!(harvest.found(planted.iter()), Vec::<String>::new());
    for kind in ["cooperatives", "sentra", "observations"] {
        let page = app.anonymous().get(&format!("/api/v1/{kind}?limit=1000")).expect(200);
        assert_eq!(page["matched"], page["items"].as_array().expect("items").len(), "{kind}");
    }
    // Counts are of what is published.
    let public = planted.iter().filter(|one| one.published).count();
    for query in ["", "&bbox=-180,-90,180,90", "&filter=name%20IS%20NOT%20NULL", "&kind=ikm"] {
        let path = format!("/ogc/collections/enterprises/items?limit=1{query}");
        let page = app.anonymous().get(&path).expect(200);
        assert_eq!(page["numberMatched"], public, "{query}");
    }
    // What the search for secrets is worth: staff do get at them.
    let staff = Harvest::all(&app.staff(), &planted);
    assert!(staff.found(planted.iter()).len() > RECORDS * 5);
    // The restricted tier nobody gets at by reading.
    let restricted: Vec<&String> =
        planted.iter().flat_map(|one| [&one.secrets[1], &one.secrets[3]]).collect();
    assert!(restricted.iter().all(|secret| !staff.0.contains(secret.as_str())));
}

#[test]
fn a_verifier_gets_the_public_tier_of_other_areas_by_every_way_in() {
    let app = TestApp::new();
    let planted = planted(&app);
    let bound = app.signed_in(Role::Verifier, Some("35.15"));
    let harvest = Harvest::all(&bound, &planted);
    let elsewhere = || planted[1..].iter().filter(|one| !one.region.starts_with("35.15"));
    assert!(elsewhere().count() > 20);
    assert_eq!(harvest.found(elsewhere()), Vec::<String>::new());
    let home = planted[1..].iter().filter(|one| one.region.starts_with("35.15"));
    assert!(harvest.found(home).len() > 100);
}

#[test]
fn an_unpublished_record_and_an_absent_one_look_the_same_to_the_public() {
    let app = TestApp::new();
    let planted = planted(&app);
    let public = app.anonymous();
    let absent = uuid::Uuid::new_v4().to_string();
    let about = |id: &str| {
        let paths = [
            format!("{PATH}/{id}"),
            format!("{PATH}/{id}/revisions"),
            format!("/api/v1/observations?subject=enterprise:{id}"),
            format!("/api/v1/cooperatives/{id}"),
            format!("/ogc/collections/enterprises/items/{id}"),
            format!("/ogc/collections/cooperatives/items/{id}"),
            format!("/ogc/collections/sentra/items/{id}"),
            format!("{PATH}?cooperative={id}"),
            format!("{PATH}?sentra={id}"),
        ];
        let answers = paths.iter().map(|path| {
            let answer = public.get(path);
            let mut headers: Vec<String> = answer
                .headers
                .iter()
                .filter(|(name, _)| !["date", "x-request-id", "ratelimit"].contains(&name.as_str()))
                .map(|(name, value)| format!("{name}: {value:?}"))
                .collect();
            headers.sort();
            let mut body = answer.json();
            if let Some(body) = body.as_object_mut() {
                body.remove("request_id");
            }
            format!("{} {headers:?} {body}", answer.status).replace(id, "ID")
        });
        answers.collect::<Vec<String>>()
    };
    let nothing = about(&absent);
    for one in planted.iter().filter(|one| !one.published) {
        assert_eq!(about(one.id()), nothing);
    }
    // The cooperative and the sentra that are not published.
    for hidden in &planted[0].secrets[planted[0].secrets.len() - 3..] {
        assert_eq!(about(hidden), nothing, "{hidden}");
    }
}

/// Whether some beginning of a word of a public document is within two typos of what was asked.
fn has_nearly(document: &Value, asked: &str) -> bool {
    let fold = sentra::domain::text::fold;
    let (text, asked) = (fold(&document.to_string()), fold(asked));
    text.split(' ').any(|word| {
        let letters: Vec<char> = word.chars().collect();
        (1..=letters.len()).any(|end| {
            let beginning: String = letters[..end].iter().collect();
            strsim::osa_distance(&beginning, &asked) <= 2
        })
    })
}

#[test]
fn no_public_parameter_tells_internal_values_apart() {
    let app = TestApp::new();
    let planted = planted(&app);
    let public = app.anonymous();
    let documents: HashMap<String, Value> = public
        .all(&format!("{PATH}?limit=1000"))
        .into_iter()
        .map(|item| (item["id"].as_str().expect("an id").to_owned(), item))
        .collect();
    let ids = |query: &str| -> BTreeSet<String> {
        let found = public.all(&format!("{PATH}?limit=1000&{query}"));
        found.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    };
    let inside = |west: f64, south: f64, east: f64, north: f64| -> BTreeSet<String> {
        let at = |item: &Value, axis: &str| item["public_place"][axis].as_f64().expect("degrees");
        let inside = |item: &&Value| {
            (west..=east).contains(&at(item, "lon")) && (south..=north).contains(&at(item, "lat"))
        };
        let found = documents.values().filter(inside);
        found.map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
    };
    let mut random = ChaCha8Rng::seed_from_u64(5);
    for one in &planted {
        // A box closing in on the exact point finds what the public places say.
        if let Some((lon, lat)) = one.point {
            for half in [0.05, 0.01, 0.002, 0.0003] {
                let (west, south) = (lon - half, lat - half);
                let (east, north) = (lon + half * 1.5, lat + half * 1.5);
                let bbox = format!("bbox={west:.7},{south:.7},{east:.7},{north:.7}");
                assert_eq!(ids(&bbox), inside(west, south, east, north), "{bbox}");
            }
            let near = ids(&format!("near={lon:.7},{lat:.7}&radius_m=20"));
            assert!(near.iter().all(|id| documents.contains_key(id)));
            assert!(!near.contains(one.id()), "found by its exact point");
        }
        for word in &one.words {
            let part = &word[..random.random_range(9..=word.len())];
            for text in [word.as_str(), part] {
                // A random word may be within a typo or two of a public one.
                let found = ids(&format!("q={text}")).contains(one.id());
                assert!(!found || has_nearly(&documents[one.id()], text), "{text}");
            }
        }
        let nib = &one.secrets[2];
        assert!(ids(&format!("q={nib}")).is_empty());
        if !one.published {
            assert!(!documents.contains_key(one.id()));
        }
    }
    // An order says no more than the public names and places do.
    let names: Vec<Value> = public
        .all(&format!("{PATH}?sort=name&limit=10"))
        .into_iter()
        .map(|item| json!([sentra::domain::text::fold(item["name"].as_str().expect("a name"))]))
        .collect();
    assert!(names.is_sorted_by_key(ToString::to_string));
    let (lon, lat) = (112.7, -7.5);
    let distances: Vec<f64> = public
        .all(&format!("{PATH}?near={lon},{lat}&sort=distance&limit=10"))
        .iter()
        .map(|item| {
            let at = |axis: &str| item["public_place"][axis].as_f64().expect("degrees");
            sentra::geography::distance_m((lon, lat), (at("lon"), at("lat")))
        })
        .collect();
    assert_eq!(distances.len(), documents.len());
    assert!(distances.is_sorted());
    // And what is internal cannot be asked for at all.
    for query in
        ["review=verified", "min_workers=7", "publication=unpublished", "quality=phone_format"]
    {
        public.get(&format!("{PATH}?{query}")).expect_problem(403);
    }
}

#[test]
fn a_record_at_home_with_a_point_elsewhere_stays_in_the_queue_of_its_office() {
    let app = TestApp::new();
    let (home, away) = (
        app.signed_in(Role::Verifier, Some("35.15")),
        app.signed_in(Role::Verifier, Some("35.76")),
    );
    let mut draft = crate::app::draft("Tas Melati");
    // In Kota Mojokerto.
    draft["point"] = json!({"lon": 112.4306, "lat": -7.4634});
    let path = app.staff().post(PATH, &draft).header("location").to_owned();
    let queue = |client: &Client| {
        client.get(&format!("{PATH}?review=draft")).expect(200)["matched"].clone()
    };
    assert_eq!((queue(&home), queue(&away)), (json!(1), json!(0)));
    let document = home.get(&path).expect(200);
    assert_eq!(document["located_in"]["regency"], "35.76");
    assert!(document["quality"].to_string().contains("point_outside_region"));
    away.get(&path).expect_problem(404);
    assert_eq!(away.write("PATCH", &path, "*", &json!({"name": "x"})).status, 404);
    home.write("PATCH", &path, "*", &json!({"name": "Tas Mawar"})).expect(200);
}

#[test]
fn consent_that_is_taken_back_changes_every_public_answer_at_once() {
    let app = TestApp::new();
    let (staff, public) = (app.staff(), app.anonymous());
    let vera = app.signed_in(Role::Verifier, Some("35"));
    let mut draft = crate::app::draft("Siti Contoh");
    draft["contact"] = json!({"phone": "+62811111111"});
    let consent = |to: &str| json!({"to": to, "on": "2026-01-02", "how": "formulir"});
    let all: Vec<Value> = CONSENTS.into_iter().map(consent).collect();
    draft["consents"] = json!(all);
    let path = staff.post(PATH, &draft).header("location").to_owned();
    staff.write("POST", &format!("{path}/submit"), "*", &json!({})).expect(200);
    vera.write("POST", &format!("{path}/verify"), "*", &json!({})).expect(200);
    let basis = json!({"basis": {"kind": "consent", "text": "formulir 3"}});
    vera.write("POST", &format!("{path}/publish"), "*", &basis).expect(200);
    let seen = public.get(&path).expect(200);
    assert_eq!(seen["name"], "Siti Contoh");
    assert_eq!(seen["public_place"]["precision"], "exact");
    assert_eq!(seen["contact"]["phone"], "+62811111111");
    assert!(seen["products"][0]["capacity"].is_object());
    // All but the publication itself.
    staff.write("PATCH", &path, "*", &json!({"consents": [consent("publish")]})).expect(200);
    let text = String::from_utf8(public.get(&format!("{PATH}?q=tas")).bytes).expect("text");
    for gone in ["Siti Contoh", "62811111111", "exact\"", "capacity", "112.7223"] {
        assert!(!text.contains(gone), "{gone}");
    }
    assert!(text.contains("Usaha Tas kulit"));
    // And that: it rested on the consent.
    staff.write("PATCH", &path, "*", &json!({"consents": []})).expect(200);
    public.get(&path).expect_problem(404);
    assert_eq!(public.get(PATH).expect(200)["matched"], 0);
    let elsewhere = app.signed_in(Role::Viewer, Some("35.76"));
    let page = elsewhere.get("/api/v1/changes?since=0").expect(200);
    let last = page["items"].as_array().expect("items").last().expect("one").clone();
    assert_eq!((&last["removed"], last.get("current")), (&json!(true), None));
}
