//! What `login` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::ItemAction::{BatchGet, Check, Delete, Get, Put, Query};
use lambda::access::{Access, items};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("profiles, sessions, memberships and roles", &["ACCOUNT#*"], &[Get, Query, BatchGet, Put, Delete, Check]),
    items("passwords and second factors", &["CREDENTIALS#*"], &[Get, Put, Delete]),
    items("identifiants, and whose they are", &["NAME#*"], &[Get, BatchGet, Put, Delete]),
    items("tries of a name or an address", &["THROTTLE#*"], &[BatchGet, Put, Delete]),
    items("mailed links, spent once", &["TOKEN#*"], &[Get, Delete]),
    items("keys of sessions, made here", &["SIGNING", "PUBLIC"], &[Query, Put]),
    items("who is invited to be an agent", &["INVITATION#*"], &[Query, BatchGet, Put]),
    items("agents as administrators find them", &["STAFF#*"], &[Get, Query, Put, Delete, Check]),
    items("families that are joined and left", &["FAMILY#*"], &[Query, BatchGet, Put]),
    items("settings of the organisation", &["ORGANISATION#*"], &[BatchGet]),
    items("what happens to agents' accounts", &["SECURITY#*"], &[Query, Put]),
    items("mails to follow", &["OUTBOX#*"], &[Put, Check]),
];
