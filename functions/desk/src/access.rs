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
    items("public keys of sessions", &["PUBLIC"], &[Query]),
];
