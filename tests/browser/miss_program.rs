//! A person whose computing program does not arrive is told so.

use std::fs;

use anyhow::Result;

use crate::driver::{scenario, variable};
use crate::work_offline::Server;

#[test]
fn a_computing_program_that_does_not_come_is_told() -> Result<()> {
    scenario("miss_program", async |page| {
        let folder = tempfile::tempdir()?;
        for entry in fs::read_dir(variable("DHI_APP_FOLDER")?)? {
            let (from, name) = entry.map(|e| (e.path(), e.file_name()))?;
            if from.is_file() && name != "worker_bg.wasm.packed" {
                fs::copy(from, folder.path().join(name))?;
            }
        }
        let server = Server::start(folder.path().into())?;
        let address = format!("http://127.0.0.1:{}/", server.port);
        page.client.goto(&address).await?;
        page.text("计算程序停止了").await?;
        page.picture("worker-missing").await
    })
}
