//! Mailboxes: who opens them, what they keep, and where their mail goes.
