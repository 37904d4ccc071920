//! SharePoint and OneDrive: what leaves the practice by a link.
