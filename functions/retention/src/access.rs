//! What `retention` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::Bucket::{Documents, Files};
use lambda::access::ItemAction::{BatchGet, Delete, Get, Put, Query};
use lambda::access::ObjectAction::{Read, Remove, Write};
use lambda::access::{Access, items, list, objects};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("how far a round is", &["ROUND#*"], &[Get, Put]),
    items("tasks to be done", &["PRIVACY#*"], &[Query, Delete]),
    items("erasures, and what came of them", &["ERASURE#*"], &[Get, Query, Put]),
    items("settings of the organisation", &["ORGANISATION#*"], &[Get]),
    items("which organisations there are", &["ORGANISATIONS"], &[Query]),
    items("a family: packed, thinned out, erased", &["FAMILY#*"], &[Get, Query, Put, Delete]),
    items("how agents find a family", &["DIRECTORY#*"], &[Query, BatchGet, Delete]),
    items(
        "its rows in the agents' table, and those of its words",
        &["LISTED#*", "AWAITED#*", "FIND#*"],
        &[BatchGet, Delete],
    ),
    items(
        "what points at a family, taken by name",
        &["DAY#*", "DRAFT#*", "REMINDER#*", "FEED#*", "CHECK#*", "REVIEW#*", "ASKING#*", "DOUBT#*"],
        &[BatchGet, Delete],
    ),
    items("documents that expire", &["EXPIRY#*"], &[Query, BatchGet, Delete]),
    items(
        "digests to come, rows of an import, acceptances, addresses in trouble",
        &["DIGEST#*", "IMPORT#*", "ACCEPTANCE#*", "TROUBLE#*"],
        &[Query, Delete],
    ),
    items("who was invited to a family", &["SECURITY#*"], &[Query, Delete]),
    items("a run under way", &["RUN#*"], &[Query]),
    items("mails of a family, and the one that says it is done", &["OUTBOX#*"], &[Query, Put, Delete]),
    items("accounts nobody needs any more", &["ACCOUNT#*"], &[Query, Delete]),
    items("how such accounts signed in", &["CREDENTIALS#*", "NAME#*", "THROTTLE#*", "TOKEN#*"], &[Delete]),
    items("children's health: packed, erased", &["HEALTH#*"], &[Get, Delete]),
    items("the keys of its seal", &["HEALTHKEY"], &[Query]),
    objects("papers: packed, and gone after their period", Files, &["invoices/*"], &[Read, Remove]),
    objects("archives", Files, &["archives/*"], &[Write, Remove]),
    objects("the journal of erasures", Files, &["journal/*"], &[Read, Write]),
    list("the journal of erasures", Files, Some("journal/*")),
    objects("documents: packed", Documents, &["checked/*"], &[Read]),
    objects("documents: erased, whatever they are called", Documents, &["*"], &[Remove]),
    list("documents: found", Documents, None),
];
