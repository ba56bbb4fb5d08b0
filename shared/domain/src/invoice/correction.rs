//! Corrections: an invoice is never changed; a credit note takes back some of its units, or all that is left of them.

use super::Line;
use super::closed_days::takes_back;

/// Why a credit note cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotCreditable {
    /// Everything is taken back already, or nothing was chosen.
    #[error("Il n’y a plus rien à reprendre sur cette facture.")]
    Nothing,
    /// The invoice has no such line, or it was chosen twice.
    #[error("Cette ligne n’est pas sur la facture, ou vous l’avez choisie deux fois.")]
    NoSuchLine,
    /// More units than are left.
    #[error("Il ne reste que {left} à reprendre sur cette ligne.")]
    TooMany {
        /// How many are.
        left: u32,
    },
}

/// How many units of each line earlier credit notes have left.
pub fn left<'a>(invoice: &[Line], earlier: impl IntoIterator<Item = &'a [Line]>) -> Vec<u32> {
    let mut left: Vec<u32> = invoice.iter().map(|line| line.quantity).collect();
    for back in earlier.into_iter().flatten() {
        let mut quantity = back.quantity;
        for (line, left) in invoice.iter().zip(&mut left) {
            if takes_back(back, line) {
                let taken = quantity.min(*left);
                *left -= taken;
                quantity -= taken;
            }
        }
    }
    left
}

/// The lines of a credit note: the chosen units, by the line's place in the invoice, or all that is left.
pub fn credit_note<'a>(
    invoice: &[Line],
    earlier: impl IntoIterator<Item = &'a [Line]>,
    chosen: Option<&[(usize, u32)]>,
) -> Result<Vec<Line>, NotCreditable> {
    let left = left(invoice, earlier);
    let all: Vec<(usize, u32)> = left.iter().copied().enumerate().filter(|(_, units)| *units > 0).collect();
    let chosen = chosen.unwrap_or(&all);
    let mut lines = Vec::new();
    for (at, (place, units)) in chosen.iter().enumerate() {
        let twice = chosen[..at].iter().any(|(other, _)| other == place);
        let line = invoice.get(*place).filter(|_| !twice && *units > 0).ok_or(NotCreditable::NoSuchLine)?;
        if *units > left[*place] {
            return Err(NotCreditable::TooMany { left: left[*place] });
        }
        // Which of its days are taken back is not said by a number of units.
        let days = if *units == line.quantity { line.days.clone() } else { Vec::new() };
        lines.push(Line { quantity: *units, unit: -line.unit, days, ..line.clone() });
    }
    let total: i64 = lines.iter().map(Line::amount).sum();
    if total < 0 { Ok(lines) } else { Err(NotCreditable::Nothing) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(label: &str, quantity: u32, unit: i64) -> Line {
        Line { quantity, ..Line::plain(label.to_owned(), unit) }
    }

    fn invoice() -> Vec<Line> {
        vec![line("repas", 3, 400), line("garderie", 5, 100), line("plafond", 1, -200)]
    }

    fn amounts(lines: &[Line]) -> Vec<i64> {
        lines.iter().map(Line::amount).collect()
    }

    #[test]
    fn a_whole_credit_note_takes_back_what_is_left_and_then_nothing_is() {
        let first = credit_note(&invoice(), [], Some(&[(0, 1)])).unwrap();
        assert_eq!(amounts(&first), [-400]);
        let rest = credit_note(&invoice(), [first.as_slice()], None).unwrap();
        assert_eq!(amounts(&rest), [-800, -500, 200]);
        let none = credit_note(&invoice(), [first.as_slice(), rest.as_slice()], None);
        assert_eq!(none, Err(NotCreditable::Nothing));
    }

    #[test]
    fn no_more_units_than_are_left() {
        let first = credit_note(&invoice(), [], Some(&[(1, 4)])).unwrap();
        let again = |units| credit_note(&invoice(), [first.as_slice()], Some(&[(1, units)]));
        assert!(again(1).is_ok());
        assert_eq!(again(2), Err(NotCreditable::TooMany { left: 1 }));
    }

    #[test]
    fn what_is_not_there_chosen_twice_or_gives_nothing_back_is_refused() {
        let choose = |chosen: &[(usize, u32)]| credit_note(&invoice(), [], Some(chosen)).unwrap_err();
        assert_eq!(choose(&[(3, 1)]), NotCreditable::NoSuchLine);
        assert_eq!(choose(&[(0, 0)]), NotCreditable::NoSuchLine);
        assert_eq!(choose(&[(0, 1), (0, 1)]), NotCreditable::NoSuchLine);
        assert_eq!(choose(&[]), NotCreditable::Nothing);
        assert_eq!(choose(&[(2, 1)]), NotCreditable::Nothing, "a cap alone would be charged again");
    }
}
