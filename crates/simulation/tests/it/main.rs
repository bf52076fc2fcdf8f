//! What the simulation finds, and that it would find each rule broken.

mod bulk;
mod crowd;
mod mutations;
mod seeds;
