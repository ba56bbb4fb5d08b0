//! `POST …/abonnements/{abonnement}/cost`: how many days a pattern would book and what they cost, before anybody says yes; the
//! same for siblings beside it.

use std::sync::Arc;

use domain::abonnement::{Abonnement, Cost, Fate, Line, Plan, Priced, cost};
use domain::day::Day;
use domain::id::{ActivityId, ChildId};
use domain::invoice::Period;
use domain::money::signed_euros;
use serde::{Deserialize, Serialize};
use store::changes::Learned;
use store::records::AbonnementRecord;
use uuid::Uuid;
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::abonnements::{Pattern, checked};
use crate::carry_out::Work;
use crate::gesture;
use crate::load::OtherMonths;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    pattern: Pattern,
    /// For whom the same could be booked.
    siblings: Vec<Sibling>,
}

/// What of the pattern a sibling can do too.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sibling {
    child: ChildId,
    lines: Vec<Line>,
}

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    cost: CostView,
    /// The days that the family had changed by hand: they are not touched.
    by_hand: Vec<DayView>,
    /// What it comes to when they are taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_those: Option<CostView>,
    /// What the same comes to for each sibling by itself.
    siblings: Vec<SiblingView>,
}

#[derive(Serialize)]
struct CostView {
    days: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    amount: Option<String>,
    /// Of one day, where all cost the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    each: Option<String>,
}

#[derive(Serialize)]
struct DayView {
    day: Day,
    activity: ActivityId,
    activity_name: String,
}

#[derive(Serialize)]
struct SiblingView {
    child: ChildId,
    #[serde(flatten)]
    cost: CostView,
}

/// Reads once what carrying it out would read, decides as it would, and writes nothing.
pub(crate) async fn cost_abonnement(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let id: Uuid = call.path("abonnement")?;
    app.caller(&call).await?;
    let Body { pattern, siblings } = call.body()?;
    let gesture = pattern.gesture(id)?;
    let siblings = siblings.into_iter().map(|one| Ok((one.child, checked(one.lines)?)));
    let siblings = siblings.collect::<Result<Vec<_>, ApiError>>()?;
    let (household, mut record) = gesture::asked(&app, &call, &gesture).await?;
    if siblings.len() > household.family.children.len() {
        return Err(ApiError::invalid("siblings", "Chaque enfant une fois."));
    }
    for (child, _) in &siblings {
        household.child(child)?;
    }
    // Prices are of whole months.
    let (first, last) = (Period::of(record.reach.0), Period::of(record.reach.1));
    record.reach = (first.first(), last.last());
    let mut work = Work::read(&app, household, record).await?;
    let drafted = |period: &Period| first <= *period && *period <= last;
    let other = OtherMonths::read(&app, &work.loaded.household, drafted).await?;
    let (now, plan) = priced(&work, &other);
    let by_hand = by_hand(&work, &plan);
    let retakes = std::mem::replace(&mut work.record.retakes, true);
    let with_those = (!by_hand.is_empty()).then(|| CostView::from(priced(&work, &other).0));
    work.record.retakes = retakes;
    let siblings = siblings.into_iter().map(|(child, lines)| {
        let abonnement = &mut work.record.abonnement;
        *abonnement = Abonnement { id: String::new(), child: child.clone(), lines, ..abonnement.clone() };
        SiblingView { child, cost: priced(&work, &other).0.into() }
    });
    let siblings = siblings.collect();
    Reply::json(&View { cost: now.into(), by_hand, with_those, siblings })
}

/// What carrying it out as it stands would do and cost.
fn priced(work: &Work, other: &OtherMonths) -> (Cost, Plan) {
    let (household, AbonnementRecord { abonnement, .. }) = (&work.loaded.household, &work.record);
    let others: Vec<_> = other.abonnements.iter().filter(|other| other.id != abonnement.id).cloned().collect();
    let priced = Priced {
        organisation: &household.organisation,
        family: &household.family,
        taken: &work.loaded.facts.taken(),
        others: &others,
        charged: &other.charged,
    };
    let plan = work.plan(&Learned::default());
    (cost(priced, abonnement, &work.own(), &plan.steps), plan)
}

fn by_hand(work: &Work, plan: &Plan) -> Vec<DayView> {
    let organisation = &work.loaded.household.organisation;
    let left = plan.skipped.iter().filter(|(_, _, fate)| *fate == Fate::ByHand);
    let view = |(activity, day, _): &(ActivityId, Day, Fate)| DayView {
        day: *day,
        activity: activity.clone(),
        activity_name: organisation.activity(activity).map(|activity| activity.name.clone()).unwrap_or_default(),
    };
    left.map(view).collect()
}

impl From<Cost> for CostView {
    fn from(cost: Cost) -> Self {
        Self { days: cost.days, amount: cost.cents.map(signed_euros), each: cost.each.map(signed_euros) }
    }
}
