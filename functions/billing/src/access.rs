//! What `billing` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::Bucket::Files;
use lambda::access::ItemAction::{BatchGet, Delete, Get, Put, Query};
use lambda::access::ObjectAction::Write;
use lambda::access::{Access, items, objects};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("pieces of work", &["WORK#*"], &[Get, Query, Put, Delete]),
    items("how far a run is", &["RUN#*"], &[Get, Put]),
    items("drafts of a run", &["DRAFT#*"], &[Query, Put, Delete]),
    items("the next number", &["SERIES#*"], &[Get, Put]),
    items("what families are charged", &["FAMILY#*"], &[Query, BatchGet, Put, Delete]),
    items("the list of families", &["DIRECTORY#*"], &[Query]),
    items("settings of the organisation", &["ORGANISATION#*"], &[Get, BatchGet]),
    items("mails to follow", &["OUTBOX#*"], &[Put]),
    objects("papers of invoices", Files, &["invoices/*"], &[Write]),
];
