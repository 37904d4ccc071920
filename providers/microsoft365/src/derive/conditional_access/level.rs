//! How far something holds, as two bounds: what is sure, and what may be once every unread fact is counted in.

use tenantscan_model::Gap;

/// How far something holds at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Level {
    /// Nowhere.
    None,
    /// For a part that cannot be told apart further, such as some of the devices.
    Part,
    /// Everywhere.
    Full,
}

/// The bounds between which a level lies. "And" is the lesser of two, "or" the greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Span {
    /// With every unread fact counted as absent.
    pub(super) low: Level,
    /// With every unread fact counted as present.
    pub(super) high: Level,
}

/// Which of the two bounds is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
    Low,
    High,
}

impl Span {
    pub(super) const NONE: Self = Self { low: Level::None, high: Level::None };
    pub(super) const PART: Self = Self { low: Level::Part, high: Level::Part };
    pub(super) const FULL: Self = Self { low: Level::Full, high: Level::Full };
    pub(super) const UNKNOWN: Self = Self { low: Level::None, high: Level::Full };

    pub(super) fn at(self, bound: Bound) -> Level {
        match bound {
            Bound::Low => self.low,
            Bound::High => self.high,
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.min(other.high) }
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self { low: self.low.max(other.low), high: self.high.max(other.high) }
    }

    pub(super) fn not(self) -> Self {
        let turn = |level| match level {
            Level::None => Level::Full,
            Level::Part => Level::Part,
            Level::Full => Level::None,
        };
        Self { low: turn(self.high), high: turn(self.low) }
    }

    /// Whether it may hold anywhere at all.
    pub(super) fn possible(self) -> bool {
        self.high > Level::None
    }

    pub(super) fn is_known(self) -> bool {
        self.low == self.high
    }
}

impl From<bool> for Span {
    fn from(holds: bool) -> Self {
        if holds { Self::FULL } else { Self::NONE }
    }
}

impl From<Result<bool, &Gap>> for Span {
    fn from(read: Result<bool, &Gap>) -> Self {
        read.map_or(Self::UNKNOWN, Self::from)
    }
}
