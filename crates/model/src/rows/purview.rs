//! Microsoft Purview: retention, labels, data loss prevention, alerts and how long logs are kept.
