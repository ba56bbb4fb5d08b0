//! What a function may do in AWS: a list beside its code, of which its policy is made (`infra/template`).

/// One thing a function does, and on what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// What for.
    pub why: &'static str,
    /// On what, and in which ways.
    pub to: To,
}

/// What an access holds for. A pattern is the beginning of a key and `*`, or a whole key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum To {
    /// Items of the table, by their partitions.
    Items(&'static [&'static str], &'static [ItemAction]),
    /// Objects of a bucket, by their keys.
    Objects(Bucket, &'static [&'static str], &'static [ObjectAction]),
    /// The list of a bucket's objects; with a pattern, of those alone.
    List(Bucket, Option<&'static str>),
    /// Mails from the portal's own address.
    Mails,
}

/// Calls to the table. A transaction is called by its parts: `Put`, `Delete`, `Check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ItemAction {
    /// One item.
    Get,
    /// The items of one partition.
    Query,
    /// Items of several partitions in one call.
    BatchGet,
    /// Writes one, in a transaction too.
    Put,
    /// Removes one, in a transaction too.
    Delete,
    /// A condition of a transaction on an item it does not write.
    Check,
}

/// Calls to storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectAction {
    /// Reads one, or permits somebody to.
    Read,
    /// Writes one, or permits somebody to.
    Write,
    /// Removes one.
    Remove,
}

/// The buckets that functions know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bucket {
    /// Invoices, archives, the journal of erasures.
    Files,
    /// What families send.
    Documents,
}

/// Items of the table.
pub const fn items(why: &'static str, keys: &'static [&'static str], may: &'static [ItemAction]) -> Access {
    Access { why, to: To::Items(keys, may) }
}

/// Objects of a bucket.
pub const fn objects(
    why: &'static str,
    bucket: Bucket,
    keys: &'static [&'static str],
    may: &'static [ObjectAction],
) -> Access {
    Access { why, to: To::Objects(bucket, keys, may) }
}

/// The list of a bucket's objects.
pub const fn list(why: &'static str, bucket: Bucket, pattern: Option<&'static str>) -> Access {
    Access { why, to: To::List(bucket, pattern) }
}

/// Mails.
pub const fn mails(why: &'static str) -> Access {
    Access { why, to: To::Mails }
}
