//! What a click asks for, what is decided on it, and what became of it.

use domain::day::Day;
use domain::id::{ActivityId, ChildId};
use domain::planning::{Step, Want};

use crate::load::LoadedWeek;

/// One click, or one "toutes les activités".
#[derive(Debug)]
pub(crate) struct Click {
    pub(crate) request: String,
    pub(crate) child: ChildId,
    pub(crate) day: Day,
    pub(crate) want: Want,
    /// An agent's reason to pass over a limit.
    pub(crate) reason: Option<String>,
}

/// What a click changes, as decided on what was read.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// What happens.
    pub(crate) steps: Vec<Step>,
    /// Activities found as wanted: kept with the request, so that its repeat changes nothing later.
    pub(crate) unchanged: Vec<ActivityId>,
    /// Activities passed over, with the reason.
    pub(crate) passed_over: Vec<(ActivityId, String)>,
}

/// What became of a click: the week as it is now, and what was planned.
pub(crate) struct Outcome {
    pub(crate) loaded: LoadedWeek,
    pub(crate) plan: Plan,
    /// Whether other cells of the week changed too, so that the page must read it again.
    pub(crate) elsewhere: bool,
}
