//! What `invoices` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::Bucket::Files;
use lambda::access::ItemAction::{BatchGet, Check, Get, Put, Query};
use lambda::access::ObjectAction::Read;
use lambda::access::{Access, items, objects};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were", &["ACCOUNT#*"], &[BatchGet, Check]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("invoices and payments of families", &["FAMILY#*"], &[Get, Query, BatchGet, Put, Check]),
    items("numbers of corrections and receipts", &["SERIES#*"], &[BatchGet, Put, Check]),
    items("runs of a month", &["RUN#*"], &[Query, BatchGet, Put]),
    items("the list of families", &["DIRECTORY#*"], &[Query, BatchGet]),
    items("addresses that mails do not reach", &["TROUBLE#*"], &[Query]),
    items("drafts of a run", &["DRAFT#*"], &[Query]),
    items("papers to be printed, runs to go on", &["WORK#*"], &[Put]),
    items("what is taken out as a file", &["SECURITY#*"], &[Put]),
    items("the link of an invoice", &["TOKEN#*"], &[Get]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
    objects("papers of invoices", Files, &["invoices/*"], &[Read]),
];
