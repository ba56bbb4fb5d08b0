//! What `documents` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::Bucket::Documents;
use lambda::access::ItemAction::{BatchGet, Check, Delete, Put, Query};
use lambda::access::ObjectAction::{Read, Remove, Write};
use lambda::access::{Access, items, objects};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were", &["ACCOUNT#*"], &[BatchGet, Check]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("documents of a family", &["FAMILY#*"], &[Query, BatchGet, Put, Delete, Check]),
    items("documents that wait for an agent", &["REVIEW#*"], &[Query, Delete]),
    items("documents that expire", &["EXPIRY#*"], &[Put, Delete]),
    items("files that must go", &["DISCARD"], &[Put, Delete]),
    items("mails to follow", &["OUTBOX#*"], &[Put]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
    objects("permission to send", Documents, &["incoming/*"], &[Write]),
    objects("permission to read", Documents, &["checked/*", "previews/*"], &[Read]),
    objects("files of a document that is taken back", Documents, &["incoming/*", "checked/*", "previews/*"], &[Remove]),
];
