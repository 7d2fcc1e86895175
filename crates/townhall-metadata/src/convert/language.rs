//! Language tags: 1.1 has RFC 5646, 3.0 wants two letters of ISO 639-1.

/// The two-letter codes of ISO 639-1.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da \
    de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik \
    io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms \
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm \
    sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Three-letter codes that government data uses, with their two letters.
const LONG: &[(&str, &str)] = &[
    ("ara", "ar"),
    ("chi", "zh"),
    ("zho", "zh"),
    ("eng", "en"),
    ("fra", "fr"),
    ("fre", "fr"),
    ("deu", "de"),
    ("ger", "de"),
    ("kor", "ko"),
    ("por", "pt"),
    ("rus", "ru"),
    ("spa", "es"),
    ("tgl", "tl"),
    ("vie", "vi"),
];

/// The two letters of a language tag, if its language has such.
pub fn two_letters(tag: &str) -> Option<String> {
    let language = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
    let is_known = |code: &str| CODES.split_whitespace().any(|known| known == code);
    if is_known(&language) {
        return Some(language);
    }
    LONG.iter().find(|(long, _)| *long == language).map(|(_, short)| (*short).to_owned())
}
