//! Reads a Microsoft 365 tenant: Graph sources, rows, and the columns derived from them.
