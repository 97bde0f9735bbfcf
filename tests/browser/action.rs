//! What people do on a page: click, type, press keys, drag, choose and save files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::json;

use crate::driver::Page;

impl Page {
    /// Clicks the one thing with this role and name; what is just written anew is looked
    /// for again.
    pub(crate) async fn click(&self, role: &str, name: &str) -> Result<()> {
        self.until(&format!("the {role} “{name}” is clicked"), async || {
            let element = self.role(role, name).await?;
            element.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Replaces what the field with this role and name contains.
    pub(crate) async fn fill(&self, role: &str, name: &str, value: &str) -> Result<()> {
        let field = self.role(role, name).await?;
        field.clear().await?;
        field
            .send_keys(value)
            .await
            .with_context(|| format!("typing into “{name}”"))
    }

    /// Types into what a selector finds; what is just written anew is looked for again.
    pub(crate) async fn type_into(&self, selector: &str, text: &str) -> Result<()> {
        self.until(
            &format!("“{text}” is typed into {selector}"),
            async || {
                let field = self.css(selector).await?;
                field.send_keys(text).await?;
                Ok(Some(()))
            },
        )
        .await
    }

    /// Presses a key where the focus is, or comes back to.
    pub(crate) async fn press(&self, key: Key) -> Result<()> {
        let key = char::from(key).to_string();
        self.until("a key is pressed", async || {
            let focused = self.client.active_element().await?;
            focused.send_keys(&key).await?;
            Ok(Some(()))
        })
        .await
    }

    /// Moves a slider as a drag does: an `input` event at every stop, one `change`
    /// at the end.
    pub(crate) async fn drag(&self, slider: &Element, stops: &[f64]) -> Result<()> {
        let script = "const [slider, stops] = arguments;
            const value = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
            for (const stop of stops) {
                value.set.call(slider, stop);
                slider.dispatchEvent(new Event('input', { bubbles: true }));
            }
            slider.dispatchEvent(new Event('change', { bubbles: true }));";
        let slider = serde_json::to_value(slider)?;
        self.script(script, vec![slider, json!(stops)]).await?;
        Ok(())
    }

    /// Hands a file to the file field that `selector` matches.
    pub(crate) async fn choose_file(&self, selector: &str, file: &Path) -> Result<()> {
        let absolute = fs::canonicalize(file).with_context(|| format!("no {}", file.display()))?;
        let path = absolute.to_string_lossy();
        self.until("the file field takes a file", async || {
            let field = self.css(selector).await?;
            match field.send_keys(&path).await {
                Ok(()) => Ok(Some(())),
                // What was written anew in between has another field.
                Err(error) if error.to_string().contains("stale element") => Ok(None),
                Err(error) => Err(error).context("choosing a file"),
            }
        })
        .await
    }

    /// Waits until a file whose name contains `part` is downloaded completely.
    pub(crate) async fn downloaded(&self, part: &str) -> Result<PathBuf> {
        self.until(
            &format!("a file named like “{part}” is downloaded"),
            async || {
                for entry in fs::read_dir(self.downloads())? {
                    let path = entry?.path();
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    // Chromium renames it from `.crdownload` once it is whole, over an
                    // empty file that keeps the name free.
                    let whole = path.extension().is_none_or(|e| e != "crdownload")
                        && fs::metadata(&path).is_ok_and(|file| file.len() > 0);
                    if whole && !name.starts_with('.') && name.contains(part) {
                        return Ok(Some(path));
                    }
                }
                Ok(None)
            },
        )
        .await
    }
}
