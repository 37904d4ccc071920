//! Teams: outsiders, meetings, recordings and apps.
