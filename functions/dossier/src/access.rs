//! What `dossier` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Check, Delete, Put, Query};
use lambda::access::{Access, items};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were", &["ACCOUNT#*"], &[BatchGet, Check]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("families as lists name them", &["DIRECTORY#*"], &[Put]),
    items("words by which agents find families", &["FIND#*"], &[Query, Put, Delete]),
    items("rows of the agents' table of families", &["LISTED#*"], &[Query, Put]),
    items("what is awaited of families", &["AWAITED#*"], &[Query]),
    items("how far the table of families is made anew", &["ROUND#*"], &[BatchGet]),
    items(
        "families, their fiches and dossiers, what is noted of them",
        &["FAMILY#*"],
        &[Query, BatchGet, Put, Delete, Check],
    ),
    items("what waits for an agent", &["CHECK#*"], &[Query, Put, Delete]),
    items("children's health, under seal", &["HEALTH#*"], &[BatchGet, Put]),
    items("the keys of that seal", &["HEALTHKEY"], &[Query, Put]),
    items("invitations, and whether one was asked for already", &["OUTBOX#*"], &[BatchGet, Put]),
    items("who is invited to a family, for who administers", &["SECURITY#*"], &[Put]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
];
