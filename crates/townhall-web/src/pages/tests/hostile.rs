//! Metadata written by someone who means harm is shown and does nothing.

use super::super::fuzz::faults;
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
