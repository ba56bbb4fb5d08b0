//! What `information` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Check, Put, Query};
use lambda::access::{Access, items};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("who asks is still who they were; their families", &["ACCOUNT#*"], &[Query, BatchGet, Check]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("news and menus", &["NEWS#*", "MENU#*"], &[Query, BatchGet, Put]),
    items("rules that were accepted", &["ACCEPTANCE#*"], &[Query, Put]),
    items("names of families", &["DIRECTORY#*"], &[Query]),
    items("public keys of sessions", &["PUBLIC"], &[Query]),
];
