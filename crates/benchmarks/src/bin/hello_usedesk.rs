//! The smallest program that updates a ticket, to measure its size.

use usedesk_blocking::tickets::UpdateTicket;
use usedesk_blocking::{Error, Usedesk};

fn main() -> Result<(), Error> {
    let usedesk = Usedesk::from_env()?;
    usedesk.send(UpdateTicket::new(4501).subject("Hello"))?;
    Ok(())
}
