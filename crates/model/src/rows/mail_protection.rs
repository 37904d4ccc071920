//! Protection of mail: phishing, spam, malware, links and attachments.
