//! The death of a function in the middle of its work: at one call, before AWS has it or after AWS has done it.

use super::Sent;

/// On which side of a call a function dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// AWS never hears of the call.
    Before,
    /// AWS has done what it was asked.
    After,
}

/// Where functions die: at which of their calls, counted from 0 over all of them.
#[derive(Debug, Clone, Default)]
pub struct Deaths {
    functions: Vec<&'static str>,
    calls: u64,
    at: Vec<(u64, Side)>,
    found: Vec<Sent>,
}

impl Deaths {
    /// Counts the calls of these functions; each of them dies at these.
    pub fn of(functions: &[&'static str], at: Vec<(u64, Side)>) -> Self {
        Self { functions: functions.to_vec(), at, ..Self::default() }
    }

    /// How many calls there were.
    pub fn calls(&self) -> u64 {
        self.calls
    }

    /// The calls somebody died at.
    pub fn found(&self) -> &[Sent] {
        &self.found
    }

    /// Counts a call; on which side of it its caller dies, if it does.
    pub(super) fn count(&mut self, sent: &Sent) -> Option<Side> {
        if !self.functions.contains(&sent.function.as_str()) {
            return None;
        }
        let call = self.calls;
        self.calls += 1;
        let side = self.at.iter().find(|(at, _)| *at == call).map(|(_, side)| *side);
        self.found.extend(side.map(|_| sent.clone()));
        side
    }
}

/// Ends the task that makes the call, as the end of its process would: nothing of it goes on, nobody catches it.
pub(super) fn die() -> ! {
    std::panic::resume_unwind(Box::new("the function died"))
}
