//! A hash that is the same on every platform and in every version.

/// FNV-1a with 128 bits.
///
/// The hash of the standard library may change with its version, but keys are stored. There is no
/// random seed, since the key of an event must not change.
pub(super) struct Digest(u128);

impl Default for Digest {
    fn default() -> Self {
        Self(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d)
    }
}

impl Digest {
    /// Adds a text with its length, so that `ab`, `c` differs from `a`, `bc`.
    pub(super) fn add(&mut self, text: &str) {
        for byte in (text.len() as u64).to_le_bytes().into_iter().chain(text.bytes()) {
            self.add_byte(byte);
        }
    }

    pub(super) fn add_byte(&mut self, byte: u8) {
        const PRIME: u128 = (1 << 88) + 0x13b;
        self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(PRIME);
    }

    pub(super) fn to_hex(&self) -> String {
        format!("{:032x}", self.0)
    }
}
