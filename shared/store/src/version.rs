//! What a write stands on: the version of an item as it was read, that it had none yet, or that nothing was there.

use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};

/// The version of a record that has items without one: such an item counts as version 0.
///
/// A record that came without a version and is given one declares it as this, with `#[serde(default)]`; one that had a
/// version from its first day keeps a plain number, which no item lacks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// Of an item that is new.
    pub const FIRST: Self = Self(1);
}

/// Of a record that is written beside one that always had a version, and shares it.
impl From<u64> for Version {
    fn from(version: u64) -> Self {
        Self(version)
    }
}

impl Add<u64> for Version {
    type Output = Self;

    fn add(self, more: u64) -> Self {
        Self(self.0 + more)
    }
}

impl AddAssign<u64> for Version {
    fn add_assign(&mut self, more: u64) {
        self.0 += more;
    }
}

/// How an item was read, before it is written over, removed or counted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// Nothing was there.
    Absent,
    /// It was there, of a time before its record had versions.
    Unversioned,
    /// It was there, in this version.
    At(u64),
}

/// A plain number is of a record that always had a version: 0 is said where nothing was there.
impl From<u64> for Read {
    fn from(version: u64) -> Self {
        match version {
            0 => Self::Absent,
            read => Self::At(read),
        }
    }
}

/// There is one only where an item was read.
impl From<Version> for Read {
    fn from(Version(version): Version) -> Self {
        match version {
            0 => Self::Unversioned,
            read => Self::At(read),
        }
    }
}

impl From<Option<Version>> for Read {
    fn from(version: Option<Version>) -> Self {
        version.map_or(Self::Absent, Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(item: &str) -> Version {
        #[derive(Deserialize)]
        struct Whole {
            #[serde(default)]
            version: Version,
        }
        serde_json::from_str::<Whole>(item).unwrap().version
    }

    #[test]
    fn an_item_without_a_version_counts_as_version_0_and_is_no_missing_item() {
        assert_eq!(Read::from(read("{}")), Read::Unversioned);
        assert_eq!(Read::from(read(r#"{"version": 0}"#)), Read::Unversioned);
        assert_eq!(Read::from(read(r#"{"version": 3}"#)), Read::At(3));
        assert_eq!(Read::from(Some(read("{}"))), Read::Unversioned);
        assert_eq!(Read::from(None), Read::Absent);
        assert_eq!((Read::from(0_u64), Read::from(3_u64)), (Read::Absent, Read::At(3)));
    }

    #[test]
    fn the_first_write_over_an_item_without_a_version_is_version_1_like_that_of_a_new_one() {
        assert_eq!(read("{}") + 1, Version::FIRST);
        assert_eq!(serde_json::to_string(&(Version::FIRST + 1)).unwrap(), "2");
    }
}
