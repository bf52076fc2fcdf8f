//! What the simulation finds, and that it would find each rule broken.

mod bulk;
mod mutations;
mod seeds;
