//! The other parent, at the same time; and parents who live apart.

use tests::Town;
use tests::person::state;
use tests::town::TUESDAY;

use crate::people;

#[tokio::test]
async fn both_parents_see_one_truth() {
    let town = Town::at(TUESDAY).await;
    let (chantal, marc) = (people::chantal(&town).await, people::marc(&town).await);
    let click = |person, want| {
        let person: &tests::Person = person;
        async move { person.click("devret", "chloe", "garderie-soir", "2015-05-28", want).await.ok() }
    };
    tokio::join!(click(&chantal, "booked"), click(&marc, "booked"));
    let week = marc.week("jumex", "devret", "2015-05-28").await.ok();
    assert_eq!(state(&week, "chloe", "garderie-soir", "2015-05-28"), "open_booked");
    let changes = chantal.get("/api/organisations/jumex/families/devret/history?day=2015-05-28").await.ok();
    assert_eq!(changes["changes"].as_array().unwrap().len(), 1, "one of the two made the change");
}

#[tokio::test]
async fn parents_who_live_apart_answer_for_their_own_weeks() {
    let town = Town::at(TUESDAY).await;
    let (even, odd, child) = people::apart(&town).await;
    // 1 to 7 June 2015 is week 23: odd. 8 to 14 June is week 24: even.
    for (day, holder, other) in [("2015-06-04", &odd, &even), ("2015-06-11", &even, &odd)] {
        let refused = other.person.click(other.family, child, people::APART_ACTIVITY, day, "booked").await;
        assert_eq!((refused.status.as_u16(), refused.code()), (409, "other-family"), "{day}");
        holder.person.click(holder.family, child, people::APART_ACTIVITY, day, "booked").await.ok();
        let week = holder.person.week("jumex", holder.family, day).await.ok();
        assert_eq!(state(&week, child, people::APART_ACTIVITY, day), "open_booked");
    }
}
