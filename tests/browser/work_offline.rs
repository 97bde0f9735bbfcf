//! A person opens the app once and then works without a network: nothing is asked for
//! after loading, and the app opens again with the server gone.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use anyhow::{Context as _, Result, ensure};

use crate::driver::{scenario, variable};
use crate::rank_villages::{first_rows, wait_for_rows};

/// A server that writes down what it is asked for, and can be switched off.
pub(crate) struct Server {
    pub(crate) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    is_off: Arc<AtomicBool>,
}

impl Server {
    pub(crate) fn start(folder: PathBuf) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let (asked, is_off) = (Arc::default(), Arc::new(AtomicBool::new(false)));
        let server = Self {
            port,
            asked: Arc::clone(&asked),
            is_off: Arc::clone(&is_off),
        };
        // Ends with the process: a browser test that hangs is stopped from outside.
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                if !is_off.load(Ordering::SeqCst) {
                    // A browser that hangs up early is not the server's business.
                    let _ = answer(stream, &folder, &asked);
                }
            }
        });
        Ok(server)
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().map(|a| a.clone()).unwrap_or_default()
    }
}

fn answer(mut stream: TcpStream, folder: &Path, asked: &Mutex<Vec<String>>) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().context("no request")??;
    for line in lines {
        if line?.is_empty() {
            break;
        }
    }
    let path = first.split(' ').nth(1).context("no path")?.to_owned();
    if let Ok(mut asked) = asked.lock() {
        asked.push(path.clone());
    }
    let name = path.trim_start_matches('/');
    let name = if name.is_empty() { "index.html" } else { name };
    let kind = match name.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    };
    let (status, body) = match fs::read(folder.join(name)) {
        Ok(body) => ("200 OK", body),
        Err(_) => ("404 Not Found", Vec::new()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body)?;
    Ok(())
}

#[test]
fn nothing_is_asked_for_after_loading_and_the_app_opens_without_its_server() -> Result<()> {
    scenario("work_offline", async |page| {
        let server = Server::start(variable("DHI_APP_FOLDER")?.into())?;
        let address = format!("http://127.0.0.1:{}/", server.port);
        page.open_at(&format!("{address}#/ranking")).await?;
        wait_for_rows(page).await?;
        let before = first_rows(page, 8).await?;
        // A worker that is active has kept every file.
        let active = "const done = arguments[0];
            navigator.serviceWorker.ready.then(() => done(true));";
        page.client.execute_async(active, vec![]).await?;
        page.text("已保存").await?;
        let n_asked = server.asked().len();
        ensure!(
            server
                .asked()
                .iter()
                .any(|path| path == "/worker_bg.wasm.packed"),
            "{:?}",
            server.asked()
        );
        for route in [
            "overview", "weights", "village", "letter", "review", "signoff", "data", "method",
            "ranking",
        ] {
            page.open_at(&format!("{address}#/{route}")).await?;
        }
        wait_for_rows(page).await?;
        let more = server.asked().split_off(n_asked);
        ensure!(more.is_empty(), "asked for after loading: {more:?}");

        server.is_off.store(true, Ordering::SeqCst);
        page.client.refresh().await?;
        wait_for_rows(page).await?;
        ensure!(first_rows(page, 8).await? == before, "other rows");
        ensure!(server.asked().len() == n_asked, "{:?}", server.asked());
        Ok(())
    })
}
