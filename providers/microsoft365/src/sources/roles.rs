//! Roles of the directory, who holds them, and the rules for switching them on.

use jiff::{Span, SpanRelativeTo};
use serde::Deserialize;
use tenantscan_model::rows::{AssignmentKind, PrincipalType, RoleAssignment, RoleDefinition, RolePolicy};
use tenantscan_model::{Cell, Text, Time};
use tenantscan_provider::{Call, Source};

use crate::api::GRAPH;
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
    id: Text,
    template_id: Option<Text>,
    display_name: Option<Text>,
    is_built_in: Option<bool>,
    is_enabled: Option<bool>,
}

impl RoleDefinitionWire {
    /// `privileged` holds the template ids of the dated catalogue. What a role that the tenant made can do is not read.
    pub(crate) fn row(self, privileged: &[Text]) -> RoleDefinition {
        let template = self.template_id.clone().unwrap_or_else(|| self.id.clone());
        let is_privileged = if self.is_built_in == Some(false) {
            Cell::Unknown(tenantscan_model::Gap::new(tenantscan_model::Cause::NotCollected, ROLE_DEFINITIONS.id))
        } else {
            Cell::Known(privileged.contains(&template))
        };
        RoleDefinition {
            template_id: Cell::Known(self.template_id),
            name: Cell::Known(self.display_name.unwrap_or_default()),
            is_built_in: Cell::Known(self.is_built_in),
            is_enabled: Cell::Known(self.is_enabled),
            is_privileged,
            ..RoleDefinition::new(self.id)
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AssignmentWire {
    pub(crate) id: Text,
    pub(crate) principal_id: Option<Text>,
    pub(crate) role_definition_id: Option<Text>,
    directory_scope_id: Option<Text>,
    end_date_time: Option<Time>,
    pub(crate) principal: Option<PrincipalWire>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PrincipalWire {
    #[serde(rename = "@odata.type")]
    kind: Option<Text>,
    display_name: Option<Text>,
    account_enabled: Option<bool>,
    app_owner_organization_id: Option<Text>,
}

/// Tenants that own Microsoft's own apps.
const MICROSOFT: [&str; 2] = ["f8cdef31-a31e-4b4a-93e4-5f571e91255a", "72f988bf-86f1-41af-91ab-2d7cd011db47"];

impl AssignmentWire {
    pub(crate) fn row(self, kind: AssignmentKind) -> RoleAssignment {
        let principal_id = self.principal_id.unwrap_or_default();
        let principal = self.principal.as_ref();
        let principal_type = match principal.and_then(|it| it.kind.as_deref()) {
            Some("#microsoft.graph.user") => PrincipalType::User,
            Some("#microsoft.graph.group") => PrincipalType::Group,
            Some("#microsoft.graph.servicePrincipal") => PrincipalType::ServicePrincipal,
            _ => PrincipalType::Unresolved,
        };
        let name = principal.and_then(|it| it.display_name.clone()).unwrap_or_else(|| principal_id.clone());
        let owner = principal.and_then(|it| it.app_owner_organization_id.clone());
        let standing = kind == AssignmentKind::Active && self.end_date_time.is_none();
        RoleAssignment {
            role_id: Cell::Known(self.role_definition_id.unwrap_or_default()),
            principal_id: Cell::Known(principal_id),
            principal_type: Cell::Known(principal_type),
            principal_name: Cell::Known(name),
            is_vendor_app: Cell::Known(owner.as_ref().is_some_and(|owner| MICROSOFT.contains(&owner.as_str()))),
            principal_owner_tenant: Cell::Known(owner),
            principal_enabled: Cell::Known(principal.and_then(|it| it.account_enabled)),
            scope: Cell::Known(self.directory_scope_id.unwrap_or_else(|| "/".into())),
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
    principal_id: Option<Text>,
    role_definition_id: Option<Text>,
    directory_scope_id: Option<Text>,
    #[serde(default)]
    assignment_type: Field<Text>,
    #[serde(default)]
    end_date_time: Field<Time>,
}

/// Holder, role and scope: what an assignment and its instance have in common.
pub(crate) type AssignmentKey = (Text, Text, Text);

impl InstanceWire {
    pub(crate) fn key(&self) -> Option<AssignmentKey> {
        let scope = self.directory_scope_id.clone().unwrap_or_else(|| "/".into());
        Some((self.principal_id.clone()?, self.role_definition_id.clone()?, scope))
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
