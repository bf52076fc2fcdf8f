//! Ports of this machine.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::OnceLock;

/// A port of 127.0.0.1 that refuses connections for as long as this program runs.
///
/// A port that was only found to be free may be taken by another program in the next moment. This
/// one is taken: it is the near end of a connection, and so nothing can listen on it.
///
/// # Panics
///
/// Panics when this machine has no free port.
pub fn closed_port() -> u16 {
    static CONNECTION: OnceLock<(TcpListener, TcpStream)> = OnceLock::new();

    let (_, near_end) = CONNECTION.get_or_init(|| {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("a bound address");
        (listener, TcpStream::connect(address).expect("a connection"))
    });
    near_end.local_addr().expect("a bound address").port()
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn a_closed_port_rejects_connections_and_listeners() {
        let address = (Ipv4Addr::LOCALHOST, closed_port());
        for _ in 0..3 {
            let error = TcpStream::connect(address).expect_err("nothing listens");
            assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
            let error = TcpListener::bind(address).expect_err("it is taken");
            assert_eq!(error.kind(), ErrorKind::AddrInUse);
        }
    }
}
