//! `vow init`.

use std::path::PathBuf;

use crate::cli::Outcome;
use crate::cli::exit::Failure;
use crate::cli::ui::Ui;
use crate::emit::{Bundle, write_folder};

/// Make a platform with one promise that renders
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// The folder
    #[arg(default_value = ".")]
    directory: PathBuf,
}

const FILES: [(&str, &str); 3] = [
    ("promises.dsl", include_str!("init/promises.dsl")),
    ("promises/web-page.promise", include_str!("init/web-page.promise")),
    ("requests/hello.yaml", include_str!("init/hello.yaml")),
];

impl Args {
    pub(in crate::cli) fn run(self, ui: &mut Ui) -> Outcome {
        let dir = &self.directory;
        if let Some((there, _)) = FILES.iter().find(|(path, _)| dir.join(path).exists()) {
            return Err(Failure::Input(format!(
                "`{}` is there already; nothing was written",
                dir.join(there).display()
            )));
        }
        let mut bundle = Bundle::default();
        for (path, text) in FILES {
            bundle.insert(path, text).map_err(|e| Failure::Input(e.to_string()))?;
        }
        write_folder(dir, &bundle)?;
        ui.say(&format!("made a platform in {}; now try", dir.display()));
        let cd = if dir.as_os_str() == "." { String::new() } else { format!("cd {} && ", dir.display()) };
        ui.say(&format!("  {cd}vow check && vow test && vow render requests/hello.yaml"));
        Ok(())
    }
}
