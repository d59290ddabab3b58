//! The time of a commit: as the environment says, or now. The one place where vow asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::cli::exit::Failure;

/// Seconds since 1970: those of `SOURCE_DATE_EPOCH`, so that the same input gives the same commit, or now.
pub(super) fn seconds() -> Result<i64, Failure> {
    if let Ok(text) = std::env::var("SOURCE_DATE_EPOCH") {
        let wrong = || Failure::Usage(format!("`SOURCE_DATE_EPOCH` is `{text}`, and no number of seconds"));
        return text.trim().parse().map_err(|_| wrong());
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map(|d| d.as_secs()).unwrap_or_default();
    Ok(i64::try_from(since).unwrap_or_default())
}
