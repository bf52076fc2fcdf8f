//! The direction of a sorted list.

use crate::open_enum::open_enum;

open_enum! {
    /// In which direction a list is sorted.
    pub enum Order {
        /// `asc`: the smallest first.
        Ascending = "asc",
        /// `desc`: the largest first.
        Descending = "desc",
    }
}
