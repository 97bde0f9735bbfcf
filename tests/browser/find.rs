//! Finds things the way people and screen readers do: by role, name and text.

use anyhow::{Context as _, Result, bail};
use fantoccini::elements::{Element, ElementRef};
use serde_json::{Value, json};

use crate::driver::Page;

/// The key under which WebDriver hands over an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Something in the page's accessibility tree.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) name: String,
    node: Value,
}

impl Page {
    /// Waits for the one thing with this role and name, as Chromium computes them
    /// (`button`, `link`, `heading`, `tab`, `slider`, `textbox`, `spinbutton`,
    /// `combobox`, `checkbox`, `row`, `dialog` …).
    ///
    /// An exact name wins; otherwise the name need only contain `name`, but then
    /// exactly one thing must.
    pub(crate) async fn role(&self, role: &str, name: &str) -> Result<Element> {
        let what = format!("there is one {role} named “{name}”");
        self.until(&what, async || {
            let all = self.all(role).await?;
            let mut exact = all.iter().filter(|found| found.name == name);
            let mut alike = all.iter().filter(|found| found.name.contains(name));
            let found = match (exact.next(), exact.next()) {
                (Some(one), None) => one,
                (None, _) => match (alike.next(), alike.next()) {
                    (Some(one), None) => one,
                    (None, _) => {
                        let names: Vec<_> = all.iter().map(|found| &found.name).collect();
                        bail!("no {role} is named “{name}”, only {names:?}");
                    }
                    (Some(one), Some(two)) => bail!("“{}” and “{}” both match", one.name, two.name),
                },
                (Some(_), Some(_)) => bail!("several {role}s are named “{name}”"),
            };
            self.element(found).await.map(Some)
        })
        .await
    }

    /// Everything with this role that is not hidden from people, in document order.
    pub(crate) async fn all(&self, role: &str) -> Result<Vec<Named>> {
        let document = json!({ "expression": "document" });
        let root = self.cdp("Runtime.evaluate", document).await?;
        let query = json!({ "objectId": root["result"]["objectId"], "role": role });
        let answer = self.cdp("Accessibility.queryAXTree", query).await?;
        let nodes = answer["nodes"].as_array().into_iter().flatten();
        let shown = nodes.filter(|node| node["ignored"] != json!(true));
        Ok(shown
            .map(|node| Named {
                name: node["name"]["value"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                node: node["backendDOMNodeId"].clone(),
            })
            .collect())
    }

    /// The element behind something found in the accessibility tree.
    pub(crate) async fn element(&self, found: &Named) -> Result<Element> {
        let node = json!({ "backendNodeId": found.node });
        let object = self.cdp("DOM.resolveNode", node).await?;
        let hand_over = json!({
            "objectId": object["object"]["objectId"],
            "functionDeclaration": "function () { window.foundByTest = this; }",
        });
        self.cdp("Runtime.callFunctionOn", hand_over).await?;
        let script = "const found = window.foundByTest; delete window.foundByTest; return found;";
        self.as_element(&self.script(script, vec![]).await?)
    }

    /// Waits for a visible element whose own text contains `text`.
    pub(crate) async fn text(&self, text: &str) -> Result<Element> {
        let script = "const wanted = arguments[0];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const parent = walker.currentNode.parentElement;
                if (walker.currentNode.data.includes(wanted) && parent.checkVisibility()) {
                    return parent;
                }
            }
            return null;";
        self.until(&format!("“{text}” is shown"), async || {
            let found = self.script(script, vec![json!(text)]).await?;
            if found.is_null() {
                Ok(None)
            } else {
                self.as_element(&found).map(Some)
            }
        })
        .await
    }

    /// Waits for the first element a CSS selector matches; for what has no role.
    pub(crate) async fn css(&self, selector: &str) -> Result<Element> {
        let script = "return document.querySelector(arguments[0]);";
        self.until(&format!("`{selector}` matches"), async || {
            let found = self.script(script, vec![json!(selector)]).await?;
            if found.is_null() {
                Ok(None)
            } else {
                self.as_element(&found).map(Some)
            }
        })
        .await
    }

    fn as_element(&self, value: &Value) -> Result<Element> {
        let reference = value[ELEMENT]
            .as_str()
            .context("the page returned no element")?;
        let reference = ElementRef::from(reference.to_owned());
        Ok(Element::from_element_id(self.client.clone(), reference))
    }
}
