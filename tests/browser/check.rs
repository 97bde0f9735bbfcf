//! What must hold on every page: a quiet console, and nothing cut off or sticking out.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::driver::{Page, SIZES, Scheme};

/// Lists what does not fit, each with the pixels it lacks. Left out are things meant
/// to scroll and all within them, fields that scroll their text, labels for screen
/// readers only, drawings, and shortened text that offers the whole in a tooltip.
const MISFITS: &str = r"
const faults = [];
const root = document.documentElement;
const over = root.scrollWidth - root.clientWidth;
if (over > 0) faults.push(`the page is ${over} px wider than its window`);
const scrolls = (style) => /auto|scroll/.test(style.overflowX + style.overflowY);
const name = (e) => {
    const id = e.id ? '#' + e.id : '';
    const classes = [...e.classList].map((c) => '.' + c).join('');
    return `<${e.localName}${id}${classes}> “${e.textContent.trim().slice(0, 24)}”`;
};
const look = (e) => {
    if (!e.checkVisibility() || e.localName === 'svg') return;
    const style = getComputedStyle(e);
    const box = e.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1) return;
    if (scrolls(style)) return;
    if (!['INPUT', 'SELECT', 'TEXTAREA'].includes(e.tagName) && e.clientWidth > 0) {
        const wide = e.scrollWidth - e.clientWidth;
        const high = e.scrollHeight - e.clientHeight;
        const cut = style.overflowX !== 'visible';
        const shortened = style.textOverflow === 'ellipsis' && e.title !== '';
        if (wide > 1 && !shortened) {
            faults.push(`${name(e)} ${cut ? 'cuts off' : 'is overrun by'} ${wide} px of width`);
        }
        const text = [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '');
        if (cut && text && high > 4) faults.push(`${name(e)} cuts off ${high} px of height`);
    }
    if (box.right > root.clientWidth + 1 && style.position !== 'fixed') {
        const beyond = Math.round(box.right - root.clientWidth);
        faults.push(`${name(e)} ends ${beyond} px beyond the window`);
    }
    for (const child of e.children) look(child);
};
look(document.body);
return faults.slice(0, 20);";

impl Page {
    /// Everything on the page that is cut off or sticks out of its box.
    pub(crate) async fn misfits(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.script(MISFITS, vec![]).await?)?)
    }

    /// Fails when something is cut off or sticks out, at every size and scheme.
    pub(crate) async fn fits_everywhere(&self) -> Result<()> {
        for size in SIZES {
            self.resize(size).await?;
            for scheme in [Scheme::Light, Scheme::Dark] {
                self.prefer(scheme).await?;
                let faults = self.misfits().await?;
                ensure!(faults.is_empty(), "at {size:?}, {scheme:?}: {faults:#?}");
            }
        }
        self.prefer(Scheme::Light).await
    }

    /// Fails when anything was reported as an error, or a program panicked.
    pub(crate) async fn console_is_quiet(&self) -> Result<()> {
        let lines = self.console().await?;
        let loud = |line: &&_| is_error(line);
        let errors: Vec<_> = lines.iter().filter(loud).map(|line| &line.text).collect();
        ensure!(errors.is_empty(), "the console reports {errors:#?}");
        Ok(())
    }

    /// Fails unless the page was loaded from this machine alone.
    pub(crate) async fn stayed_local(&self) -> Result<()> {
        let script = "return performance.getEntriesByType('resource').map((entry) => entry.name)
            .filter((name) => /^https?:/.test(name) && new URL(name).origin !== arguments[0]);";
        let origin = self.script("return location.origin;", vec![]).await?;
        let foreign = self.script(script, vec![origin]).await?;
        ensure!(foreign == json!([]), "loaded from elsewhere: {foreign}");
        Ok(())
    }
}

fn is_error(line: &crate::driver::ConsoleLine) -> bool {
    line.level == "SEVERE" || line.text.contains("panicked at")
}
