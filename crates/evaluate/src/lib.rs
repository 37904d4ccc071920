//! Rules held against a snapshot: verdicts, findings, and safeguards rolled up. Pure.
