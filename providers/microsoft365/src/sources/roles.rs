//! Roles of the directory, who holds them, and the rules for switching them on.

use jiff::{Span, SpanRelativeTo};
use serde::Deserialize;
use tenantscan_model::rows::{AssignmentKind, PrincipalType, RoleAssignment, RoleDefinition, RolePolicy};
use tenantscan_model::{Cause, Cell, Gap, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
use crate::sources::identity::{id, some_id};
use tenantscan_provider::{Field, unclear};

pub(crate) static ROLE_DEFINITIONS: Source = Source {
    id: "microsoft365.role_definitions",
    title: "Directory roles",
    api: &GRAPH,
    path: "/v1.0/roleManagement/directory/roleDefinitions?$select=id,templateId,displayName,isBuiltIn,isEnabled",
    call: Call::Get,
    permissions: &["RoleManagement.Read.Directory"],
    licence: None,
    role: None,
    lists: &["role_definitions"],
    fills: &[
        "role_definitions.id",
        "role_definitions.template_id",
        "role_definitions.name",
        "role_definitions.is_built_in",
        "role_definitions.is_enabled",
        "role_definitions.is_privileged",
        "role_assignments.role_name",
        "role_assignments.role_template_id",
        "role_assignments.is_privileged",
        "role_policies.role_name",
        "role_policies.is_privileged",
        "role_policies.is_global_admin",
    ],
    docs: "https://learn.microsoft.com/graph/api/rbacapplication-list-roledefinitions",
};

pub(crate) static ROLE_ASSIGNMENTS: Source = Source {
    id: "microsoft365.role_assignments",
    title: "Who holds which role",
    api: &GRAPH,
    path: "/v1.0/roleManagement/directory/roleAssignments?$expand=principal",
    call: Call::Get,
    permissions: &["RoleManagement.Read.Directory"],
    licence: None,
    role: None,
    lists: &["role_assignments"],
    fills: &[
        "role_assignments.id",
        "role_assignments.role_id",
        "role_assignments.principal_id",
        "role_assignments.principal_type",
        "role_assignments.principal_name",
        "role_assignments.principal_owner_tenant",
        "role_assignments.is_vendor_app",
        "role_assignments.principal_enabled",
        "role_assignments.scope",
        "role_assignments.via_group",
    ],
    docs: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments",
};

pub(crate) static ROLE_ELIGIBILITY: Source = Source {
    id: "microsoft365.role_eligibility",
    title: "Who can switch on which role",
    api: &GRAPH,
    path: "/v1.0/roleManagement/directory/roleEligibilityScheduleInstances?$expand=principal",
    call: Call::Get,
    permissions: &["RoleManagement.Read.Directory", "RoleEligibilitySchedule.Read.Directory"],
    licence: Some("Entra ID P2"),
    role: None,
    lists: &["role_assignments"],
    fills: &["role_assignments.kind", "role_assignments.ends"],
    docs: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleeligibilityscheduleinstances",
};

pub(crate) static ROLE_ASSIGNMENT_INSTANCES: Source = Source {
    id: "microsoft365.role_assignment_instances",
    title: "Which roles are held for good",
    api: &GRAPH,
    path: "/v1.0/roleManagement/directory/roleAssignmentScheduleInstances?$select=id,principalId,roleDefinitionId,directoryScopeId,assignmentType,endDateTime",
    call: Call::Get,
    permissions: &["RoleManagement.Read.Directory", "RoleAssignmentSchedule.Read.Directory"],
    licence: Some("Entra ID P2"),
    role: None,
    lists: &[],
    fills: &["role_assignments.kind", "role_assignments.ends"],
    docs: "https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignmentscheduleinstances",
};

pub(crate) static ROLE_POLICIES: Source = Source {
    id: "microsoft365.role_policies",
    title: "Rules for switching on a role",
    api: &GRAPH,
    path: "/v1.0/policies/roleManagementPolicyAssignments?$filter=scopeId%20eq%20'/'%20and%20scopeType%20eq%20'DirectoryRole'&$expand=policy($expand=rules)",
    call: Call::Get,
    permissions: &["RoleManagement.Read.Directory"],
    licence: Some("Entra ID P2"),
    role: None,
    lists: &["role_policies"],
    fills: &[
        "role_policies.id",
        "role_policies.activation_requires_mfa",
        "role_policies.activation_requires_justification",
        "role_policies.activation_requires_approval",
        "role_policies.activation_hours",
        "role_policies.active_assignment_must_end",
    ],
    docs: "https://learn.microsoft.com/graph/api/policyroot-list-rolemanagementpolicyassignments",
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleDefinitionWire {
    #[serde(deserialize_with = "id")]
    id: Text,
    #[serde(default, deserialize_with = "some_id")]
    template_id: Field<Text>,
    display_name: Option<Text>,
    #[serde(default)]
    is_built_in: Field<bool>,
    is_enabled: Option<bool>,
}

impl RoleDefinitionWire {
    /// `known` says of each built-in role of the dated catalogue, by its template id, whether it is privileged. Another
    /// built-in role may be either; what a role that the tenant made can do is not read.
    pub(crate) fn row(self, known: &[(Text, bool)]) -> RoleDefinition {
        let source = &ROLE_DEFINITIONS;
        let listed = |id: &Text| -> Cell<bool> {
            let role = known.iter().find(|(known, _)| known.eq_ignore_ascii_case(id));
            role.map(|(_, privileged)| *privileged).ok_or_else(|| unclear(source)).into()
        };
        let is_privileged = match (self.is_built_in.value(), &self.template_id) {
            (Some(false), _) => Cell::Unknown(Gap::new(Cause::NotCollected, source.id)),
            (Some(true), Field::Value(template)) => listed(template),
            (Some(true), Field::Null) => listed(&self.id),
            (None, _) | (_, Field::Absent) => Cell::Unknown(unclear(source)),
        };
        RoleDefinition {
            template_id: self.template_id.nullable(source),
            name: Cell::Known(self.display_name.unwrap_or_default()),
            is_built_in: self.is_built_in.nullable(source),
            is_enabled: Cell::Known(self.is_enabled),
            is_privileged,
            ..RoleDefinition::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignmentWire {
    id: Text,
    #[serde(default, deserialize_with = "some_id")]
    principal_id: Field<Text>,
    #[serde(default, deserialize_with = "some_id")]
    role_definition_id: Field<Text>,
    #[serde(default)]
    directory_scope_id: Field<Text>,
    end_date_time: Option<Time>,
    #[serde(default)]
    principal: Field<PrincipalWire>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PrincipalWire {
    #[serde(default, rename = "@odata.type")]
    kind: Field<Text>,
    display_name: Option<Text>,
    account_enabled: Option<bool>,
    #[serde(default)]
    app_owner_organization_id: Field<Text>,
}

/// Tenants that own Microsoft's own apps.
const MICROSOFT: [&str; 2] = ["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"];

impl AssignmentWire {
    /// `source` is the request that gave it.
    pub(crate) fn row(self, kind: AssignmentKind, source: &Source) -> RoleAssignment {
        let principal = self.principal.value();
        let word = self.principal.clone().then(|it| it.kind);
        let principal_type = match word.value().map(Text::as_str) {
            Some("#microsoft.graph.user") => Cell::Known(PrincipalType::User),
            Some("#microsoft.graph.group") => Cell::Known(PrincipalType::Group),
            Some("#microsoft.graph.servicePrincipal") => Cell::Known(PrincipalType::ServicePrincipal),
            None if matches!(self.principal, Field::Null) => Cell::Known(PrincipalType::Unresolved),
            _ => Cell::Unknown(unclear(source)),
        };
        let principal_id = self.principal_id.needed(source);
        let name = principal.and_then(|it| it.display_name.clone());
        let owner = match &self.principal {
            Field::Value(app) if principal_type == Cell::Known(PrincipalType::ServicePrincipal) => {
                app.app_owner_organization_id.clone().nullable(source)
            }
            _ => Cell::Known(None),
        };
        let of_vendor = |owner: Option<Text>| {
            owner.is_some_and(|owner| MICROSOFT.iter().any(|tenant| owner.eq_ignore_ascii_case(tenant)))
        };
        let standing = kind == AssignmentKind::Active && self.end_date_time.is_none();
        RoleAssignment {
            role_id: self.role_definition_id.needed(source),
            principal_type,
            principal_name: name.map_or_else(|| principal_id.clone(), Cell::Known),
            is_vendor_app: owner.clone().map(of_vendor),
            principal_owner_tenant: owner,
            principal_enabled: Cell::Known(principal.and_then(|it| it.account_enabled)),
            principal_id,
            scope: self.directory_scope_id.needed(source),
            kind: Cell::Known(kind),
            via_group: Cell::Known(None),
            ends: Cell::Known(self.end_date_time),
            is_standing: Cell::Known(standing),
            ..RoleAssignment::new(self.id)
        }
    }
}

/// One assignment that is in force, as Privileged Identity Management sees it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InstanceWire {
    #[serde(default, deserialize_with = "some_id")]
    principal_id: Field<Text>,
    #[serde(default, deserialize_with = "some_id")]
    role_definition_id: Field<Text>,
    #[serde(default)]
    directory_scope_id: Field<Text>,
    #[serde(default)]
    assignment_type: Field<Text>,
    #[serde(default)]
    end_date_time: Field<Time>,
}

/// Holder, role and scope: what an assignment and its instance have in common.
pub(crate) type AssignmentKey = (Text, Text, Text);

impl InstanceWire {
    pub(crate) fn key(&self) -> Option<AssignmentKey> {
        let part = |it: &Field<Text>| it.value().cloned();
        Some((part(&self.principal_id)?, part(&self.role_definition_id)?, part(&self.directory_scope_id)?))
    }

    /// How the role is held and until when; what the answer does not say is unknown.
    pub(crate) fn held(&self) -> (Cell<AssignmentKind>, Cell<Option<Time>>) {
        let source = &ROLE_ASSIGNMENT_INSTANCES;
        let kind = match self.assignment_type.value().map(Text::as_str) {
            Some("Assigned") => Cell::Known(AssignmentKind::Active),
            Some("Activated") => Cell::Known(AssignmentKind::Activated),
            _ => Cell::Unknown(unclear(source)),
        };
        (kind, self.end_date_time.clone().nullable(source))
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RolePolicyWire {
    #[serde(deserialize_with = "id")]
    role_definition_id: Text,
    #[serde(default)]
    policy: Field<Policy>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Policy {
    rules: Field<Vec<Rule>>,
}

/// A rule of whatever kind: each has the properties of its own kind alone.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: Text,
    #[serde(default)]
    enabled_rules: Field<Vec<Text>>,
    #[serde(default)]
    is_enabled: Field<bool>,
    #[serde(default)]
    setting: Field<Approval>,
    #[serde(default)]
    is_expiration_required: Field<bool>,
    #[serde(default)]
    maximum_duration: Field<Text>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Approval {
    is_approval_required: Field<bool>,
}

/// Hours of a duration such as `PT8H` or `P1D`, rounded up.
fn hours(text: &str) -> Option<i64> {
    let span: Span = text.parse().ok()?;
    let seconds = span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?.as_secs();
    (seconds >= 0).then_some(seconds / 3600 + i64::from(seconds % 3600 > 0))
}

impl RolePolicyWire {
    /// What the rules say. Their ids are fixed: learn.microsoft.com/graph/identity-governance-pim-rules-overview.
    pub(crate) fn row(self) -> RolePolicy {
        let source = &ROLE_POLICIES;
        let rules = self.policy.then(|it| it.rules);
        let rule = |id: &str| rules.value().and_then(|rules| rules.iter().find(|rule| rule.id == id));
        let asks = |what: &str| {
            let list = rule("Enablement_EndUser_Assignment")?.enabled_rules.value()?;
            Some(list.iter().any(|it| *it == what))
        };
        let context = rule("AuthenticationContext_EndUser_Assignment").map(|rule| rule.is_enabled.value().copied());
        let mfa = match (asks("MultiFactorAuthentication"), context) {
            (Some(true), _) | (_, Some(Some(true))) => Some(true),
            // A tenant without contexts may have no such rule.
            (Some(false), None | Some(Some(false))) => Some(false),
            _ => None,
        };
        let expiration = rule("Expiration_EndUser_Assignment");
        let activation = match expiration.map(|rule| (rule.is_expiration_required.value(), &rule.maximum_duration)) {
            Some((Some(false), _)) => Some(None),
            Some((Some(true), duration)) => duration.value().and_then(|text| hours(text)).map(Some),
            _ => None,
        };
        let approval = rule("Approval_EndUser_Assignment")
            .and_then(|rule| rule.setting.clone().then(|it| it.is_approval_required).value().copied());
        let end = rule("Expiration_Admin_Assignment").and_then(|rule| rule.is_expiration_required.value().copied());
        let clear = |said: Option<bool>| said.ok_or_else(|| unclear(source)).into();
        RolePolicy {
            activation_requires_mfa: clear(mfa),
            activation_requires_justification: clear(asks("Justification")),
            activation_requires_approval: clear(approval),
            activation_hours: activation.ok_or_else(|| unclear(source)).into(),
            active_assignment_must_end: clear(end),
            ..RolePolicy::new(self.role_definition_id)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_holder_whose_kind_is_not_understood_is_not_passed_over() {
        let user = json!({ "@odata.type": "#microsoft.graph.user", "displayName": "Ana" });
        let cases = [
            (user, Some(PrincipalType::User)),
            (json!({ "@odata.type": "#microsoft.graph.group" }), Some(PrincipalType::Group)),
            (json!({ "@odata.type": "#microsoft.graph.agentUser" }), None),
            (json!({ "displayName": "Ana" }), None),
            (Value::Null, Some(PrincipalType::Unresolved)),
        ];
        for (principal, due) in cases {
            let whole = json!({ "id": "a", "principalId": "U", "roleDefinitionId": "R", "directoryScopeId": "/",
                "principal": principal });
            let wire = serde_json::from_value::<AssignmentWire>(whole.clone()).expect("an assignment");
            let row = wire.row(AssignmentKind::Active, &ROLE_ASSIGNMENTS);
            assert_eq!(row.principal_type.known().copied(), due, "{whole}");
            assert_eq!((row.principal_id.known(), row.role_id.known()), (Some(&"u".into()), Some(&"r".into())));
        }
        let bare = serde_json::from_value::<AssignmentWire>(json!({ "id": "a" })).expect("an assignment");
        let row = bare.row(AssignmentKind::Active, &ROLE_ASSIGNMENTS);
        assert!(row.principal_type.gap().is_some() && row.principal_id.gap().is_some());
        assert!(row.role_id.gap().is_some() && row.scope.gap().is_some());
    }

    #[test]
    fn whether_a_role_is_privileged() {
        let known: [(Text, bool); 2] = [("aaa".into(), true), ("bbb".into(), false)];
        let cases = [
            (json!({ "templateId": "aaa", "isBuiltIn": true }), Some(true)),
            (json!({ "templateId": "AAA", "isBuiltIn": true }), Some(true)),
            (json!({ "templateId": "bbb", "isBuiltIn": true }), Some(false)),
            (json!({ "templateId": "new", "isBuiltIn": true }), None),
            (json!({ "templateId": null, "isBuiltIn": true }), None),
            (json!({ "templateId": "bbb", "isBuiltIn": false }), None),
            (json!({ "templateId": "bbb" }), None),
            (json!({ "isBuiltIn": true }), None),
        ];
        for (mut role, due) in cases {
            role["id"] = "r".into();
            let row = serde_json::from_value::<RoleDefinitionWire>(role.clone()).expect("a role").row(&known);
            assert_eq!(row.is_privileged.known().copied(), due, "{role}");
        }
    }
}
