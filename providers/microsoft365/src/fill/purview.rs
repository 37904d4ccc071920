//! Microsoft Purview: retention, labels, data loss prevention, alerts and how long logs are kept.

use super::{Asking, Put};
use crate::sources::purview::{
    ALERT_POLICIES, AUDIT_RETENTION_POLICIES, AlertWire, AuditRetentionWire, DLP_POLICIES, DLP_RULES, DlpPolicyWire,
    DlpRuleWire, LABEL_POLICIES, LabelPolicyWire, LabelWire, RETENTION_LABELS, RETENTION_POLICIES, RETENTION_RULES,
    RetentionLabelWire, RetentionPolicyWire, RetentionRuleWire, SENSITIVITY_LABELS,
};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let (policies, rules, kept, dlp, dlp_rules, labels, label_policies, alerts, audit) = futures::join!(
        ask.table(&RETENTION_POLICIES, RetentionPolicyWire::row),
        ask.table(&RETENTION_RULES, RetentionRuleWire::row),
        ask.table(&RETENTION_LABELS, RetentionLabelWire::row),
        ask.table(&DLP_POLICIES, DlpPolicyWire::row),
        ask.table(&DLP_RULES, DlpRuleWire::row),
        ask.table(&SENSITIVITY_LABELS, LabelWire::row),
        ask.table(&LABEL_POLICIES, LabelPolicyWire::row),
        // Microsoft ships alert policies in every tenant.
        ask.filled(&ALERT_POLICIES, AlertWire::row),
        ask.table(&AUDIT_RETENTION_POLICIES, AuditRetentionWire::row),
    );
    Box::new(|data| {
        data.retention_policies = policies;
        data.retention_rules = rules;
        data.retention_labels = kept;
        data.dlp_policies = dlp;
        data.dlp_rules = dlp_rules;
        data.sensitivity_labels = labels;
        data.label_policies = label_policies;
        data.alert_policies = alerts;
        data.audit_retention_policies = audit;
    })
}
