//! What `mailer` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Delete, Get, Put, Query};
use lambda::access::{Access, items, mails};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("mails, and what became of them", &["OUTBOX#*"], &[Get, BatchGet, Query, Put, Delete]),
    items("how far a round is", &["ROUND#*"], &[Get, Put]),
    items("addresses that mails do not reach", &["TROUBLE#*"], &[Put, Delete]),
    items("what a mail says; the wishes of who complains", &["FAMILY#*"], &[Get, Query, BatchGet, Put]),
    items("what a mail says", &["ACCOUNT#*", "ORGANISATION#*"], &[BatchGet]),
    items("reminders of who complains", &["REMINDER#*"], &[Delete]),
    items("links of mails", &["TOKEN#*"], &[Put]),
    mails("the mails themselves"),
];
