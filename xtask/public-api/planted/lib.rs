//! A crate whose API differs with the cfg `changed`: `cargo xtask public-api --check` expects each
//! difference to be found.

#[derive(Debug)]
pub struct Setting {
    pub name: String,
}

impl Setting {
    #[cfg(not(changed))]
    pub fn set(&mut self, value: u32) {}

    #[cfg(changed)]
    pub fn set(&mut self, value: u64) {}

    #[cfg(not(changed))]
    pub fn removed(&self) {}

    /// Not part of the API, so that it may change.
    #[cfg(changed)]
    #[doc(hidden)]
    pub fn hidden(&self) {}
}

#[derive(Debug)]
#[cfg_attr(not(changed), derive(Clone))]
pub enum Kind {
    First,
    #[cfg(changed)]
    Added,
}

/// With the change it can no longer be sent to another thread.
pub struct Handle {
    #[cfg(changed)]
    pointer: *const u8,
}

/// Follows the functions of a derived trait in the listing.
#[cfg(changed)]
pub fn added() {}
