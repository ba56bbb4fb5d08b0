//! How much memory this process holds, as Linux tells it; elsewhere nothing is told.

/// Lets the peak begin again from what is held now.
pub(crate) fn forget_peak() {
    // A kernel that does not know it keeps the older, higher peak: never a better figure.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

/// What is held now, in MB.
pub(crate) fn resident() -> Option<u64> {
    megabytes("VmRSS:")
}

/// The most that was held since the peak was forgotten, in MB.
pub(crate) fn peak() -> Option<u64> {
    megabytes("VmHWM:")
}

fn megabytes(name: &str) -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? / 1024)
}
