//! What `planning` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Check, Delete, Get, Put, Query};
use lambda::access::{Access, items};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were", &["ACCOUNT#*"], &[BatchGet, Check]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("weeks: bookings, history, abonnements, wishes", &["FAMILY#*"], &[Get, Query, BatchGet, Put, Delete, Check]),
    items("unique places of a day", &["DAY#*"], &[Put, Delete]),
    items("places taken, and who waits", &["ROOM#*"], &[Query, Put]),
    items("the link that ends a mail", &["TOKEN#*"], &[Get, Check]),
    items("calendar feeds", &["FEED#*"], &[Get, Put, Delete]),
    items("families that want reminders", &["REMINDER#*"], &[Put, Delete]),
    items("changes that a digest tells, mails to follow", &["DIGEST#*", "OUTBOX#*"], &[Put]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
];
