//! What `payments` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Check, Delete, Get, Put, Query};
use lambda::access::{Access, items};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were", &["ACCOUNT#*"], &[BatchGet, Check]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("invoices, payments and tries to pay", &["FAMILY#*"], &[Get, Query, BatchGet, Put]),
    items("numbers of receipts", &["SERIES#*"], &[BatchGet, Put]),
    items("tries under way, and those that wait for a person", &["ASKING#*", "DOUBT#*"], &[Query, Put, Delete]),
    items("keys at a card provider; no other function may, for they move money", &["PROVIDER#*"], &[Get]),
    items("mails to follow", &["OUTBOX#*"], &[Put]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
];
