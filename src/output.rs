//! Where results go: standard output, files, a folder.

use std::io::Write;

use tenantscan_model::Snapshot;
use tenantscan_report::{Report, TerminalOptions, columns, wrap};

use crate::error::Error;
use crate::files::{self, write_whole};
use crate::grammar::{Color, Format, Global, OutputArgs, Sink, TextFormat};

/// Where a report and its snapshot go.
pub(crate) struct Output<'a> {
    global: &'a Global,
    args: &'a OutputArgs,
    sinks: Vec<Sink>,
}

impl<'a> Output<'a> {
    /// What the flags ask for. What cannot be written is said here, before anything is read that would be lost.
    pub(crate) fn new(global: &'a Global, args: &'a OutputArgs) -> Result<Self, Error> {
        let default = || vec![Sink { format: Format::Terminal, path: None }];
        let sinks = if args.formats.is_empty() { default() } else { args.formats.clone() };
        if sinks.iter().filter(|sink| sink.path.is_none()).count() > 1 {
            return Err(Error::Usage(
                "two formats cannot share the standard output\n  next: give all but one a file, as in `--format json:report.json`"
                    .to_owned(),
            ));
        }
        for path in sinks.iter().filter_map(|sink| sink.path.as_deref()).chain(args.snapshot.as_deref()) {
            files::expect_place(path)?;
        }
        if let Some(folder) = &args.output {
            files::expect_place(&folder.join("report.json"))?;
        }
        Ok(Self { global, args, sinks })
    }

    /// Writes the report to every sink that was asked for, and the snapshot if it was.
    pub(crate) fn write(&self, report: &Report, snapshot: &Snapshot) -> Result<(), Error> {
        let args = self.args;
        if let Some(path) = &args.snapshot {
            write_whole(path, &snapshot.to_json())?;
        }
        if let Some(folder) = &args.output {
            write_whole(&folder.join("snapshot.json"), &snapshot.to_json())?;
            write_whole(&folder.join("report.json"), &text(Format::Json, report, plain(args)))?;
            write_whole(&folder.join("report.txt"), &text(Format::Terminal, report, plain(args)))?;
        }
        for sink in &self.sinks {
            match &sink.path {
                Some(path) => write_whole(path, &text(sink.format, report, plain(args)))?,
                None => print(&text(sink.format, report, on_screen(self.global, args)))?,
            }
        }
        Ok(())
    }
}

/// Prints text to standard output. A reader that went away (`| head`) is no error.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::Internal(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

fn text(format: Format, report: &Report, options: TerminalOptions) -> String {
    match format {
        Format::Terminal => tenantscan_report::terminal(report, &options),
        Format::Json => tenantscan_report::to_json(report),
        Format::Oneline => tenantscan_report::oneline(report),
    }
}

fn plain(args: &OutputArgs) -> TerminalOptions {
    options(args, 100, false)
}

const fn options(args: &OutputArgs, width: usize, color: bool) -> TerminalOptions {
    TerminalOptions { width, color, all_safeguards: args.all_safeguards, all_results: args.all_results }
}

fn on_screen(global: &Global, args: &OutputArgs) -> TerminalOptions {
    options(args, width(), colors(global.color))
}

/// Whether standard output is to be coloured: as asked, else as `NO_COLOR`, `CLICOLOR_FORCE`, `TERM` and the terminal say.
pub(crate) fn colors(color: Color) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never,
    }
}

/// Columns of the terminal, at least 60 and at most 120; 80 where there is none.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).clamp(60, 120))
}

/// A line about what was done; nothing where quiet was asked for.
pub(crate) fn said(global: &Global, text: &str) -> Result<(), Error> {
    if global.quiet { Ok(()) } else { print(&format!("{text}\n")) }
}

/// A text beside what stands before it, wrapped; on lines of its own where the screen is too narrow.
pub(crate) fn beside(before: &str, text: &str, width: usize) -> String {
    let indent = columns(before);
    let (indent, head) =
        if indent + 30 > width { (4, format!("{}\n    ", before.trim_end())) } else { (indent, before.to_owned()) };
    let lines = wrap(text, width - indent);
    let gap = format!("\n{}", " ".repeat(indent));
    format!("{}\n", format!("{head}{}", lines.join(&gap)).trim_end())
}

/// A list of which there is no file.
pub(crate) fn nothing_yet(format: TextFormat, path: &str, begin: &str) -> Result<(), Error> {
    match format {
        TextFormat::Json => print("[]\n"),
        TextFormat::Terminal => print(&format!("there is no {path} yet\n  next: `{begin}` begins it\n")),
    }
}
