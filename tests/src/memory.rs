//! How much memory this program and those it started take, read from `/proc` while they run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// What is resident of this program and of all below it, in bytes; what several share is counted for each.
pub fn resident() -> u64 {
    let parents = |pid: &str| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse::<u32>().ok()
    };
    let all = std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut own = vec![std::process::id()];
    own.extend(all.filter(|pid| parents(pid) == Some(std::process::id())).filter_map(|pid| pid.parse::<u32>().ok()));
    own.into_iter().map(of_process).sum()
}

fn of_process(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// Looks every few milliseconds until it is asked.
#[derive(Debug)]
pub struct Peak {
    stop: Arc<AtomicBool>,
    most: Arc<AtomicU64>,
    looking: JoinHandle<()>,
}

impl Peak {
    /// Begins to look.
    pub fn watch() -> Self {
        let (stop, most) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (ended, highest) = (stop.clone(), most.clone());
        let looking = std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                highest.fetch_max(resident(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(3));
            }
        });
        Self { stop, most, looking }
    }

    /// The most that was resident at once, in bytes.
    pub fn end(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.looking.join().unwrap();
        self.most.load(Ordering::Relaxed)
    }
}
