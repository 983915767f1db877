//! Every operation, asked as everybody about a record in the own area, one in another area and a
//! published one: allowed, reduced to the public tier, or refused, as the table says that
//! `docs/access.md` is written from. And every field, filter, group and measure has its tier.

mod accounts;
mod asking;
mod candidates;
mod desk;
mod field;
mod tiers;
mod world;

use std::collections::BTreeSet;

use sentra::http::operations::{About, OPERATIONS, Place, access_page};
use strum::VariantArray;

use self::world::World;

#[test]
fn every_operation_answers_everybody_as_the_table_says() {
    let world = World::new();
    let mut wrong = Vec::new();
    for operation in OPERATIONS {
        let places = match operation.about {
            About::Nothing => &[Place::Public],
            _ => Place::VARIANTS,
        };
        for asker in &world.askers {
            for place in places {
                let expected = operation.answer(&asker.actor, *place);
                let found = world.ask(operation, asker, *place);
                if found != expected {
                    wrong.push(format!(
                        "{} as {} about {place:?}: {found:?}, not {expected:?}",
                        operation.id, asker.name
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operation_of_the_document_has_its_line_and_the_page_is_the_tables_own() {
    let document = serde_json::to_value(sentra::http::document()).expect("a document");
    let documented: BTreeSet<String> = document["paths"]
        .as_object()
        .expect("paths")
        .values()
        .flat_map(|item| item.as_object().expect("operations").values())
        .map(|operation| operation["operationId"].as_str().expect("an id").to_owned())
        .collect();
    let listed: BTreeSet<String> =
        OPERATIONS.iter().map(|operation| operation.id.to_owned()).collect();
    assert_eq!(listed, documented);
    assert_eq!(listed.len(), OPERATIONS.len(), "an operation stands twice");
    assert!(
        access_page() == include_str!("../../../docs/access.md"),
        "docs/access.md is out of date: run `make bless`"
    );
}
