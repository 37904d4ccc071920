//! What a scan tells on standard error while it reads.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Mutex;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle as BarStyle};
use tenantscan_provider::{Event, Source};

use crate::grammar::{Global, ProgressStyle};

/// Shows events as they come.
pub(crate) struct Progress {
    style: Style,
    verbose: u8,
    rows: Mutex<BTreeMap<&'static str, u64>>,
}

enum Style {
    None,
    Plain,
    Json,
    Bars(Bars),
}

/// A bar for each service that is asked.
struct Bars {
    all: MultiProgress,
    /// How many sources of each service are wanted, by its title.
    wanted: BTreeMap<&'static str, u64>,
    shown: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

impl Bars {
    fn new(sources: &[&'static Source]) -> Self {
        let mut wanted: BTreeMap<&'static str, u64> = BTreeMap::new();
        for source in sources {
            *wanted.entry(source.api.title).or_default() += 1;
        }
        Self { all: MultiProgress::new(), wanted, shown: Mutex::default() }
    }

    /// The bar of a source's service, which appears with its first request.
    fn of(&self, source: &Source) -> ProgressBar {
        let title = source.api.title;
        let mut shown = self.shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let wanted = self.wanted.get(title).copied().unwrap_or(1);
        shown.entry(title).or_insert_with(|| self.all.add(bar(title, wanted))).clone()
    }
}

impl Progress {
    /// Says nothing.
    pub(crate) fn none() -> Self {
        Self { style: Style::None, verbose: 0, rows: Mutex::default() }
    }

    /// In the style that was asked for, for these sources.
    pub(crate) fn new(global: &Global, sources: &[&'static Source]) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let style = match global.progress {
            _ if global.quiet => Style::None,
            ProgressStyle::None => Style::None,
            ProgressStyle::Json => Style::Json,
            ProgressStyle::Plain => Style::Plain,
            ProgressStyle::Auto if !terminal => Style::Plain,
            ProgressStyle::Auto | ProgressStyle::Bar => Style::Bars(Bars::new(sources)),
        };
        Self { style, verbose: global.verbose, rows: Mutex::default() }
    }

    /// For a recording, which is read in no time: only what was asked for.
    pub(crate) fn of_recording(global: &Global, sources: &[&'static Source]) -> Self {
        match global.progress {
            ProgressStyle::Auto if global.verbose == 0 => Self::none(),
            _ => Self::new(global, sources),
        }
    }

    /// Shows one event.
    pub(crate) fn show(&self, event: &Event) {
        let rows = self.count(event);
        match &self.style {
            Style::None => {}
            Style::Json => anstream::eprintln!("{}", json(event, rows)),
            Style::Plain => {
                if let Some(line) = self.line(event, rows) {
                    anstream::eprintln!("{line}");
                }
            }
            Style::Bars(bars) => {
                let bar = bars.of(source(event));
                match event {
                    Event::Started(source) => bar.set_message(source.title),
                    Event::Rows(source, _) => bar.set_message(format!("{}: {rows}", source.title)),
                    Event::Waiting(source, cause, wait) => {
                        bar.set_message(format!("{}: {}, waiting {}", source.title, cause.plain(), seconds(*wait)));
                    }
                    Event::Read(_) | Event::Unread(..) => bar.inc(1),
                }
                if self.verbose > 0
                    && let Some(line) = self.line(event, rows)
                {
                    let _ = bars.all.println(line);
                }
            }
        }
    }

    /// Takes the bars away.
    pub(crate) fn finish(&self) {
        if let Style::Bars(bars) = &self.style {
            bars.shown
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .values()
                .for_each(ProgressBar::finish_and_clear);
        }
    }

    /// All rows of the event's source so far.
    fn count(&self, event: &Event) -> u64 {
        let mut rows = self.rows.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let total = rows.entry(source(event).id).or_default();
        if let Event::Rows(_, more) = event {
            *total += more;
        }
        *total
    }

    fn line(&self, event: &Event, rows: u64) -> Option<String> {
        let title = source(event).title;
        match event {
            Event::Started(_) => None,
            Event::Rows(_, more) => (self.verbose > 1).then(|| format!("{title}: {more} more, {rows} so far")),
            Event::Waiting(_, cause, wait) => Some(format!("{title}: {}, waiting {}", cause.plain(), seconds(*wait))),
            Event::Read(_) => Some(format!("{title}: read, {rows}")),
            Event::Unread(_, cause) => Some(format!("{title}: not read, {}", cause.plain())),
        }
    }
}

fn source(event: &Event) -> &'static Source {
    match event {
        Event::Started(source)
        | Event::Rows(source, _)
        | Event::Waiting(source, ..)
        | Event::Read(source)
        | Event::Unread(source, _) => source,
    }
}

fn json(event: &Event, rows: u64) -> serde_json::Value {
    let source = source(event).id;
    match event {
        Event::Started(_) => serde_json::json!({ "event": "started", "source": source }),
        Event::Rows(..) => serde_json::json!({ "event": "rows", "source": source, "rows": rows }),
        Event::Waiting(_, cause, wait) => serde_json::json!({
            "event": "waiting", "source": source, "cause": cause.name(), "seconds": wait.as_secs_f64(),
        }),
        Event::Read(_) => serde_json::json!({ "event": "read", "source": source, "rows": rows }),
        Event::Unread(_, cause) => serde_json::json!({ "event": "unread", "source": source, "cause": cause.name() }),
    }
}

fn seconds(wait: Duration) -> String {
    format!("{} s", wait.as_secs_f64().ceil())
}

fn bar(title: &str, sources: u64) -> ProgressBar {
    let bar = ProgressBar::new(sources);
    let template = "{prefix:17} {bar:20} {pos:>2}/{len:2} {elapsed:>4}  {wide_msg}";
    bar.set_style(BarStyle::with_template(template).expect("a fixed template").progress_chars("█░░"));
    bar.set_prefix(title.to_owned());
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
