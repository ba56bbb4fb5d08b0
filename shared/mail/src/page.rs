//! The HTML of every mail: the words of its text on one sheet, in light and dark, without a picture.

/// What the page is made of.
pub(super) struct Page<'a> {
    pub(super) subject: &'a str,
    /// Who writes.
    pub(super) from: &'a str,
    /// The filled text: paragraphs apart by a blank line, lists by `– `.
    pub(super) text: &'a str,
    /// The address that stands alone in a paragraph, and what one does there.
    pub(super) link: Option<&'a str>,
    pub(super) action: &'a str,
}

/// Colours of the site's `tokens.css`, once more: mail programs read no stylesheet of ours.
const STYLE: &str = "\
    :root{color-scheme:light dark}\
    body{margin:0;padding:24px 12px;background:#ECE9E1;color:#1E2A2E;font:16px/1.5 -apple-system,'Segoe UI',Roboto,sans-serif}\
    .sheet{max-width:36em;margin:0 auto;padding:24px;background:#FFFEFB;border-top:4px solid #26464F;border-radius:6px}\
    .from{margin:0 0 20px;font-weight:700;color:#26464F}\
    ul{padding-left:1.2em}\
    .act{display:inline-block;padding:12px 20px;border-radius:8px;background:#26464F;color:#FAF8F2;font-weight:700;text-decoration:none}\
    .raw{font-size:13px;overflow-wrap:anywhere}\
    @media(prefers-color-scheme:dark){\
    body{background:#12191C;color:#F1EEE6}.sheet{background:#1B262A;border-color:#A9CDD6}.from{color:#A9CDD6}\
    .act{background:#A9CDD6;color:#11201F}a{color:#A9CDD6}}";

impl Page<'_> {
    /// The whole page.
    pub(super) fn html(&self) -> String {
        let body: String = self.text.trim().split("\n\n").map(|paragraph| self.paragraph(paragraph.trim())).collect();
        format!(
            "<!doctype html><html lang=\"fr\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title><style>{STYLE}</style></head>\
             <body><main class=\"sheet\"><p class=\"from\">{}</p>{body}</main></body></html>",
            escaped(self.subject),
            escaped(self.from),
        )
    }

    fn paragraph(&self, paragraph: &str) -> String {
        match self.link {
            Some(link) if paragraph == link => {
                let (link, action) = (escaped(link), escaped(self.action));
                format!("<p><a class=\"act\" href=\"{link}\">{action}</a></p><p class=\"raw\">{link}</p>")
            }
            _ if paragraph.is_empty() => String::new(),
            _ if paragraph.lines().all(|line| line.starts_with("– ")) => {
                let item = |line: &str| format!("<li>{}</li>", escaped(line.trim_start_matches("– ")));
                format!("<ul>{}</ul>", paragraph.lines().map(item).collect::<String>())
            }
            _ => format!("<p>{}</p>", escaped(paragraph).replace('\n', "<br>")),
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_and_the_link_are_what_they_are_and_no_text_is_html() {
        let text = "Bonjour,\n\n– un\n– <deux>\n\nhttps://x/#a&b\n\nJumex\n02";
        let page = Page { subject: "s", from: "<Jumex>", text, link: Some("https://x/#a&b"), action: "Ouvrir" };
        let html = page.html();
        for part in [
            "<p>Bonjour,</p><ul><li>un</li><li>&lt;deux&gt;</li></ul>",
            "<a class=\"act\" href=\"https://x/#a&amp;b\">Ouvrir</a>",
            "<p>Jumex<br>02</p>",
            "<p class=\"from\">&lt;Jumex&gt;</p>",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }
}
