//! Documents a family hands in: what they are, how far they are, which are required, and what may be sent.

mod fault;
mod kind;
mod piece;
mod standing;
mod upload;

pub use fault::Fault;
pub use kind::{Concern, Kind};
pub use piece::{Blocking, Gap, HandedIn, Missing, Requirement, gaps, unblocked_by};
pub use standing::{SOON_DAYS, Standing, Status};
pub use upload::{LARGEST, Media, NotTaken, Offer, clean_name, megabytes};
