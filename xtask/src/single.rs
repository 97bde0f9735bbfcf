//! The whole app as one file: for offices that get it on a stick and open it with a
//! double click, without a server and without a network.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::{say, tree};

const NAME: &str = "履职健康指数.html";
/// Takes out of the page what it carries; the app's own `boot.js` runs after it.
const CARRIED: &str = include_str!("single.js");
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"";

/// What Trunk left in `dist/`, as far as the page needs it.
#[derive(Debug)]
struct Parts {
    page: String,
    styles: Vec<String>,
    main_glue: String,
    main_program: Vec<u8>,
    unpack: String,
    boot: String,
    worker_glue: String,
    worker_program: Vec<u8>,
}

/// Writes the app in `dist/` as one file outside of it, and says where.
pub(crate) fn write() -> Result<PathBuf> {
    let page = Parts::read(&tree::dist())?.join()?;
    let folder = tree::target().join("single");
    fs::create_dir_all(&folder).with_context(|| format!("creating {}", folder.display()))?;
    let path = folder.join(NAME);
    fs::write(&path, &page).with_context(|| format!("writing {}", path.display()))?;
    say::note(
        "单个文件,双击即可打开",
        "one file that opens with a double click",
    );
    say::line(&format!("    {} ({} bytes)", path.display(), page.len()));
    Ok(path)
}

impl Parts {
    /// Takes out of the page every tag that names a file, and reads those files.
    fn read(dist: &Path) -> Result<Self> {
        let text = |name: &str| -> Result<String> {
            let path = dist.join(name);
            let text =
                fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
            // As the browser's parser sees it, which is what it hashes.
            Ok(text.replace("\r\n", "\n"))
        };
        let bytes = |name: &str| -> Result<Vec<u8>> {
            let path = dist.join(name);
            fs::read(&path).with_context(|| format!("reading {}", path.display()))
        };
        let mut page = text("index.html")?;
        let mut styles = Vec::new();
        while let Ok(tag) = take(&mut page, "<link rel=\"stylesheet\"", ">") {
            styles.push(text(attribute(&tag, "href")?)?);
        }
        ensure!(!styles.is_empty(), "the page has no style sheet");
        take(&mut page, "<link rel=\"preload\"", ">")?;
        // A page on disk is not installed; without this the browser asks for an icon.
        take(&mut page, "<link rel=\"manifest\"", ">")?;
        take(&mut page, "<link rel=\"icon\"", ">")?;
        page = put(
            &page,
            "</title>",
            "</title><link rel=\"icon\" href=\"data:,\">",
        )?;
        let main = take(&mut page, "<script src=\"./main-", "</script>")?;
        let unpack = take(&mut page, "<script src=\"./unpack.js\"", "</script>")?;
        let boot = take(&mut page, "<script src=\"./boot.js\"", "</script>")?;
        Ok(Self {
            page,
            styles,
            main_glue: text(attribute(&main, "src")?)?,
            main_program: bytes(attribute(&boot, "data-program")?)?,
            unpack: text(attribute(&unpack, "src")?)?,
            boot: text(attribute(&boot, "src")?)?,
            worker_glue: text("worker.js")?,
            worker_program: bytes("worker_bg.wasm.packed")?,
        })
    }

    /// The page with everything inside.
    fn join(self) -> Result<String> {
        let scripts = [&self.main_glue, &self.unpack, CARRIED, &self.boot].map(in_script);
        let mut page = self.page;
        take(&mut page, POLICY, ">").context("replacing the policy")?;
        ensure!(
            !names_a_file(&page),
            "the page refers to a file beside it that is not carried along"
        );

        let charset = "<meta charset=\"utf-8\">";
        let own = format!("{charset}\n{POLICY}{}\">", policy_for(&scripts));
        page = put(&page, charset, &own)?;
        let mut styles = String::new();
        for style in &self.styles {
            ensure!(
                !is_unfit_style(style),
                "a style sheet refers to another file or cannot stand in a page"
            );
            writeln!(styles, "<style>{style}</style>")?;
        }
        page = put(&page, "</head>", &format!("{styles}</head>"))?;

        // Before the scripts that read them, after what is shown meanwhile.
        let mut body = String::new();
        for (id, content) in [
            ("main-wasm", STANDARD.encode(&self.main_program)),
            ("worker-glue", in_script(&self.worker_glue)),
            ("worker-wasm", STANDARD.encode(&self.worker_program)),
        ] {
            writeln!(
                body,
                "<script type=\"text/plain\" id=\"{id}\">{content}</script>"
            )?;
        }
        for script in &scripts {
            writeln!(body, "<script>{script}</script>")?;
        }
        put(&page, "</body>", &format!("{body}</body>"))
    }
}

/// Nothing but these scripts may run, and nothing at all may be loaded.
fn policy_for(scripts: &[String]) -> String {
    let hashes: String = scripts.iter().map(|script| hash(script)).collect();
    format!(
        "default-src 'none'; script-src {hashes}'wasm-unsafe-eval'; style-src 'unsafe-inline'; \
         worker-src blob:; img-src data: blob:; connect-src 'none'; base-uri 'none'; \
         form-action 'none'"
    )
}

/// A script's source expression, with the space that follows it.
fn hash(script: &str) -> String {
    format!("'sha256-{}' ", STANDARD.encode(Sha256::digest(script)))
}

/// JavaScript as it may stand within a script tag. What would end the tag, or begin a
/// comment of the page, has its first character written as an escape: the same to
/// JavaScript in texts and patterns, which is where such a thing can occur.
fn in_script(script: &str) -> String {
    // ASCII only, so every index is the same in both.
    let lower = script.to_ascii_lowercase();
    let mut safe = String::with_capacity(script.len());
    for (i, character) in script.char_indices() {
        let rest = &lower[i..];
        if rest.starts_with("</script") || rest.starts_with("<!--") {
            safe.push_str("\\x3c");
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Whether a style sheet would end its tag or load something.
fn is_unfit_style(style: &str) -> bool {
    let lower = style.to_ascii_lowercase();
    let loads = lower.split("url(").skip(1).any(|rest| {
        let address = rest.trim_start_matches(['"', '\'', ' ']);
        !address.starts_with("data:") && !address.starts_with('#')
    });
    loads || lower.contains("</style") || lower.contains("@import")
}

/// Whether an attribute of the page names something to load.
fn names_a_file(page: &str) -> bool {
    ["src=\"", "href=\"", "data-program=\""].iter().any(|name| {
        page.split(name)
            .skip(1)
            .any(|rest| !rest.starts_with("data:"))
    })
}

/// Removes the text from `start` to the next `end`, and returns it.
fn take(page: &mut String, start: &str, end: &str) -> Result<String> {
    let from = page
        .find(start)
        .with_context(|| format!("the page has no `{start}`"))?;
    let length = page[from..]
        .find(end)
        .with_context(|| format!("`{start}` has no `{end}`"))?;
    Ok(page.drain(from..from + length + end.len()).collect())
}

/// The value of a tag's attribute, without the leading `./` of an address.
fn attribute<'t>(tag: &'t str, name: &str) -> Result<&'t str> {
    let value = tag
        .split_once(&format!(" {name}=\""))
        .and_then(|(_, rest)| rest.split_once('"'))
        .with_context(|| format!("no `{name}` in `{tag}`"))?
        .0;
    Ok(value.strip_prefix("./").unwrap_or(value))
}

/// Replaces `place`, which must stand in the page exactly once.
fn put(page: &str, place: &str, with: &str) -> Result<String> {
    let n = page.matches(place).count();
    ensure!(n == 1, "the page has `{place}` {n} times");
    Ok(page.replacen(place, with, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html>\n<head>\n<meta charset=\"utf-8\">\n\
        <meta http-equiv=\"Content-Security-Policy\" content=\"script-src 'self'\">\n\
        <title>x</title>\n\
        <link rel=\"icon\" href=\"./icon.svg\">\n\
        <link rel=\"manifest\" href=\"./manifest.webmanifest\">\n\
        <link rel=\"stylesheet\" href=\"./a-1.css\" integrity=\"x\"/>\n\
        <link rel=\"stylesheet\" href=\"./b-2.css\" integrity=\"y\"/>\n\
        <script src=\"./main-3.js\" defer></script>\
        <script src=\"./unpack.js\" defer></script>\
        <script src=\"./boot.js\" data-program=\"./main-3_bg.wasm.packed\" defer></script>\n\
        <link rel=\"preload\" href=\"./main-3_bg.wasm.packed\" as=\"fetch\"></head>\n\
        <body><p>打开</p>\n</body>\n";

    fn built(name: &str, page: &str) -> Result<String> {
        let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        for (file, content) in [
            ("index.html", page),
            ("a-1.css", "a{}"),
            ("b-2.css", "b{}"),
            ("main-3.js", "let glue;\r\n"),
            ("main-3_bg.wasm.packed", "main"),
            ("unpack.js", "unpack();"),
            ("boot.js", "boot();"),
            ("worker.js", "let w = '</SCRIPT><!--';"),
            ("worker_bg.wasm.packed", "worker"),
        ] {
            fs::write(folder.join(file), content)?;
        }
        let joined = Parts::read(&folder).and_then(Parts::join);
        fs::remove_dir_all(folder)?;
        joined
    }

    #[test]
    fn everything_is_inside_and_nothing_beside() {
        let page = built("single", PAGE).unwrap();
        assert!(page.contains("<style>a{}</style>\n<style>b{}</style>"));
        assert!(page.contains("id=\"main-wasm\">bWFpbg==</script>"));
        assert!(page.contains("id=\"worker-wasm\">d29ya2Vy</script>"));
        assert!(page.contains("id=\"worker-glue\">let w = '\\x3c/SCRIPT>\\x3c!--';</script>"));
        assert!(!names_a_file(&page), "{page}");
        assert!(!page.contains("'self'"), "{page}");
        let order = [
            "打开",
            "worker-glue",
            "let glue;",
            "unpack();",
            "carriedProgram",
            "boot();",
        ];
        let places = order.map(|text| page.find(text).unwrap());
        assert!(places.is_sorted(), "{places:?}");
    }

    #[test]
    fn the_policy_allows_the_scripts_as_the_browser_reads_them() {
        // From `openssl dgst -sha256 -binary | base64`.
        let empty = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' ";
        assert_eq!(hash(""), empty);
        let page = built("single-policy", PAGE).unwrap();
        let (policy, _) = page
            .split_once(POLICY)
            .unwrap()
            .1
            .split_once("\">")
            .unwrap();
        let scripts: Vec<&str> = page
            .split("<script>")
            .skip(1)
            .map(|rest| rest.split_once("</script>").unwrap().0)
            .collect();
        assert_eq!(scripts.len(), 4);
        assert_eq!(scripts[0], "let glue;\n");
        for script in scripts {
            assert!(policy.contains(hash(script).trim_end()), "{policy}");
        }
        assert_eq!(policy.matches("sha256-").count(), 4);
    }

    #[test]
    fn a_script_cannot_end_its_tag() {
        let harmless = "i<script.length; '</p> 村'";
        assert_eq!(in_script(harmless), harmless);
        let safe = in_script("'</script>' + `</Script>` + /<!--/u");
        assert_eq!(safe, "'\\x3c/script>' + `\\x3c/Script>` + /\\x3c!--/u");
        assert_eq!(in_script(CARRIED), CARRIED);
    }

    #[test]
    fn a_page_built_otherwise_is_an_error() {
        let error = |page: String| built("single-error", &page).unwrap_err().to_string();
        let unknown = error(PAGE.replace("<body>", "<body><img src=\"./x.png\">"));
        assert!(unknown.contains("not carried along"), "{unknown}");
        let unnamed = error(PAGE.replace("boot.js", "start.js"));
        assert!(unnamed.contains("boot.js"), "{unnamed}");
        let unstyled = error(PAGE.replace("rel=\"stylesheet\"", "rel=\"other\""));
        assert!(unstyled.contains("style sheet"), "{unstyled}");
        let endless = error(PAGE.replace("</body>", ""));
        assert!(endless.contains("`</body>` 0 times"), "{endless}");
    }

    #[test]
    fn a_style_sheet_loads_nothing() {
        assert!(!is_unfit_style(
            "a{background:url(\"data:image/png;base64,x\")}"
        ));
        assert!(!is_unfit_style("a{fill:url(#pattern)}"));
        for unfit in ["a{background:url(x.png)}", "@import 'b';", "/*</style*/"] {
            assert!(is_unfit_style(unfit), "{unfit}");
        }
    }
}
