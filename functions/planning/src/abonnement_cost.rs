//! `POST …/abonnements/{abonnement}/cost`: how many days a pattern would book and what they cost, before anybody says yes.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::abonnement::{Cost, Fate, Plan, Priced, cost};
use domain::day::Day;
use domain::id::ActivityId;
use domain::invoice::Period;
use domain::money::signed_euros;
use serde::Serialize;
use store::changes::Learned;
use web::app::App;
use web::{ApiError, Call, Reply};

use crate::abonnements::asked_of;
use crate::carry_out::Work;
use crate::gesture;
use crate::load::OtherMonths;

#[derive(Serialize)]
struct View {
    #[serde(flatten)]
    cost: CostView,
    /// The days that the family had changed by hand: they are not touched.
    by_hand: Vec<DayView>,
    /// What it comes to when they are taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    with_those: Option<CostView>,
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

/// Reads what carrying it out would read, decides as it would, and writes nothing.
pub(crate) async fn cost_abonnement(app: Arc<App>, call: Call) -> Result<Reply, ApiError> {
    let gesture = asked_of(&app, &call).await?;
    let (household, mut record) = gesture::asked(&app, &call, &gesture).await?;
    // Prices are of whole months.
    record.reach = (Period::of(record.reach.0).first(), Period::of(record.reach.1).last());
    let mut work = Work::read(&app, household, record).await?;
    let household = &work.loaded.household;
    let drafted =
        |period: &Period| !(*period < Period::of(work.record.reach.0) || Period::of(work.record.reach.1) < *period);
    let other = OtherMonths::read(&app, household, drafted).await?;
    let plan = work.plan(&Learned::default());
    let now = priced(&work, &other, &plan);
    let by_hand: Vec<DayView> = plan
        .skipped
        .iter()
        .filter(|(_, _, fate)| *fate == Fate::ByHand)
        .map(|(activity, day, _)| {
            let name = household.organisation.activity(activity).map(|activity| activity.name.clone());
            DayView { day: *day, activity: activity.clone(), activity_name: name.unwrap_or_default() }
        })
        .collect();
    let with_those = (!by_hand.is_empty()).then(|| {
        work.by_hand = BTreeSet::new();
        CostView::from(priced(&work, &other, &work.plan(&Learned::default())))
    });
    Reply::json(&View { cost: now.into(), by_hand, with_those })
}

fn priced(work: &Work, other: &OtherMonths, plan: &Plan) -> Cost {
    let (household, abonnement) = (&work.loaded.household, &work.record.abonnement);
    let others: Vec<_> = other.abonnements.iter().filter(|other| other.id != abonnement.id).cloned().collect();
    let priced = Priced {
        organisation: &household.organisation,
        family: &household.family,
        taken: &work.loaded.facts.taken(),
        others: &others,
        charged: &other.charged,
    };
    cost(priced, abonnement, &work.own(), &plan.steps)
}

impl From<Cost> for CostView {
    fn from(cost: Cost) -> Self {
        Self { days: cost.days, amount: cost.cents.map(signed_euros), each: cost.each.map(signed_euros) }
    }
}
