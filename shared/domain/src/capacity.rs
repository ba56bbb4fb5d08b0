//! How many children fit, who has a place on a day, and who waits for one.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::day::{Day, start_of};
use super::family::Child;
use super::id::{ActivityId, CapacityId, ChildId, FamilyId, LotId};

/// How many bookings of some activities fit on a day, of all children or of some classes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// Its identifier.
    pub id: CapacityId,
    /// The activities whose bookings count.
    pub activities: Vec<ActivityId>,
    /// The classes it counts; none means every child.
    pub classes: Vec<String>,
    /// How many fit.
    pub places: u32,
    /// How many fit on these weekdays instead.
    pub by_weekday: BTreeMap<String, u32>,
    /// From how many free places on "dernières places" is said.
    pub last_places: u32,
    /// A freed place goes to the first in line until so many days before the day of service.
    pub promotes_until_days: u32,
}

impl Capacity {
    /// Whether a booking of this child in this activity counts here.
    pub fn counts(&self, activity: &ActivityId, child: &Child) -> bool {
        let class = |class: &String| child.class.as_ref() == Some(class);
        self.activities.contains(activity) && (self.classes.is_empty() || self.classes.iter().any(class))
    }

    /// How many fit on a day.
    pub fn places_on(&self, day: Day) -> u32 {
        self.by_weekday.get(weekday_key(day.weekday())).copied().unwrap_or(self.places)
    }

    /// Whether a place that frees up now goes to the first in line by itself.
    pub fn promotes(&self, day: Day, now: DateTime<Utc>) -> bool {
        now < start_of(day) - TimeDelta::days(i64::from(self.promotes_until_days)) + TimeDelta::days(1)
    }
}

/// The weekday as a key of [`Capacity::by_weekday`].
pub fn weekday_key(weekday: Weekday) -> &'static str {
    ["mon", "tue", "wed", "thu", "fri", "sat", "sun"][weekday.num_days_from_monday() as usize]
}

/// A child in line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// Grows with every child that joins: the order of the line.
    pub ticket: u64,
    /// Who answers.
    pub family: FamilyId,
    /// Who waits.
    pub child: ChildId,
    /// The activity.
    pub activity: ActivityId,
    /// Since when, on the business clock.
    pub at: DateTime<Utc>,
    /// The lot whose ticket is kept for it, when the activity is paid for in advance.
    #[serde(default)]
    pub lot: Option<LotId>,
}

/// Who has a place of a capacity on a day, and who waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// How many places are taken.
    pub taken: u32,
    /// Who waits, first in line first.
    pub line: Vec<Waiting>,
    /// The ticket the next one gets.
    pub next_ticket: u64,
}

impl Room {
    /// How many places are free for somebody new. Who waits counts as taken, so that nobody jumps the line.
    pub fn free(&self, places: u32) -> u32 {
        places.saturating_sub(self.taken).saturating_sub(u32::try_from(self.line.len()).unwrap_or(u32::MAX))
    }

    /// A place is taken; an agent may take one more than there are.
    pub fn take(&mut self) {
        self.taken += 1;
    }

    /// A place is given back.
    pub fn give_back(&mut self) {
        self.taken = self.taken.saturating_sub(1);
    }

    /// A child joins the line; its rank, from 1.
    pub fn join(
        &mut self,
        family: FamilyId,
        child: ChildId,
        activity: ActivityId,
        at: DateTime<Utc>,
        lot: Option<LotId>,
    ) -> usize {
        self.line.push(Waiting { ticket: self.next_ticket, family, child, activity, at, lot });
        self.next_ticket += 1;
        self.line.len()
    }

    /// A child leaves the line.
    pub fn leave(&mut self, child: &ChildId, activity: &ActivityId) {
        self.line.retain(|waiting| waiting.child != *child || waiting.activity != *activity);
    }

    /// The rank of a child in the line, from 1.
    pub fn rank(&self, child: &ChildId, activity: &ActivityId) -> Option<usize> {
        let at = self.line.iter().position(|waiting| waiting.child == *child && waiting.activity == *activity)?;
        Some(at + 1)
    }

    /// How many of the line have a free place, at most `most`.
    pub fn promotable(&self, places: u32, most: usize) -> usize {
        let free = usize::try_from(places.saturating_sub(self.taken)).unwrap_or(usize::MAX);
        free.min(most).min(self.line.len())
    }

    /// Gives free places to the first in line, at most `most`; each of them then counts as taken.
    pub fn promote(&mut self, places: u32, most: usize) -> Vec<Waiting> {
        let count = self.promotable(places, most);
        self.taken += u32::try_from(count).unwrap_or_default();
        self.line.drain(..count).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn join(room: &mut Room, child: &str) -> usize {
        let (family, activity) = ("f".parse().unwrap(), "cantine".parse().unwrap());
        room.join(family, child.parse().unwrap(), activity, DateTime::UNIX_EPOCH, None)
    }

    #[test]
    fn who_waits_counts_as_taken() {
        let mut room = Room { taken: 10, ..Room::default() };
        assert_eq!(join(&mut room, "a"), 1);
        assert_eq!(join(&mut room, "b"), 2);
        room.give_back();
        assert_eq!(room.free(10), 0, "the place is the first one's in line");
        assert_eq!(room.promote(10, 9).len(), 1);
        assert_eq!(
            (room.taken, room.line.len(), room.rank(&"b".parse().unwrap(), &"cantine".parse().unwrap())),
            (10, 1, Some(1))
        );
    }

    proptest! {
        /// Any order of taking, waiting, giving back and leaving: never too many, and no place empty while one waits.
        #[test]
        fn no_place_is_lost_and_none_is_given_twice(steps in proptest::collection::vec((0..3_u8, 0..8_usize), 1..80)) {
            const PLACES: u32 = 3;
            let mut room = Room::default();
            let mut inside: Vec<usize> = Vec::new();
            let mut promoted: Vec<u64> = Vec::new();
            let id = |child: usize| format!("c{child}").parse::<ChildId>().unwrap();
            let activity = "cantine".parse().unwrap();
            for (step, child) in steps {
                let waits = room.rank(&id(child), &activity).is_some();
                match step {
                    0 if !inside.contains(&child) && !waits && room.free(PLACES) > 0 => { room.take(); inside.push(child); }
                    0 if !inside.contains(&child) && !waits => { join(&mut room, &format!("c{child}")); }
                    1 if inside.contains(&child) => { inside.retain(|one| *one != child); room.give_back(); }
                    2 if waits => room.leave(&id(child), &activity),
                    _ => {}
                }
                for waiting in room.promote(PLACES, 9) {
                    inside.push(waiting.child.as_str()[1..].parse().unwrap());
                    promoted.push(waiting.ticket);
                }
                prop_assert_eq!(room.taken as usize, inside.len());
                prop_assert!(room.taken <= PLACES);
                prop_assert!(room.line.is_empty() || room.taken == PLACES, "no place is empty while somebody waits");
            }
            prop_assert!(promoted.is_sorted(), "in the order of the line");
        }
    }
}
