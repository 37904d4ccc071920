//! SharePoint and OneDrive: what leaves the practice by a link.

use tenantscan_model::Table;

use super::{Asking, Put};
use crate::sources::sharing::{services, settings, sites};

/// Reads the area's tables.
pub(super) async fn read(ask: &Asking<'_>) -> Put {
    let withheld = settings::Withheld {
        sharing: ask.withheld(&settings::SHAREPOINT_ADMIN),
        versions: ask.withheld(&settings::SHAREPOINT_VERSIONS),
    };
    let (sharepoint, report, names, forms, apps) = futures::join!(
        ask.single(&settings::SHAREPOINT_SETTINGS, |wire: settings::SettingsWire| wire.row(&withheld)),
        ask.items(&sites::SHAREPOINT_SITES),
        ask.object::<sites::ReportSettingsWire>(&sites::REPORT_SETTINGS),
        ask.single(&services::FORMS_SETTINGS, services::FormsWire::row),
        ask.single(&services::APPS_AND_SERVICES, services::AppsAndServicesWire::row),
    );
    let concealed = matches!(names, Some(Ok(settings)) if settings.concealed());
    let sites = match report {
        None => Table::default(),
        Some(Ok(wires)) => sites::table(wires, concealed),
        Some(Err(gap)) => Table::unread(gap),
    };
    Box::new(|data| {
        data.sharepoint_settings = sharepoint;
        data.sharepoint_sites = sites;
        data.forms_settings = forms;
        data.self_service = apps;
    })
}
