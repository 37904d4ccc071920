//! Settings of the tenant.

use tenantscan_model::rows::{AuthenticationMethod, AuthenticationMethodsPolicy, OnPremisesSync, Organization};
use tenantscan_model::{Datasets, Table};

use super::Asking;
use crate::sources::{cross_tenant, directory_settings, settings};
use tenantscan_provider::{Field, unclear};

/// Fills the tables of settings; the tenant itself is in place already.
pub(super) async fn read(ask: &Asking<'_>, data: &mut Datasets) {
    let (authorization, methods, consent, access, partners, timeouts, changed, sync) = futures::join!(
        ask.single(&settings::AUTHORIZATION_POLICY, settings::AuthorizationWire::row),
        authentication_methods(ask),
        ask.single(&settings::ADMIN_CONSENT_POLICY, settings::AdminConsentWire::row),
        ask.single(&cross_tenant::CROSS_TENANT_ACCESS, cross_tenant::DefaultWire::row),
        ask.table(&cross_tenant::CROSS_TENANT_PARTNERS, cross_tenant::PartnerWire::row),
        ask.items::<settings::TimeoutWire>(&settings::ACTIVITY_TIMEOUTS),
        ask.items::<directory_settings::SettingWire>(&directory_settings::DIRECTORY_SETTINGS),
        on_premises_sync(ask, &data.organization),
    );
    data.authorization_policy = authorization;
    (data.authentication_methods_policy, data.authentication_methods) = methods;
    data.admin_consent_policy = consent;
    data.cross_tenant_access = access;
    data.cross_tenant_partners = partners;
    data.activity_timeouts = match timeouts {
        None => Table::default(),
        Some(Ok(wires)) => Table::complete(wires.into_iter().flat_map(settings::TimeoutWire::rows).collect()),
        Some(Err(gap)) => Table::unread(gap),
    };
    if let Some(changed) = changed {
        (data.directory_settings, data.password_protection) =
            directory_settings::tables(changed, ask.places.cloud.graph_host());
    }
    data.on_premises_sync = sync;
}

/// One answer holds both the common settings and the methods.
async fn authentication_methods(ask: &Asking<'_>) -> (Table<AuthenticationMethodsPolicy>, Table<AuthenticationMethod>) {
    match ask.object::<settings::MethodsWire>(&settings::AUTHENTICATION_METHODS).await {
        None => Default::default(),
        Some(Err(gap)) => (Table::unread(gap.clone()), Table::unread(gap)),
        Some(Ok(mut wire)) => {
            let methods = std::mem::take(&mut wire.authentication_method_configurations);
            let policy = wire.row();
            let methods = match methods {
                Field::Value(methods) if settings::MethodWire::are_whole(&methods) => {
                    Table::complete(methods.into_iter().map(|wire| wire.row(&policy.migration_state)).collect())
                }
                _ => Table::unread(unclear(&settings::AUTHENTICATION_METHODS)),
            };
            (Table::complete(vec![policy]), methods)
        }
    }
}

/// A tenant that never brought accounts over from a server on site has nothing to ask for.
async fn on_premises_sync(ask: &Asking<'_>, organization: &Table<Organization>) -> Table<OnPremisesSync> {
    let never = organization.rows.first().is_some_and(|row| row.on_premises_sync.known() == Some(&None));
    if never && ask.wants(&settings::ON_PREMISES_SYNC) {
        return Table::complete(Vec::new());
    }
    ask.table(&settings::ON_PREMISES_SYNC, settings::SyncWire::row).await
}
