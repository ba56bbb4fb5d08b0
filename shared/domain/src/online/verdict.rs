//! What follows a provider's answer: the payment is recorded, the attempt ends, it waits, or a person decides.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::report::{Report, Said};
use crate::money::euros;

/// How long a provider keeps a payment page open: PayFiP's `idOp`.
pub const SESSION_LIFE: TimeDelta = TimeDelta::minutes(15);
/// When a payment that was never confirmed is given up.
pub const ABANDONED_AFTER: TimeDelta = TimeDelta::hours(2);
/// When a provider that does not answer is left to a person.
pub const UNANSWERED_AFTER: TimeDelta = TimeDelta::hours(24);

/// How an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The provider is being told; nobody has seen its page.
    Opening,
    /// The family was sent to the provider's page.
    Sent,
    /// Paid, with a receipt.
    Paid,
    /// The bank refused.
    Refused,
    /// The family gave it up.
    Cancelled,
    /// Never confirmed.
    Abandoned,
    /// A person has to decide.
    Doubtful,
    /// A person decided that it was not paid.
    Dismissed,
}

impl State {
    /// Whether the provider is still to be asked by the clock.
    pub fn under_way(self) -> bool {
        matches!(self, Self::Opening | Self::Sent)
    }
}

/// Why a person has to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Doubt {
    /// The provider's word is unknown.
    UnheardCode {
        /// The word.
        code: String,
    },
    /// Paid, but not what was asked for.
    OtherAmount {
        /// In cents; none when it said nothing readable.
        said: Option<u64>,
    },
    /// The answer is about something else.
    OtherReference {
        /// About what.
        said: Option<String>,
    },
    /// The provider has not answered for a day.
    NoAnswer,
}

impl Doubt {
    /// What the agent reads.
    pub fn sentence(&self) -> String {
        match self {
            Self::UnheardCode { code } => format!("Le prestataire répond « {code} », un code inconnu."),
            Self::OtherAmount { said: Some(cents) } => format!("Le prestataire dit avoir encaissé {}.", euros(*cents)),
            Self::OtherAmount { said: None } => "Le prestataire dit le paiement fait, sans somme lisible.".to_owned(),
            Self::OtherReference { said: Some(said) } => {
                format!("Le prestataire répond pour une autre référence, « {said} ».")
            }
            Self::OtherReference { said: None } => "Le prestataire répond sans dire la référence.".to_owned(),
            Self::NoAnswer => "Le prestataire ne répond pas depuis un jour.".to_owned(),
        }
    }
}

/// What the provider was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected<'a> {
    /// In cents.
    pub cents: u64,
    /// The reference.
    pub reference: &'a str,
}

/// What follows an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The payment is recorded.
    Pay,
    /// The attempt ends unpaid.
    End(State),
    /// A person has to decide.
    Ask(Doubt),
    /// Nothing changes.
    Keep,
}

/// What follows a provider's answer. A proof of payment counts whenever it comes, once; anything else only while the
/// attempt is under way. `age` is how long ago the family was sent to pay.
pub fn judge(state: State, expected: Expected, report: &Report, age: TimeDelta) -> Verdict {
    if state == State::Paid {
        return Verdict::Keep;
    }
    match verdict(expected, report, age) {
        Verdict::Pay => Verdict::Pay,
        // What ended unpaid and is said to be paid somehow is a person's.
        Verdict::Ask(doubt) if !matches!(state, State::Doubtful | State::Dismissed) => Verdict::Ask(doubt),
        Verdict::End(end) if state.under_way() => Verdict::End(end),
        _ => Verdict::Keep,
    }
}

fn verdict(expected: Expected, report: &Report, age: TimeDelta) -> Verdict {
    match report.said {
        Said::NotYet if age >= ABANDONED_AFTER => Verdict::End(State::Abandoned),
        Said::NotKnown if age >= SESSION_LIFE => Verdict::End(State::Abandoned),
        Said::NotYet | Said::NotKnown => Verdict::Keep,
        Said::Unheard => Verdict::Ask(Doubt::UnheardCode { code: report.code.clone() }),
        _ if report.reference.as_deref() != Some(expected.reference) => {
            Verdict::Ask(Doubt::OtherReference { said: report.reference.clone() })
        }
        Said::PaidByCard | Said::PaidByDebit if report.cents == Some(expected.cents) => Verdict::Pay,
        Said::PaidByCard | Said::PaidByDebit => Verdict::Ask(Doubt::OtherAmount { said: report.cents }),
        Said::Refused => Verdict::End(State::Refused),
        Said::Cancelled => Verdict::End(State::Cancelled),
    }
}

/// What follows when the provider does not answer, or cannot be asked because nobody was ever sent to it.
pub fn judge_silence(state: State, age: TimeDelta) -> Verdict {
    match state {
        // Nobody has seen a page to pay on.
        State::Opening if age >= SESSION_LIFE => Verdict::End(State::Abandoned),
        State::Sent if age >= UNANSWERED_AFTER => Verdict::Ask(Doubt::NoAnswer),
        _ => Verdict::Keep,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::online::{card_said, payfip_said};

    const EXPECTED: Expected = Expected { cents: 6510, reference: "F201500042" };

    fn report(code: &str, cents: u64) -> Report {
        let mut report = Report::bare(payfip_said(code), code);
        report.cents = Some(cents);
        report.reference = Some(EXPECTED.reference.to_owned());
        report
    }

    fn minutes(minutes: i64) -> TimeDelta {
        TimeDelta::minutes(minutes)
    }

    fn sent(report: &Report, age: i64) -> Verdict {
        judge(State::Sent, EXPECTED, report, minutes(age))
    }

    #[test]
    fn paid_by_card_or_debit_for_the_right_sum_is_recorded() {
        assert_eq!(sent(&report("P", 6510), 1), Verdict::Pay);
        assert_eq!(sent(&report("V", 6510), 1), Verdict::Pay);
    }

    #[test]
    fn refused_and_cancelled_end_it_unpaid() {
        assert_eq!(sent(&report("R", 6510), 1), Verdict::End(State::Refused));
        assert_eq!(sent(&report("Z", 6510), 1), Verdict::End(State::Refused));
        assert_eq!(sent(&report("A", 6510), 1), Verdict::End(State::Cancelled));
    }

    #[test]
    fn a_payment_not_yet_made_is_waited_for_and_given_up_after_two_hours() {
        let not_yet = Report::bare(payfip_said("P5"), "P5");
        assert_eq!(sent(&not_yet, 119), Verdict::Keep);
        assert_eq!(sent(&not_yet, 120), Verdict::End(State::Abandoned));
    }

    #[test]
    fn a_payment_not_known_is_given_up_once_its_page_has_closed() {
        let not_known = Report::bare(payfip_said("P1"), "P1");
        assert_eq!(sent(&not_known, 14), Verdict::Keep);
        assert_eq!(sent(&not_known, 15), Verdict::End(State::Abandoned));
        assert_eq!(sent(&Report::bare(card_said("expired", "unpaid"), "expired"), 15), Verdict::End(State::Abandoned));
    }

    #[test]
    fn what_nobody_understands_waits_for_a_person() {
        let code = "Q".to_owned();
        assert_eq!(sent(&report("Q", 6510), 1), Verdict::Ask(Doubt::UnheardCode { code }));
        assert_eq!(sent(&report("P", 6511), 1), Verdict::Ask(Doubt::OtherAmount { said: Some(6511) }));
        let mut silent = report("P", 6510);
        silent.cents = None;
        assert_eq!(sent(&silent, 1), Verdict::Ask(Doubt::OtherAmount { said: None }));
        for code in ["P", "R", "A"] {
            let mut other = report(code, 6510);
            other.reference = Some("F201500043".to_owned());
            let doubt = Doubt::OtherReference { said: other.reference.clone() };
            assert_eq!(sent(&other, 1), Verdict::Ask(doubt), "{code}");
        }
    }

    #[test]
    fn a_proof_counts_whenever_it_comes_and_once() {
        for state in [State::Refused, State::Cancelled, State::Abandoned, State::Doubtful, State::Dismissed] {
            assert_eq!(judge(state, EXPECTED, &report("P", 6510), minutes(500)), Verdict::Pay, "{state:?}");
            assert_eq!(judge(state, EXPECTED, &report("R", 6510), minutes(500)), Verdict::Keep, "{state:?}");
        }
        assert_eq!(judge(State::Paid, EXPECTED, &report("P", 6510), minutes(1)), Verdict::Keep);
        assert_eq!(judge(State::Paid, EXPECTED, &report("P", 1), minutes(1)), Verdict::Keep);
        let wrong = report("P", 1);
        assert_eq!(judge(State::Dismissed, EXPECTED, &wrong, minutes(1)), Verdict::Keep, "decided by a person");
        assert!(matches!(judge(State::Abandoned, EXPECTED, &wrong, minutes(500)), Verdict::Ask(_)));
    }

    #[test]
    fn silence_ends_what_nobody_was_sent_to_and_never_what_may_have_been_paid() {
        assert_eq!(judge_silence(State::Opening, minutes(14)), Verdict::Keep);
        assert_eq!(judge_silence(State::Opening, minutes(15)), Verdict::End(State::Abandoned));
        assert_eq!(judge_silence(State::Sent, minutes(24 * 60 - 1)), Verdict::Keep);
        assert_eq!(judge_silence(State::Sent, minutes(24 * 60)), Verdict::Ask(Doubt::NoAnswer));
        assert_eq!(judge_silence(State::Paid, minutes(24 * 60)), Verdict::Keep);
    }

    proptest! {
        #[test]
        fn money_is_recorded_only_for_the_right_sum_and_reference(
            code in "(P|V|R|Z|A|P1|P5|[A-Z]{0,3})", cents in prop_oneof![Just(6510_u64), any::<u64>()],
            reference in prop_oneof![Just("F201500042".to_owned()), ".{0,30}"], age in 0_i64..3000,
            state in prop_oneof![
                Just(State::Opening), Just(State::Sent), Just(State::Paid), Just(State::Refused), Just(State::Doubtful),
            ],
        ) {
            let mut report = report(&code, cents);
            report.reference = Some(reference.clone());
            let pays = judge(state, EXPECTED, &report, minutes(age)) == Verdict::Pay;
            let right = cents == 6510 && reference == EXPECTED.reference && (code == "P" || code == "V");
            prop_assert_eq!(pays, right && state != State::Paid);
        }
    }
}
