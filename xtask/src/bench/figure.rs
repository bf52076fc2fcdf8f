//! Measured figures and their goals.

use std::fmt;

/// The goal for a figure, in its unit.
#[derive(Clone, Copy)]
pub(crate) enum Goal {
    /// The upper bound for the ratio to the counterpart.
    AtMost(f64),
    /// The lower bound for the ratio to the counterpart.
    AtLeast(f64),
    /// The upper bound for a count.
    Count(f64),
    /// The upper bound for the difference in megabytes.
    Megabytes(f64),
    /// The upper bound for the difference in kilobytes.
    Kilobytes(f64),
}

/// A measured figure.
pub(crate) struct Figure {
    pub(crate) value: f64,
    /// How wide the middle half of the rounds was.
    spread: f64,
}

/// Rounds that differ by more than this part of their median say little.
const NOISY: f64 = 0.05;

impl Figure {
    /// A figure that is the same in every round.
    pub(crate) fn exact(value: f64) -> Self {
        Self { value, spread: 0.0 }
    }

    /// The median of the rounds.
    pub(crate) fn of(mut rounds: Vec<f64>) -> Self {
        rounds.sort_by(f64::total_cmp);
        let at = |part: usize| rounds.get((rounds.len().saturating_sub(1)) * part / 4);
        let [low, value, high] = [1, 2, 3].map(|part| at(part).copied().unwrap_or(f64::NAN));
        Self { value, spread: high - low }
    }

    /// The minimum of the one relative to the minimum of the other: other programs can only add to
    /// what a processor does.
    pub(crate) fn of_least(rounds: &[[f64; 2]]) -> Self {
        let least = |of: usize| rounds.iter().map(|round| round[of]).fold(f64::NAN, f64::min);
        let ratios = rounds.iter().map(|[ours, other]| ours / other).collect();
        Self { value: least(0) / least(1), ..Self::of(ratios) }
    }

    pub(crate) fn is_noisy(&self) -> bool {
        self.spread > NOISY * self.value.abs()
    }
}

impl Goal {
    pub(crate) fn is_met(self, figure: &Figure) -> bool {
        match self {
            Self::AtLeast(goal) => figure.value >= goal,
            Self::AtMost(goal)
            | Self::Count(goal)
            | Self::Megabytes(goal)
            | Self::Kilobytes(goal) => figure.value <= goal,
        }
    }

    /// A figure in the unit of the goal.
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            Self::AtMost(_) | Self::AtLeast(_) => format!("{value:.2}"),
            Self::Count(_) => format!("{value:.0}"),
            Self::Megabytes(_) => format!("{value:+.2} MB"),
            Self::Kilobytes(_) => format!("{value:+.0} KB"),
        }
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, goal) = match self {
            Self::AtLeast(goal) => (">=", goal),
            Self::AtMost(goal)
            | Self::Count(goal)
            | Self::Megabytes(goal)
            | Self::Kilobytes(goal) => ("<=", goal),
        };
        f.pad(&format!("{sign} {}", self.show(*goal)))
    }
}

#[cfg(test)]
mod tests {
    use super::Figure;

    #[test]
    fn the_median_counts_and_the_middle_half_tells_the_noise() {
        let figure = Figure::of(vec![9.0, 1.0, 1.02, 0.1, 1.01]);
        assert_eq!(figure.value.to_string(), "1.01");
        assert!(!figure.is_noisy());
        assert!(Figure::of(vec![1.0, 1.1, 1.2, 1.3, 1.4]).is_noisy());
        assert!(!Figure::exact(0.0).is_noisy());
    }

    #[test]
    fn the_least_of_both_is_compared() {
        let figure = Figure::of_least(&[[1.5, 4.0], [3.0, 5.0], [4.0, 3.0]]);
        assert_eq!(figure.value.to_string(), "0.5");
        assert!(figure.is_noisy());
    }
}
