//! What each line of one document comes to once what the document itself gives back is taken off.

use super::Line;

/// The lines' amounts, in cents, all of the sign of their sum: a cap or a credit is taken off lines of the same child and
/// activity first, then off the others in their order. The sum stays the same.
pub(super) fn net(lines: &[Line]) -> Vec<i64> {
    let mut amounts: Vec<i64> = lines.iter().map(Line::amount).collect();
    let sign = amounts.iter().sum::<i64>().signum();
    let sign = if sign == 0 { 1 } else { sign };
    for giving in 0..lines.len() {
        let same = |other: &usize| {
            let (one, other) = (&lines[giving], &lines[*other]);
            one.child == other.child && one.activity == other.activity
        };
        let (near, far): (Vec<usize>, Vec<usize>) = (0..lines.len()).partition(same);
        for taking in near.into_iter().chain(far) {
            // Each moves towards nothing, by the smaller of the two.
            let against = amounts[giving].signum() == -sign && amounts[taking].signum() == sign;
            if against {
                let moved = amounts[giving].abs().min(amounts[taking].abs());
                amounts[giving] += sign * moved;
                amounts[taking] -= sign * moved;
            }
        }
    }
    amounts
}
