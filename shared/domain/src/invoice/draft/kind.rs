//! What sort of day a line is of.

use super::Taken;
use crate::attendance::Presence;
use crate::tariff::Charge;

/// What sort of day a line is of, in the order lines have.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Plain,
    Late,
    Unbooked,
    Excused,
    /// An excused absence that does not count as one.
    Due,
    Unexcused,
    Fetched,
}

impl Kind {
    pub(super) fn of(one: &Taken, charge: Charge) -> Self {
        match one.presence {
            Some(Presence::PresentUnbooked) => Self::Unbooked,
            Some(Presence::AbsentExcused) if charge != Charge::Full => Self::Excused,
            Some(Presence::AbsentUnexcused) if charge != Charge::Full => Self::Unexcused,
            _ if one.surcharge > 0 => Self::Late,
            _ => Self::Plain,
        }
    }

    /// The hours themselves, of which a supplement is a line apart.
    pub(super) fn of_hours(self) -> Self {
        if self == Self::Late { Self::Plain } else { self }
    }

    /// Whether it pays for a child that did not come, or was fetched too late.
    pub(super) fn is_penalty(self) -> bool {
        matches!(self, Self::Excused | Self::Due | Self::Unexcused | Self::Fetched)
    }

    pub(super) fn said(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Late => Some("réservé en retard"),
            Self::Unbooked => Some("sans inscription"),
            Self::Excused => Some("absence excusée"),
            Self::Due => Some("absence facturée"),
            Self::Unexcused => Some("absence non excusée"),
            Self::Fetched => Some("repris après la fermeture"),
        }
    }
}
