//! The sockets people's browsers come in by: the loopback's two addresses, on one port.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::Router;
use tokio::net::TcpListener;

use super::guard::{self, Limits};
use crate::background::Background;
use crate::error::{StartError, in_french};

/// Open sockets that nobody serves yet.
#[derive(Debug)]
pub(crate) struct Doors {
    main: TcpListener,
    second: Option<TcpListener>,
    address: SocketAddr,
}

impl Doors {
    /// Opens the port; 0 takes a free one.
    pub(crate) async fn open(port: u16) -> Result<Self, StartError> {
        let main = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|error| refused(port, &error))?;
        let address = main.local_addr()?;
        let second = match TcpListener::bind((Ipv6Addr::LOCALHOST, address.port())).await {
            Ok(listener) => Some(listener),
            // A browser may try this address first and meet another program.
            Err(error) if port != 0 && error.kind() == io::ErrorKind::AddrInUse => return Err(refused(port, &error)),
            Err(_) => None,
        };
        Ok(Self { main, second, address })
    }

    /// Where the portal is.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves both until the signal.
    pub(crate) fn serve(self, router: &Router, background: &Background) {
        for listener in [Some(self.main), self.second].into_iter().flatten() {
            background.spawn(guard::serve(listener, router.clone(), background.stop(), Limits::USUAL));
        }
    }
}

fn refused(port: u16, error: &io::Error) -> StartError {
    match error.kind() {
        io::ErrorKind::AddrInUse => StartError::PortInUse(port),
        _ => StartError::Port { port, reason: in_french(error) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_in_use_is_said() {
        let first = Doors::open(0).await.unwrap();
        let refused = Doors::open(first.address().port()).await;
        assert!(matches!(refused, Err(StartError::PortInUse(_))));
    }
}
