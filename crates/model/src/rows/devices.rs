//! Devices: Intune, encryption, screen locks, and what Defender says.
