//! Changes to the configuration lately: what, when and by whom.
