//! Files written whole or not at all, readable by their owner alone.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::error::Error;

/// Writes a file: into a temporary one beside it, synced, then renamed over it. Mode 0600; missing folders are made
/// with 0700. A link is followed; a device or a pipe (`/dev/null`, `/dev/stdout`) is written to and stays what it is.
pub(crate) fn write_whole(path: &Path, text: &str) -> Result<(), Error> {
    write_bytes(path, text.as_bytes())
}

/// The same for what is no text.
pub(crate) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    write(path, bytes, |_, _| Ok(()))
}

/// The same for a file of people's: whoever could read the one that is replaced can read the new one.
pub(crate) fn replace(path: &Path, text: &str) -> Result<(), Error> {
    write(path, text.as_bytes(), |old, new| {
        keep_owner(path, old, new)?;
        new.set_permissions(old.permissions())
    })
}

/// Gives a file the owner of the one that it will replace, where this account may.
#[cfg(unix)]
fn keep_owner(path: &Path, old: &fs::Metadata, new: &fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};

    let now = new.metadata()?;
    if (old.uid(), old.gid()) != (now.uid(), now.gid())
        && let Err(error) = fchown(new, Some(old.uid()), Some(old.gid()))
    {
        anstream::eprintln!(
            "warning: {} was of user {} and group {}, and is now of user {} and group {}: {error}\n  next: see that whoever scans \
             may read it",
            path.display(),
            old.uid(),
            old.gid(),
            now.uid(),
            now.gid()
        );
    }
    Ok(())
}

#[cfg(not(unix))]
fn keep_owner(_: &Path, _: &fs::Metadata, _: &fs::File) -> std::io::Result<()> {
    Ok(())
}

/// Writes a file; what is to be kept of one that is there already, is kept before the new one takes its place.
fn write(
    path: &Path,
    bytes: &[u8],
    keep: impl FnOnce(&fs::Metadata, &fs::File) -> std::io::Result<()>,
) -> Result<(), Error> {
    let failed = |error: std::io::Error| Error::write(path, &error);
    let known = fs::metadata(path).ok();
    if known.as_ref().is_some_and(|known| !known.is_file() && !known.is_dir()) {
        return fs::OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(failed);
    }
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    make_folder(folder).map_err(failed)?;
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    if let Some(known) = known {
        keep(&known, file.as_file()).map_err(failed)?;
    }
    file.as_file().sync_all().map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// That a file can be written to a path later on: it is no folder, and the nearest folder that is there takes files.
pub(crate) fn expect_place(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Err(Error::Usage(format!(
            "{} is a folder, and a file is to be written there\n  next: give the name of a file",
            path.display()
        )));
    }
    let real = fs::canonicalize(path);
    let path = real.as_deref().unwrap_or(path);
    if path.exists() && !path.is_file() {
        return Ok(());
    }
    let above = path.ancestors().skip(1).map(|it| if it.as_os_str().is_empty() { Path::new(".") } else { it });
    let Some(folder) = above.into_iter().find(|it| it.exists()) else { return Ok(()) };
    tempfile::tempfile_in(folder).map(drop).map_err(|error| Error::write(path, &error))
}

/// Makes a folder with those above it that are missing, for its owner alone.
pub(crate) fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_private_and_replaces_the_old_one() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("new/report.json");
        write_whole(&path, "one").expect("written");
        write_whole(&path, "two").expect("written again");
        assert_eq!(fs::read_to_string(&path).expect("there"), "two");
        assert_eq!(fs::read_dir(folder.path().join("new")).expect("there").count(), 1, "nothing is left beside it");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_of_peoples_stays_theirs() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};

        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("vendors.toml");
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        // Only root may give a file away; whoever else runs this sees that the mode stays.
        let _ = chown(&path, Some(12345), Some(12346));
        let of = || fs::metadata(&path).map(|it| (it.uid(), it.gid(), it.mode() & 0o777)).expect("there");
        let before = of();
        replace(&path, "new").expect("written");
        assert_eq!((of(), fs::read_to_string(&path).expect("there")), (before, "new".to_owned()));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_plain_file_stays_what_it_is() {
        use std::os::unix::fs::{FileTypeExt, symlink};

        let folder = tempfile::tempdir().expect("a folder");
        let link = folder.path().join("null");
        symlink("/dev/null", &link).expect("a link");
        write_whole(&link, "lost").expect("written to the device");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert!(fs::metadata(&link).expect("there").file_type().is_char_device());

        let (target, link) = (folder.path().join("target.json"), folder.path().join("latest.json"));
        fs::write(&target, "old").expect("written");
        symlink(&target, &link).expect("a link");
        write_whole(&link, "new").expect("written through the link");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        assert_eq!(fs::read_to_string(&target).expect("there"), "new");
    }
}
