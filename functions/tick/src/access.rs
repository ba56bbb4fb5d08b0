//! What `tick` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Check, Delete, Get, Put, Query};
use lambda::access::{Access, items};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("settings of the organisations", &["ORGANISATION#*"], &[Get]),
    items("which organisations there are", &["ORGANISATIONS"], &[Query]),
    items("digests, claimed once", &["DIGEST#*"], &[Query, Delete]),
    items("reminders, claimed once", &["REMINDER#*"], &[Query, Put]),
    items("closures, and how far what follows is done", &["CLOSING#*"], &[Get, Query, Put]),
    items("weeks that a closure or a free place changes", &["FAMILY#*"], &[Get, Query, BatchGet, Put, Delete, Check]),
    items("unique places of a day", &["DAY#*"], &[Query, Put, Delete]),
    items("places taken, and who waits", &["ROOM#*"], &[Query, Put]),
    items("the list of families", &["DIRECTORY#*"], &[Query]),
    items("rows of the agents' table of families", &["LISTED#*"], &[BatchGet, Put]),
    items("what is awaited of families", &["AWAITED#*"], &[BatchGet, Put, Delete]),
    items("words by which agents find families", &["FIND#*"], &[Put, Delete]),
    items("how far a round is", &["ROUND#*"], &[Get, Put]),
    items("runs that are due", &["RUN#*", "WORK#*"], &[Put]),
    items("numbers of credit notes for closed days", &["SERIES#*"], &[Get, Put]),
    items("drafts that a closure makes wrong", &["DRAFT#*"], &[Get, Put]),
    items("documents that expire, claimed once", &["EXPIRY#*"], &[Query, Delete]),
    items("mails to follow", &["OUTBOX#*"], &[Put, Check]),
];
