//! `townhall config show|check|init|reference|schema`.

use serde_json::json;
use townhall::settings::{self, Flags, Settings};
use townhall_model::ErrorKind;

use super::{Failure, Outcome, print};
use crate::cli::{Config, ConfigCommand, Global};

/// What the flags say; `more` are a verb's own, which win over `--set`.
pub fn flags(global: &Global, more: &[(String, String)]) -> Result<Flags, Failure> {
    let mut set = Vec::new();
    for pair in &global.set {
        let (key, value) = pair.split_once('=').ok_or_else(|| {
            Failure::new(ErrorKind::Invalid, format!("`--set {pair}` has no value"))
                .with_hint("write it like --set site.name=\"Open Data\"")
        })?;
        set.push((key.trim().to_owned(), value.to_owned()));
    }
    set.extend(more.iter().cloned());
    Ok(Flags { data_dir: global.data.clone(), file: global.config.clone(), set })
}

pub fn run(global: &Global, args: &Config) -> Result<Outcome, Failure> {
    let flags = flags(global, &[])?;
    match &args.command {
        ConfigCommand::Show { origin } => {
            print(&settings::show(&Settings::load(&flags)?, *origin, global.json))?;
        }
        ConfigCommand::Check => {
            let problems = Settings::load(&flags).err().map(|error| error.problems).unwrap_or_default();
            let text = match global.json {
                true => json!({"valid": problems.is_empty(), "problems": problems}).to_string(),
                false if problems.is_empty() => "the settings are in order".to_owned(),
                false => problems.join("\n"),
            };
            print(&format!("{text}\n"))?;
            if !problems.is_empty() {
                return Ok(Outcome::No);
            }
        }
        ConfigCommand::Init => {
            let folder = flags.data_dir();
            std::fs::create_dir_all(&folder)?;
            let path = folder.join("townhall.toml");
            if path.exists() {
                return Err(Failure::new(
                    ErrorKind::Conflict,
                    format!("`{}` is there already", path.display()),
                ));
            }
            std::fs::write(&path, settings::template())?;
            print(&format!("wrote {}\n", path.display()))?;
        }
        ConfigCommand::Reference => print(&settings::reference())?,
        ConfigCommand::Schema => print(&settings::schema())?,
    }
    Ok(Outcome::Good)
}
