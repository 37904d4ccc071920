//! The permissions of each app.

use std::collections::HashMap;

use tenantscan_model::rows::AppGrant;
use tenantscan_model::{Gap, Table, Text};

/// The rows of each app, and why there may be more of them.
#[derive(Debug)]
pub struct Grants<'d> {
    by_app: HashMap<&'d Text, Vec<&'d AppGrant>>,
    gap: Option<&'d Gap>,
}

impl<'d> Grants<'d> {
    /// The rows of a list, by app.
    pub fn of(table: &'d Table<AppGrant>) -> Self {
        let mut by_app: HashMap<&Text, Vec<&AppGrant>> = HashMap::new();
        let mut gap = table.gap();
        for row in &table.rows {
            match row.app.read() {
                Ok(app) => by_app.entry(app).or_default().push(row),
                Err(unread) => gap = gap.or(Some(unread)),
            }
        }
        Self { by_app, gap }
    }

    /// The rows of one app.
    pub fn rows(&self, app: &Text) -> &[&'d AppGrant] {
        self.by_app.get(app).map_or(&[], Vec::as_slice)
    }

    /// Why rows of whatever app may be missing.
    pub fn gap(&self) -> Option<&'d Gap> {
        self.gap
    }
}
