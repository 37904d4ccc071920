//! The report document, and one module per output format. Pure.
