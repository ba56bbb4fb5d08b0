//! What `desk` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Check, Delete, Get, Put, Query};
use lambda::access::{Access, items};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were", &["ACCOUNT#*"], &[BatchGet, Check]),
    items("settings of the organisation, its closures among them", &["ORGANISATION#*"], &[BatchGet, Put]),
    items("closures, and how far what follows is done", &["CLOSING#*"], &[Get, Query, BatchGet, Put, Delete]),
    items(
        "attendance, and bookings that a closure cancels",
        &["FAMILY#*"],
        &[Get, Query, BatchGet, Put, Delete, Check],
    ),
    items("the roll of a day", &["DAY#*"], &[Query, Put, Delete]),
    items("places taken, and who waits", &["ROOM#*"], &[Query, Put]),
    items("numbers of credit notes for closed days", &["SERIES#*"], &[Get, Put]),
    items("credit notes to be printed", &["WORK#*"], &[Put]),
    items("drafts that a closure makes wrong", &["DRAFT#*"], &[Get, Put]),
    items("mails to follow", &["OUTBOX#*"], &[Put, Check]),
    items("what waits for agents: changes of dossiers", &["CHECK#*"], &[Query]),
    items("what waits for agents: documents", &["REVIEW#*"], &[Query]),
    items("what waits for agents: families left out of a month", &["RUN#*"], &[Query]),
    items("what waits for agents: payments online in doubt", &["DOUBT#*"], &[Query]),
    items("what waits for agents: addresses in trouble", &["TROUBLE#*"], &[Query]),
    items("what waits for agents: erasures asked for", &["ERASURE#*"], &[Query]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
];
