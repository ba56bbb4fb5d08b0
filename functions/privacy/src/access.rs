//! What `privacy` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::Bucket::Files;
use lambda::access::ItemAction::{BatchGet, Check, Delete, Put, Query};
use lambda::access::ObjectAction::Read;
use lambda::access::{Access, items, objects};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were", &["ACCOUNT#*"], &[BatchGet, Check]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("archives a family asked for", &["FAMILY#*"], &[Query, BatchGet, Put]),
    items("erasures a family asked for", &["ERASURE#*"], &[Query, BatchGet, Put, Delete]),
    items("tasks that follow", &["PRIVACY#*"], &[Put]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
    objects("permission to take an archive", Files, &["archives/*"], &[Read]),
];
