//! What the judge may take of the machine, set by itself before it reads a byte.

use std::io;

/// What it may hold, in bytes: the largest photo that is taken fits in, and nothing much larger.
const MEMORY: u64 = 224 * 1024 * 1024;
/// What it may map, its own program included, in bytes.
const MAPPED: u64 = 1024 * 1024 * 1024;
/// How long it may compute, in seconds; the largest photo takes two.
const SECONDS: u64 = 10;

/// Sets them; without them nothing is opened.
#[cfg(target_os = "linux")]
pub(super) fn set() -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let limits = [
        (Resource::Data, MEMORY),
        (Resource::As, MAPPED),
        (Resource::Cpu, SECONDS),
        (Resource::Fsize, 0),
        (Resource::Core, 0),
        (Resource::Nofile, 16),
    ];
    for (resource, most) in limits {
        setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?;
    }
    Ok(())
}

/// Elsewhere, where nothing is deployed, only time is limited, where it can be.
#[cfg(not(target_os = "linux"))]
pub(super) fn set() -> io::Result<()> {
    let _ = (MEMORY, MAPPED);
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        setrlimit(Resource::Cpu, Rlimit { current: Some(SECONDS), maximum: Some(SECONDS) })?;
    }
    Ok(())
}
