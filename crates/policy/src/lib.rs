//! Policy files read, checked against the dictionary and compiled into rules. No I/O beyond text.

mod baseline;
mod cases;
mod catalogues;
mod cel;
mod expression;
mod load;
mod policy;

pub use baseline::{Baseline, BaselineChoice, client_baseline};
pub use cel::answers::OPEN as OPEN_QUESTION;
pub use expression::{Expression, Rows, Scope, Template, Truth};
pub use load::{Files, Library, load};
pub use policy::{Confirmed, Declare, Fix, Licence, Parameter, ParameterValue, Policy, Rule, TestCase, Verdict};
pub use tenantscan_written::{Diagnostics, SourceFile};
