//! The assessment as one HTML file: no script, nothing from elsewhere, every text escaped by the template engine.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::page::{Block, Cell, Mark, Page, Section, Table};
use crate::text::safe;

/// The only style there is; its hash is what the content security policy allows.
const STYLE: &str = include_str!("sra.css");

/// A list that is longer stands in two columns.
const MANY: usize = 20;
/// A word that is longer may be broken anywhere: a hash, an address, an id.
const LONG_WORD: usize = 24;
/// A cell whose lines are no longer is not wrapped: a day, a name, a platform.
const SHORT_LINE: usize = 20;

/// The page as text. Equal pages give equal texts.
pub(super) fn draw(page: &Page) -> String {
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (safe(&page.title)) }
                // The program's own text, without anything of a tenant's in it.
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#content" { "Skip to the content" }
                header {
                    h1 { (safe(&page.title)) }
                    p.subtitle { (safe(&page.subtitle)) }
                }
                main #content {
                    @for block in &page.lead { (draw_block(block)) }
                    nav aria-labelledby="contents" {
                        h2 #contents { "Contents" }
                        ol { @for section in &page.sections { li { a href={ "#" (section.id) } { (section.title) } } } }
                    }
                    @for (index, section) in page.sections.iter().enumerate() { (draw_section(index + 1, section)) }
                }
                footer { p { (safe(&page.footer)) } }
            }
        }
    };
    let mut text = markup.into_string();
    text.push('\n');
    text
}

fn draw_section(number: usize, section: &Section) -> Markup {
    html! {
        section aria-labelledby=(section.id) {
            h2 id=(section.id) { (number) ". " (section.title) }
            @for block in &section.blocks { (draw_block(block)) }
        }
    }
}

fn draw_block(block: &Block) -> Markup {
    match block {
        Block::Text(text) => html! { p { (safe(text)) } },
        Block::Note(text) => html! { p.note { strong { (safe(text)) } } },
        Block::Heading(text) => html! { h3 { (safe(text)) } },
        Block::List(items) => html! { ul.many[items.len() > MANY] { @for item in items { li { (safe(item)) } } } },
        Block::Facts(facts) => draw_facts(facts),
        Block::Table(table) => draw_table(table),
        Block::Card(mark, title, facts) => html! {
            div class={ "card " (class(*mark)) } {
                h3 { (safe(title)) }
                (draw_facts(facts))
            }
        },
        Block::Signatures(roles) => html! {
            @for role in roles {
                div.sign {
                    h3 { (role) }
                    dl { @for line in super::SIGNED { dt { (line) } dd {} } }
                }
            }
        },
    }
}

fn draw_facts(facts: &[(&'static str, Cell)]) -> Markup {
    html! { dl { @for (name, cell) in facts { dt { (name) } dd { (draw_cell(cell)) } } } }
}

fn draw_table(table: &Table) -> Markup {
    if table.rows.is_empty() {
        return html! { p { (safe(&table.caption)) ": " (table.empty) } };
    }
    // Two columns over the whole width would stand too far apart.
    let narrow =
        table.head.len() == 2 && table.rows.iter().flatten().all(|cell| cell.lines.iter().all(|it| it.len() < 40));
    html! {
        div.wide tabindex="0" role="region" aria-label=(safe(&table.caption)) {
            table.narrow[narrow] {
                caption { (safe(&table.caption)) }
                thead { tr { @for head in &table.head { th scope="col" { (head) } } } }
                tbody {
                    @for row in &table.rows {
                        tr {
                            @for (index, cell) in row.iter().enumerate() {
                                @if index == 0 { th.long[long(cell)].short[short(cell)] scope="row" { (draw_cell(cell)) } } @else { td.long[long(cell)].short[short(cell)] { (draw_cell(cell)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn draw_cell(cell: &Cell) -> Markup {
    html! {
        @if let Some(mark) = cell.mark {
            span class={ "mark " (class(mark)) } { span aria-hidden="true" { (mark.shape()) " " } (mark.word()) }
            @if !cell.lines.is_empty() { " " }
        }
        @if let [line] = cell.lines.as_slice() { (line) } @else { @for line in &cell.lines { div { (line) } } }
    }
}

fn long(cell: &Cell) -> bool {
    cell.lines.iter().flat_map(|line| line.split_whitespace()).any(|word| word.len() > LONG_WORD)
}

fn short(cell: &Cell) -> bool {
    cell.lines.iter().all(|line| line.chars().count() <= SHORT_LINE)
}

fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Rated(rating) => rating.word(),
        Mark::Good(_) => "good",
        Mark::Bad(_) => "bad",
        Mark::Open(_) => "open",
        Mark::Plain(_) => "plain",
    }
}
