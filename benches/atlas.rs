//! The atlas alone, in memory: `cargo bench --bench atlas -- [ROWS]`. Rows are spread as
//! `sentra generate` spreads them, with a fixed seed; the times are of the operation itself.

use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use sentra::atlas::{
    Atlas, Builder, Common, Dimension, Internal, InternalValues, PageQuery, ProductValues, Public,
    Row, Supply, View,
};
use sentra::domain::actor::Visibility;
use sentra::domain::codes::{Existence, Kind, Publication, Review, Sector};
use sentra::domain::filter::{Circle, Cql2Language, Expression, Filter, Sort};
use sentra::domain::quantity::convert::Monthly;
use sentra::domain::quantity::unit::Dimension as Unit;
use sentra::domain::queryable::ENTERPRISES;
use sentra::domain::reference::Reference;
use sentra::domain::region::{Level, RegionCode};
use sentra::domain::size::SizeClass;
use sentra::geography::mercator::{Tile, grid};
use sentra::geography::{Area, Bbox, PolygonIndex, polygon_of, round7};
use sentra::http::v1::tiles::draw;
use sentra::search::{Entry, Folder, Noted, Search};
use serde_json::Value;

const SPREAD: f64 = 0.0065;

struct Village {
    code: RegionCode,
    lon: f64,
    lat: f64,
}

struct Profile {
    sectors: Vec<Sector>,
    kbli: String,
    commodity: String,
    kinds: Vec<(Kind, f64)>,
    women: f64,
    exact: f64,
    places: Vec<(f64, Vec<usize>)>,
}

fn villages() -> Vec<Village> {
    let mut rows = csv::Reader::from_path("seed/regions/codes.csv").expect("the seed");
    let headers = rows.headers().expect("a header").clone();
    let at = |name: &str| headers.iter().position(|header| header == name).expect("a column");
    let (code, lon, lat) = (at("code"), at("lng"), at("lat"));
    rows.records()
        .map(|row| row.expect("a row"))
        .filter(|row| row[code].len() == 13)
        .map(|row| Village {
            code: row[code].parse().expect("a code"),
            lon: row[lon].parse().expect("lon"),
            lat: row[lat].parse().expect("lat"),
        })
        .collect()
}

fn profiles(villages: &[Village]) -> Vec<(usize, Profile)> {
    let text = std::fs::read_to_string("seed/demo.json").expect("the seed");
    let demo: Value = serde_json::from_str(&text).expect("JSON");
    let within = |region: &RegionCode| -> Vec<usize> {
        (0..villages.len()).filter(|at| region.contains(&villages[*at].code)).collect()
    };
    let profile = |value: &Value| {
        let number = |name: &str| value[name].as_f64().expect("a number");
        let mut places: Vec<(f64, Vec<usize>)> = value["places"]
            .as_array()
            .expect("places")
            .iter()
            .map(|place| {
                let region = place["region"].as_str().expect("a code").parse().expect("a code");
                (place["share"].as_f64().expect("a share"), within(&region))
            })
            .collect();
        places.push((1.0, (0..villages.len()).collect()));
        let kinds = value["kinds"].as_object().expect("kinds").iter();
        let profile = Profile {
            sectors: serde_json::from_value(value["sectors"].clone()).expect("sectors"),
            kbli: value["kbli"].as_str().expect("a code").into(),
            commodity: value["commodity"].as_str().expect("a code").into(),
            kinds: kinds
                .map(|(kind, share)| {
                    (kind.parse().expect("a kind"), share.as_f64().expect("share"))
                })
                .collect(),
            women: number("women"),
            exact: number("exact"),
            places,
        };
        (usize::try_from(value["rows"].as_u64().expect("rows")).expect("rows"), profile)
    };
    demo["profiles"].as_array().expect("profiles").iter().map(profile).collect()
}

const WORDS: [&str; 24] = [
    "Batik", "Tas", "Sepatu", "Melati", "Sari", "Jaya", "Makmur", "Rejeki", "Barokah", "Lestari",
    "Mekar", "Putra", "Putri", "Abadi", "Sentosa", "Karya", "Mandiri", "Berkah", "Indah", "Mulia",
    "Sumber", "Tani", "Rasa", "Griya",
];

fn row(
    key: usize,
    profile: &Profile,
    villages: &[Village],
    random: &mut ChaCha8Rng,
) -> (Option<Row<Public>>, Row<Internal>) {
    let mut ticket: f64 = random.random();
    let place = profile.places.iter().find(|(share, _)| {
        ticket -= share;
        ticket < 0.0
    });
    let all = &profile.places.last().expect("anywhere").1;
    let village = place.map_or(all, |place| &place.1).choose(random).expect("a village");
    let village = &villages[*village];
    let exact = random.random_bool(profile.exact);
    let mut near = |at: f64| round7(at + random.random_range(-SPREAD..SPREAD));
    let point = exact.then(|| (near(village.lon), near(village.lat)));
    let of_village = (round7(village.lon), round7(village.lat));
    let shown = point.filter(|_| random.random_bool(0.7));
    let mut kinds = 0_u8;
    for (kind, share) in &profile.kinds {
        kinds |= u8::from(random.random_bool(share.clamp(0.0, 1.0))) << *kind as u8;
    }
    let name = (0..3).map(|_| *WORDS.choose(random).expect("a word")).collect::<Vec<_>>().join(" ");
    let name = format!("{name} {}", random.random_range(0..5000_u32));
    let millis = 1_767_225_600_000 + key as u64;
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random.random()).into_uuid();
    let sizes = [SizeClass::Micro, SizeClass::Small, SizeClass::Medium, SizeClass::Unknown];
    let sectors = profile.sectors.iter().fold(0, |bits, sector| bits | 1_u16 << sector.index());
    let common = Common {
        key: i64::try_from(key).expect("small"),
        id,
        lon: point.unwrap_or(of_village).0,
        lat: point.unwrap_or(of_village).1,
        exact,
        name: name.into(),
        updated_at_micros: 1_767_225_600_000_000 + random.random_range(0..20_000_000_000_000_i64),
        main_sector: profile.sectors.first().copied(),
        responsible_region: village.code.at(Level::Regency).expect("a regency"),
        region: village.code.clone(),
        kinds,
        sectors,
        kbli: vec![profile.kbli.clone()],
        commodities: vec![profile.commodity.clone()],
        certificates: if random.random_bool(0.2) { 1 << random.random_range(0..12_u32) } else { 0 },
        channels: if random.random_bool(0.3) { 1 << random.random_range(0..14_u32) } else { 0 },
        legal_form: None,
        founded_year: random.random_bool(0.6).then(|| random.random_range(1985..=2025)),
        women_led: Some(random.random_bool(profile.women)),
        size_class: *sizes.choose(random).expect("a size"),
        cooperative: None,
        sentra: None,
        sample: true,
        existence: if random.random_bool(0.03) { Existence::Closed } else { Existence::Active },
        ceased_on: None,
    };
    let at = shown.unwrap_or(of_village);
    let public = Row {
        common: Common { lon: at.0, lat: at.1, exact: shown.is_some(), ..common.clone() },
        extra: (),
    };
    let product =
        || ProductValues { monthly: Monthly { dimension: Unit::Pair, min: 100.0, max: 200.0 } };
    let extra = InternalValues {
        author: None,
        review: Review::Verified,
        publication: Publication::Published,
        workers: Some(random.random_range(1..20)),
        quality: 0,
        worst: None,
        review_since: None,
        last_visit: None,
        products: vec![product(), product()],
        needs: 0,
        practices: 0,
        supply: Supply::default(),
    };
    (Some(public), Row { common, extra })
}

fn build(rows: usize) -> Atlas {
    let villages = villages();
    let profiles = profiles(&villages);
    let all: usize = profiles.iter().map(|(rows, _)| rows).sum();
    let mut random = ChaCha8Rng::seed_from_u64(35);
    let mut builder = Builder::default();
    let (mut public, mut internal) = (Vec::new(), Vec::new());
    let (mut due, mut at, mut key) = (0, 0, 0);
    while key < rows {
        while key >= due * rows / all {
            due += profiles[at].0;
            at += 1;
        }
        key += 1;
        let (shown, kept) = row(key, &profiles[at - 1].1, &villages, &mut random);
        public.extend(shown);
        internal.push(kept);
        if internal.len() == 10_000 || key == rows {
            builder.add(&public, &internal);
            public.clear();
            internal.clear();
        }
    }
    let started = Instant::now();
    let atlas = builder.build();
    println!("packed in {:.1} s (rows were drawn before)", started.elapsed().as_secs_f64());
    atlas
}

fn measure(name: &str, times: usize, mut run: impl FnMut(usize) -> usize) {
    let mut took: Vec<Duration> = Vec::new();
    let mut found = 0;
    for round in 0..times {
        let started = Instant::now();
        found = std::hint::black_box(run(round));
        took.push(started.elapsed());
    }
    took.sort_unstable();
    let ms = |share: f64| {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "an index"
        )]
        let at = ((took.len() - 1) as f64 * share) as usize;
        took[at].as_secs_f64() * 1e3
    };
    println!("| {name} | {:.3} | {:.3} | {found} |", ms(0.5), ms(0.99));
}

/// The tile of a zoom with the most records.
fn densest(view: &View, z: u8) -> Tile {
    let mut tile = Tile::new(0, 0, 0).expect("the world");
    while tile.z < z {
        let step = (z - tile.z).min(6);
        let cells = view.tile(&Filter::default(), tile, step);
        let most = cells.iter().max_by_key(|cell| cell.count).expect("a cell");
        let (lon, lat) = most.position();
        let (x, y) = grid(lon, lat);
        let z = tile.z + step;
        tile = Tile::new(z, x >> (32 - z), y >> (32 - z)).expect("a tile");
    }
    tile
}

/// The tiles of a zoom that have at least half as many records as its fullest.
fn dense(view: &View, z: u8) -> Vec<Tile> {
    let step = z.min(6);
    let above = match z - step {
        0 => vec![Tile::new(0, 0, 0).expect("the world")],
        above => dense(view, above),
    };
    let cells = above.into_iter().flat_map(|tile| view.tile(&Filter::default(), tile, step));
    let mut counted: Vec<(u32, Tile)> = cells
        .map(|cell| {
            let (lon, lat) = cell.position();
            let (x, y) = grid(lon, lat);
            (cell.count, Tile::new(z, x >> (32 - z), y >> (32 - z)).expect("a tile"))
        })
        .collect();
    counted.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let half = counted[0].0 / 2;
    counted.into_iter().take_while(|(count, _)| *count >= half).map(|(_, tile)| tile).collect()
}

/// One to three of kinds, sectors, sizes and who leads, with any values.
fn any_packed(random: &mut ChaCha8Rng) -> Filter {
    let kinds = [Kind::Ikm, Kind::Ukm, Kind::Kopwan, Kind::Koperasi];
    let sizes = [SizeClass::Micro, SizeClass::Small, SizeClass::Medium, SizeClass::Unknown];
    let fields = [0, 1, 2, 3];
    let count = random.random_range(1..=3_usize);
    let chosen: Vec<u32> = fields.sample(random, count).copied().collect();
    filter(|filter| {
        let public = &mut filter.public;
        for field in chosen {
            let few = random.random_range(1..=2_usize);
            match field {
                0 => public.kinds = kinds.sample(random, few).copied().collect(),
                1 => {
                    let some = Sector::all().sample(random, few);
                    public.sectors = some.filter_map(|one| Sector::from_code(&one.code)).collect();
                }
                2 => public.size_classes = sizes.sample(random, few).copied().collect(),
                _ => public.women_led = Some(random.random()),
            }
        }
    })
}

/// Tiles encoded, and as they are answered, which is compressed besides: each question another one, of
/// tiles and filters drawn with a fixed seed.
fn answered_tiles(view: &View) {
    let mut random = ChaCha8Rng::seed_from_u64(8);
    let zooms = [6, 8, 10, 12];
    let all: Vec<Vec<Tile>> = zooms.iter().map(|z| dense(view, *z)).collect();
    let mut answer = |name: &str, zooms: &[usize], filtered: bool, compressed: bool| {
        let how = if compressed { "encoded and compressed" } else { "encoded" };
        measure(&format!("tile {name}, {how}"), 400, |_| {
            let of_zoom = &all[*zooms.choose(&mut random).expect("a zoom")];
            let tile = *of_zoom.choose(&mut random).expect("a tile");
            let filter = if filtered { any_packed(&mut random) } else { Filter::default() };
            let drawn = draw(&view.tile(&filter, tile, 6), tile);
            if !compressed {
                return drawn.len();
            }
            let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
            gzip.write_all(&drawn).and_then(|()| gzip.finish()).expect("compressed").len()
        });
    };
    for compressed in [false, true] {
        for (at, z) in zooms.iter().enumerate() {
            answer(&format!("z{z}, any filter"), &[at], true, compressed);
        }
        answer("z6 to z12, no filter", &[0, 1, 2, 3], false, compressed);
    }
}

fn filter(change: impl FnOnce(&mut Filter)) -> Filter {
    let mut filter = Filter::default();
    change(&mut filter);
    filter
}

fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<u64>().ok()).unwrap_or_default()
        / 1024
}

/// A million points in the regency that each lies in, one after the other.
fn locate_points() {
    let text = std::fs::read_to_string("seed/regions/regencies.geojson").expect("the seed");
    let collection: geojson::FeatureCollection = text.parse().expect("GeoJSON");
    let mut regencies = PolygonIndex::default();
    for (place, feature) in collection.features.iter().enumerate() {
        let geometry = feature.geometry.as_ref().expect("a geometry");
        regencies.add(polygon_of(geometry).expect("a polygon"), place);
    }
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let mut place = || (random.random_range(111.0..114.5), random.random_range(-8.7..-6.8));
    let points: Vec<(f64, f64)> = (0..1_000_000).map(|_| place()).collect();
    println!("\n| operation | p50 ms | p99 ms | found |\n|---|---|---|---|");
    measure("the grid over the regencies", 1, |_| {
        regencies.locate(112.7, -7.5).into_iter().count()
    });
    measure("point in regency, 1 million points", 5, |_| {
        points.iter().filter(|(lon, lat)| regencies.locate(*lon, *lat).is_some()).count()
    });
}

fn main() {
    locate_points();
    let rows = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let atlas = build(rows);
    let (public, internal, bytes) = atlas.size();
    println!(
        "{public} public and {internal} internal rows, {} MB packed, {} MB resident",
        bytes / 1_000_000,
        memory()
    );
    for (who, visibility) in
        [("public", Visibility::Public), ("internal", Visibility::Internal { area: None })]
    {
        println!("\n{who}\n| operation | p50 ms | p99 ms | found |\n|---|---|---|---|");
        let view = atlas.view(visibility);
        answered_tiles(&view);
        operations(&view);
        expressions(&view);
    }
    words(&atlas);
}

/// Expressions beside the plain filter: how many of all rows pass.
fn expressions(view: &View) {
    let reference = Reference::default();
    let expressed = |text: &str| {
        let (written, here) = (Cql2Language::Text, |lon: f64, lat: f64| Some((lon, lat)));
        let read = Expression::parse(text, written, ENTERPRISES, &reference, &here);
        Filter::default().with_expression(read.expect("CQL2"))
    };
    let plain = filter(|filter| {
        filter.public.kinds = vec![Kind::Ikm];
        filter.public.women_led = Some(true);
    });
    measure("count, plain filter of two", 20, |_| view.count(&plain));
    for text in [
        "kind = 'ikm' AND women_led",
        "kind = 'ikm' OR women_led",
        "NOT (kind = 'ikm' OR women_led) AND size_class <> 'micro'",
        "regency IN ('35.15','35.76') OR sector = 'pangan' AND updated_at >= DATE('2026-03-01')",
        "NOT S_INTERSECTS(geometry,POLYGON((112.4 -7.6,112.9 -7.6,112.8 -7.2,112.4 -7.6)))",
        "name LIKE '%Batik%' OR women_led",
        "CASEI(name) LIKE 'batik m%'",
    ] {
        let filter = expressed(text);
        measure(&format!("count, `{text}`"), 20, |_| view.count(&filter));
    }
}

/// A search beside the atlas, over the same names with an owner, a product and a region, in a
/// temporary folder; then pages of what words find, each asked of a search that keeps no answer.
fn words(atlas: &Atlas) {
    let everywhere = Visibility::Internal { area: None };
    let view = atlas.view(everywhere.clone());
    let (keys, names) = (view.keys(&Filter::default()), view.names(&Filter::default()));
    let reference = Reference::default();
    let before = memory();
    let started = Instant::now();
    let folder = Folder::take(None).expect("a folder");
    let (search, _) = Search::open(folder, "1".into(), "bench".into(), 0).expect("a search");
    let filling = search.fill().expect("a writer");
    for (key, name) in keys.iter().zip(&names) {
        let number = usize::try_from(*key).expect("small");
        let owner = format!("Siti {} {}", WORDS[number % 24], number % 10_000);
        let document = serde_json::json!({
            "name": name,
            "region_name": "Sidoarjo",
            "responsible_region": "35.15",
            "owners": [{"name": owner}],
            "products": [{"name": format!("{} kulit", WORDS[number % 3])}],
            "commodities": [],
        });
        let document = document.to_string();
        let public = Entry::public(&document, &reference).ok();
        let internal = Entry::internal(&document, &reference).ok();
        filling.add(&Noted { key: *key, public, internal }).expect("added");
    }
    filling.finish(1).expect("a commit");
    println!(
        "\nsearch: made in {:.1} s, {} MB resident more\n| page of 100 | p50 ms | p99 ms | found |\n|---|---|---|---|",
        started.elapsed().as_secs_f64(),
        memory().saturating_sub(before)
    );
    let drawn = drawn();
    for asked in ["batik", "jaya mandiri", "siti 4711", "metali", "griya"] {
        let words: Vec<String> = asked.split(' ').map(str::to_owned).collect();
        let alone = filter(|filter| filter.public.words.clone_from(&words));
        let narrowed = filter(|filter| {
            *filter = drawn.clone();
            filter.public.words.clone_from(&words);
            filter.public.sectors = Sector::from_code("pangan").into_iter().collect();
        });
        for (name, filter) in [("alone", &alone), ("three filters, a polygon", &narrowed)] {
            for sort in [Sort::Curve, Sort::Relevance] {
                let ranked = sort == Sort::Relevance;
                measure(&format!("`{asked}` {name}, {sort:?}"), 20, |_| {
                    search.forget();
                    let found = search.find(&everywhere, &words, None, ranked).expect("found");
                    let view = atlas.view(everywhere.clone()).finding(found);
                    let query = PageQuery { filter, sort, after: None, limit: 100 };
                    view.page(&query).matched
                });
            }
        }
    }
    println!("{} MB resident at the end", memory());
}

fn operations(view: &View) {
    let packed = filter(|filter| {
        filter.public.kinds = vec![Kind::Ikm];
        filter.public.women_led = Some(true);
    });
    let sector = filter(|filter| {
        filter.public.sectors = Sector::from_code("pangan").into_iter().collect();
        filter.public.size_classes = vec![SizeClass::Micro, SizeClass::Small];
    });
    let many =
        filter(|filter| filter.public.commodities = vec!["sepatu".into(), "batik-tulis".into()]);
    for z in [6, 8, 10, 12, 14] {
        let tile = densest(view, z);
        let none = Filter::default();
        for (name, filter) in [
            ("no filter", &none),
            ("kind, women-led", &packed),
            ("sector, size", &sector),
            ("commodity", &many),
        ] {
            measure(&format!("tile z{z}, {name}"), 40, |_| view.tile(filter, tile, 6).len());
        }
    }
    let by = [Dimension::Regency, Dimension::Sector];
    measure("count regency × sector, filtered", 20, |_| {
        view.groups(&packed, &by, false, usize::MAX).map_or(0, |all| all.len())
    });
    let city = Bbox::parse("112.60,-7.40,112.85,-7.20").expect("a box");
    let boxed = filter(|filter| {
        *filter = packed.clone();
        filter.public.bbox = Bbox::parse("112.3,-7.8,113.0,-7.2");
    });
    measure("the same in a bbox", 20, |_| {
        view.groups(&boxed, &by, false, usize::MAX).map_or(0, |all| all.len())
    });
    let three = [Dimension::Regency, Dimension::Sector, Dimension::SizeClass];
    measure("three dimensions, filtered", 20, |_| {
        view.groups(&packed, &three, false, usize::MAX).map_or(0, |all| all.len())
    });
    let page = |filter: &Filter, sort| {
        view.page(&PageQuery { filter, sort, after: None, limit: 100 }).matched
    };
    let in_city = filter(|filter| filter.public.bbox = Some(city));
    for sort in [Sort::Curve, Sort::Name, Sort::UpdatedAtDescending] {
        measure(&format!("page of 100 in a city bbox, {sort:?}"), 40, |_| page(&in_city, sort));
    }
    let regional = filter(|filter| {
        filter.public.sectors = Sector::from_code("pangan").into_iter().collect();
        filter.public.regions = "35.15".parse().into_iter().collect();
    });
    measure("page of 100 by sector + regency", 40, |_| page(&regional, Sort::Curve));
    measure("page of 100, everything", 40, |_| page(&Filter::default(), Sort::Curve));
    measure("page of 100 by name, everything", 10, |_| page(&Filter::default(), Sort::Name));
    let far = filter(|filter| {
        *filter = sector.clone();
        filter.public.regions = "35.29".parse().into_iter().collect();
    });
    let nowhere = &Filter::default();
    for (name, asked) in [
        ("nearest 20", nowhere),
        ("nearest 20, kind, women-led", &packed),
        ("nearest 20, sector, size, a regency far off", &far),
    ] {
        let mut random = ChaCha8Rng::seed_from_u64(1);
        measure(name, 200, |_| {
            let (lon, lat) = (random.random_range(111.2..113.8), random.random_range(-8.1..-7.1));
            let near = filter(|filter| {
                *filter = asked.clone();
                filter.public.near = Some(Circle { lon, lat, radius_m: None });
            });
            view.page(&PageQuery { filter: &near, sort: Sort::Distance, after: None, limit: 20 })
                .keys
                .len()
        });
    }
    let circle = filter(|filter| {
        filter.public.near = Some(Circle { lon: 112.72, lat: -7.3, radius_m: Some(10_000.0) });
    });
    measure("count in a circle of 10 km", 20, |_| view.count(&circle));
    measure("page of 100 in a polygon, filtered", 20, |_| page(&drawn(), Sort::Curve));
}

/// Two filters and a polygon of sixty corners, some 50 km across.
fn drawn() -> Filter {
    let ring: Vec<(f64, f64)> = (0..=60)
        .map(|at| {
            let turn = f64::from(at % 60) / 60.0 * std::f64::consts::TAU;
            let reach = 0.2 + 0.05 * f64::from(at % 3);
            (112.6 + reach * turn.cos(), -7.4 + reach * turn.sin())
        })
        .collect();
    let polygon = geo::MultiPolygon::new(vec![geo::Polygon::new(ring.into(), Vec::new())]);
    let polygon = Some(std::sync::Arc::new(Area::new(polygon).expect("an area")));
    filter(|filter| {
        filter.public.kinds = vec![Kind::Ikm];
        filter.public.women_led = Some(true);
        filter.public.area = Some(sentra::domain::filter::AreaRef { id: String::new(), polygon });
    })
}
