//! A static file server for one folder, on this machine only.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use tokio::runtime::{Builder, Runtime};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// How many ports after the wanted one are tried before any free one is taken.
const NEIGHBOURS: u16 = 20;

/// A running server; it stops when the value is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    _runtime: Runtime,
}

impl Server {
    /// Serves `folder` on the listener's port.
    pub(crate) fn start(folder: &Path, listener: TcpListener) -> Result<Self> {
        let address = listener
            .local_addr()
            .context("reading the server's address")?;
        listener
            .set_nonblocking(true)
            .context("preparing the port")?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .context("starting the server's threads")?;
        // Always revalidated: a page from the previous build next to a program from
        // this one is a fault nobody can reproduce.
        let fresh =
            SetResponseHeaderLayer::overriding(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        let service = Router::new()
            .fallback_service(ServeDir::new(folder))
            .layer(fresh);
        runtime.spawn(async move {
            match tokio::net::TcpListener::from_std(listener) {
                Ok(listener) => {
                    if let Err(error) = axum::serve(listener, service).await {
                        eprintln!("xtask: the server stopped: {error}");
                    }
                }
                Err(error) => eprintln!("xtask: the server did not start: {error}"),
            }
        });
        Ok(Self {
            address,
            _runtime: runtime,
        })
    }

    /// The address to open.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

/// Binds `wanted` or the next free port, on the loopback address only.
pub(crate) fn bind(wanted: u16) -> Result<TcpListener> {
    let last = wanted.saturating_add(NEIGHBOURS);
    let local = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    (wanted..=last)
        .find_map(|port| local(port).ok())
        .map_or_else(|| local(0), Ok)
        .context("no free port on 127.0.0.1")
}

/// Binds any free port.
pub(crate) fn bind_any() -> Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on 127.0.0.1")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    fn get(address: SocketAddr, path: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.to_lowercase()
    }

    #[test]
    fn files_are_served_with_their_type_and_never_from_a_stale_cache() {
        let folder = std::env::temp_dir().join(format!("xtask-server-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("index.html"), "<title>x</title>").unwrap();
        fs::write(folder.join("main_bg.wasm"), "wasm").unwrap();
        let server = Server::start(&folder, bind_any().unwrap()).unwrap();
        let page = get(server.address, "/");
        assert!(
            page.contains("text/html") && page.contains("cache-control: no-cache"),
            "{page}"
        );
        let wasm = get(server.address, "/main_bg.wasm");
        assert!(wasm.contains("content-type: application/wasm"), "{wasm}");
        assert!(get(server.address, "/nothing").starts_with("http/1.1 404"));
        assert!(get(server.address, "/../Cargo.toml").starts_with("http/1.1 404"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_taken_port_leads_to_the_next_one() {
        let first = bind(18_900).unwrap();
        let taken = first.local_addr().unwrap().port();
        let second = bind(taken).unwrap();
        assert_ne!(second.local_addr().unwrap().port(), taken);
    }
}
