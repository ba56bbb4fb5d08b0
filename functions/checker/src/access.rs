//! What `checker` may do in AWS, and what for: its policy in `template.yaml` is made of this list.

use lambda::access::Bucket::Documents;
use lambda::access::ItemAction::{Delete, Get, Put, Query};
use lambda::access::ObjectAction::{Read, Remove, Write};
use lambda::access::{Access, items, list, objects};

/// By purpose.
pub const ACCESS: &[Access] = &[
    items("what becomes of a document", &["FAMILY#*"], &[Get, Put]),
    items("the agents' queue", &["REVIEW#*"], &[Put]),
    items("files that must go", &["DISCARD"], &[Query, Delete]),
    objects("files that came", Documents, &["incoming/*"], &[Read]),
    objects("files that are good", Documents, &["checked/*", "previews/*"], &[Write]),
    objects("files of what is gone", Documents, &["incoming/*", "checked/*", "previews/*"], &[Remove]),
    list("what events lost; and 404, not 403, for a file that is gone", Documents, None),
];
