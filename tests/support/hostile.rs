//! Names that somebody chose to do harm, and what a screen must never show.

/// Stands for an escape that no text in Rust can hold; written into the files as `\ud800`.
pub(crate) const HALF: &str = "HALF-A-SURROGATE";

/// What each name does, and the name as it stands in files.
pub(crate) fn hostile() -> Vec<(&'static str, String)> {
    let text = |text: &str| text.to_owned();
    vec![
        (
            "escape sequences",
            text("\u{1b}[2J\u{1b}[31mred\u{1b}]0;title\u{7}\u{1b}[1A\u{9b}2Jbell\u{7}\u{8}\u{8}\u{7f}"),
        ),
        (
            "bidi controls",
            text("\u{202e}xcod.\u{2066}\u{2067}\u{2069}\u{200f}\u{61c}\u{202d}\u{feff}\u{200b}name\u{202c}"),
        ),
        ("four kilobytes", "W".repeat(4096)),
        ("four kilobytes of words", "a long name ".repeat(342)),
        ("wide letters", "診療所の受付".repeat(40)),
        ("formula", text("=cmd|' /C calc'!A0")),
        ("markup", text("<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;")),
        ("line breaks", text("first\r\nsecond\n\nthird\u{b}\u{c}\u{85}\u{2028}\u{2029}\tfourth")),
        ("NUL", text("be\u{0}fore\u{0}")),
        ("half a surrogate", format!("a{HALF}b")),
        ("emoji", text("👩‍⚕️🏥🇺🇸👨‍👩‍👧‍👦 e\u{301}\u{327}\u{489}\u{489}\u{489}")),
        ("tags and annotations", text("\u{e0001}\u{e0041}\u{fff9}a\u{fffb}\u{ad}\u{180e}\u{206a}")),
        ("braces", text("{user.name} {{params.days}} {} %s $(reboot) `id` \\ \\n")),
        ("an address within", text("Accounts\" [SMTP:inside@cedargrove.example] \"x")),
        ("empty to the eye", text("\u{3164}\u{2800}\u{200b} ")),
    ]
}

fn columns(line: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(line)
}

/// No control characters, nothing that turns the text, and no line wider than the screen.
#[track_caller]
pub(crate) fn expect_sane(what: &str, text: &str, width: usize) {
    for line in text.lines() {
        let control = |c: char| c.is_control() || matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}');
        let turns = |c: char| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        assert!(!line.contains(control), "{what}: a control character in {line:?}");
        assert!(!line.contains(turns), "{what}: a bidi control in {line:?}");
        assert!(columns(line) <= width, "{what}: {} columns in {line:?}", columns(line));
    }
}
