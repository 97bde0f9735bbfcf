//! The one chromedriver that the browser tests talk to, held by its process handle.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use crate::command::Command;
use crate::tree;

/// How long the driver may take to end by itself, closing its browsers.
const GRACE: Duration = Duration::from_secs(5);

/// A running chromedriver; dropping it ends it and every browser it started.
#[derive(Debug)]
pub(super) struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// Starts `program` on a free port; it listens on the loopback address only.
    pub(super) fn start(program: &str) -> Result<Self> {
        let logs = tree::root().join("target");
        fs::create_dir_all(&logs).context("creating target/")?;
        let log = logs.join("chromedriver.log");
        let mut child = Command::new([program, "--port=0"])
            .arg(format!("--log-path={}", log.display()))
            .build()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {program}"))?;
        let output = child.stdout.take().context("chromedriver has no output")?;
        let mut driver = Self { child, port: 0 };
        let mut lines = BufReader::new(output).lines();
        driver.port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| port_in(&line))
            .context("chromedriver ended without naming its port")?;
        // Read on, or the driver would block once the pipe is full.
        thread::spawn(move || lines.for_each(drop));
        Ok(driver)
    }

    /// Where WebDriver commands go.
    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Killed at once, the driver would leave its browsers running.
    fn ask_to_end(&self) -> std::io::Result<()> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
        stream.set_read_timeout(Some(GRACE))?;
        let host = format!("127.0.0.1:{}", self.port);
        write!(
            stream,
            "GET /shutdown HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        )?;
        stream.read_to_end(&mut Vec::new()).map(drop)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.ask_to_end();
        let start = Instant::now();
        while start.elapsed() < GRACE {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `ChromeDriver was started successfully on port 39873.`
fn port_in(line: &str) -> Option<u16> {
    let port = line.split_once("successfully on port ")?.1;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_from_what_the_driver_prints() {
        let line = "ChromeDriver was started successfully on port 39873.";
        assert_eq!(port_in(line), Some(39_873));
        assert_eq!(
            port_in("Starting ChromeDriver 156.0.8078.79 on port 0"),
            None
        );
    }
}
