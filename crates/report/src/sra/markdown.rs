//! The assessment as Markdown, in which no text can become markup; only mail addresses may be shown as links.

use super::page::{Block, Cell, Page, Table};
use crate::text::safe;

/// The page as text. Equal pages give equal texts.
pub(super) fn draw(page: &Page) -> String {
    let mut text = format!("# {}\n\n{}\n\n", escape(&page.title), escape(&page.subtitle));
    for block in &page.lead {
        text += &draw_block(block);
    }
    for (index, section) in page.sections.iter().enumerate() {
        text += &format!("## {}. {}\n\n", index + 1, escape(&section.title));
        for block in &section.blocks {
            text += &draw_block(block);
        }
    }
    text += &format!("---\n\n{}\n", escape(&page.footer));
    text
}

fn draw_block(block: &Block) -> String {
    match block {
        Block::Text(text) => format!("{}\n\n", escape(text)),
        Block::Note(text) => format!("> **{}**\n\n", escape(text)),
        Block::Heading(text) => format!("### {}\n\n", escape(text)),
        Block::List(items) => items.iter().map(|item| format!("- {}\n", escape(item))).collect::<String>() + "\n",
        Block::Facts(facts) => draw_facts(facts),
        Block::Table(table) => draw_table(table),
        Block::Card(_, title, facts) => format!("### {}\n\n{}", escape(title), draw_facts(facts)),
        Block::Signatures(roles) => {
            let lines: String =
                super::SIGNED.iter().map(|line| format!("- {line}: ______________________\n")).collect();
            roles.iter().map(|role| format!("### {role}\n\n{lines}\n")).collect()
        }
    }
}

fn draw_facts(facts: &[(&'static str, Cell)]) -> String {
    facts.iter().map(|(name, cell)| format!("- {name}: {}\n", draw_cell(cell))).collect::<String>() + "\n"
}

fn draw_table(table: &Table) -> String {
    if table.rows.is_empty() {
        return format!("{}: {}\n\n", escape(&table.caption), table.empty);
    }
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let head = row(table.head.iter().map(|head| (*head).to_owned()).collect());
    let rule = row(vec!["---".to_owned(); table.head.len()]);
    let rows: String = table.rows.iter().map(|cells| row(cells.iter().map(draw_cell).collect())).collect();
    format!("**{}**\n\n{head}{rule}{rows}\n", escape(&table.caption))
}

fn draw_cell(cell: &Cell) -> String {
    let mark = cell.mark.map(|mark| format!("{} {}", mark.shape(), mark.word()));
    let lines = cell.lines.iter().map(|line| escape(line)).collect::<Vec<_>>().join("<br>");
    [mark.unwrap_or_default(), lines].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Text that a reader of Markdown shows as it is: no emphasis, link, image, tag, table or list comes of it.
fn escape(text: &str) -> String {
    let text = &*safe(text);
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => escaped.extend(['\\', c]),
            // At the start they would begin a list or underline a heading.
            '-' | '+' | '=' if at == 0 => escaped.extend(['\\', c]),
            // Many readers make links of bare addresses.
            ':' if text[at..].starts_with("://") => escaped.push_str("\\:"),
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => escaped.push_str("\\."),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let hostile =
            "<img src=x onerror=alert(1)> [a](javascript:alert(1)) | **b** `c` http://evil.example www.evil.example";
        assert_eq!(
            escape(hostile),
            "&lt;img src=x onerror=alert(1)&gt; \\[a\\](javascript:alert(1)) \\| \\*\\*b\\*\\* \\`c\\` http\\://evil.example \
             www\\.evil.example"
        );
        assert_eq!(escape("- one"), "\\- one");
        assert_eq!(escape("a\u{1b}[2J\n# b\u{202e}"), "a \\[2J \\# b", "one line, and nothing that moves the cursor");
    }
}
