//! Our templates, the theme's in their place, and how a page is rendered from either.

use std::sync::Arc;

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, escape_formatter};
use rust_embed::RustEmbed;
use serde::Serialize;
use tracing::warn;

use super::assets::Assets;
use super::error::PageError;
use super::filters;
use super::limits::TEMPLATE_DEPTH_MAX;
use super::theme::Theme;

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// Under this prefix a theme reaches our template even where it has replaced it: `{% extends "townhall/base.html" %}`.
const OURS: &str = "townhall/";

/// Templates, ready to render.
pub(crate) struct Engine {
    /// Ours alone.
    ours: Environment<'static>,
    /// Ours with the theme's in their place, when it has any.
    themed: Option<Environment<'static>>,
}

impl Engine {
    /// Compiles all templates. One of the theme's that can't be compiled is left out with a warning.
    pub(crate) fn new(assets: &Arc<Assets>, theme: &Theme) -> Self {
        let ours = environment(assets, theme);
        let mut themed = (!theme.templates.is_empty()).then(|| environment(assets, theme));
        if let Some(env) = &mut themed {
            for (name, source) in &theme.templates {
                if let Err(error) = env.add_template_owned(name.clone(), source.clone()) {
                    warn!("the theme's template `{name}` is left out: {}", explain(&error));
                    if let Some(source) = embedded(name) {
                        env.add_template_owned(name.clone(), source).expect("our own templates compile");
                    }
                }
            }
        }
        Self { ours, themed }
    }

    /// Renders a page. When the theme's templates fail, a warning is logged and ours are used.
    pub(crate) fn render(&self, name: &str, context: &impl Serialize) -> Result<String, PageError> {
        let context = Value::from(Serde(context));
        if let Some(env) = &self.themed {
            match render_in(env, name, context.clone()) {
                Err(PageError::Render { reason, .. }) => {
                    warn!("the theme could not render `{name}`, so the usual template is used: {reason}");
                }
                outcome => return outcome,
            }
        }
        render_in(&self.ours, name, context)
    }

    /// The names of our pages, without the pieces that they share.
    pub(crate) fn names() -> Vec<String> {
        let names = Templates::iter().map(String::from);
        let mut names: Vec<String> = names
            .filter(|name| {
                name.ends_with(".html")
                    && !name.contains('/')
                    && !name.starts_with(['_'])
                    && name != "base.html"
            })
            .collect();
        names.sort();
        names
    }
}

fn render_in(env: &Environment<'static>, name: &str, context: Value) -> Result<String, PageError> {
    let trouble = |error: minijinja::Error| PageError::Render { name: name.into(), reason: explain(&error) };
    let template = env.get_template(name).map_err(|error| match error.kind() {
        ErrorKind::TemplateNotFound => PageError::NoTemplate { name: name.into() },
        _ => trouble(error),
    })?;
    template.render(context).map_err(trouble)
}

/// An environment with our templates, each under its name and again beneath [`OURS`].
fn environment(assets: &Arc<Assets>, theme: &Theme) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(write_value);
    env.set_recursion_limit(TEMPLATE_DEPTH_MAX);
    filters::add(&mut env, Arc::clone(assets), theme.css_url());
    for name in Templates::iter() {
        let source = embedded(&name).unwrap_or_default();
        for name in [name.to_string(), format!("{OURS}{name}")] {
            env.add_template_owned(name, source.clone())
                .unwrap_or_else(|error| panic!("{}", explain(&error)));
        }
    }
    env
}

/// Writes a value into a page: text escaped, nothing for `none`. Unlike the engine's own way it leaves `/` alone, which
/// is harmless in text and in quoted attributes and of which addresses are full.
fn write_value(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    if value.is_none() {
        return Ok(());
    }
    let Some(mut rest) = value.as_str().filter(|_| !value.is_safe()) else {
        return escape_formatter(out, state, value);
    };
    while let Some(at) = rest.find(['<', '>', '&', '"', '\'']) {
        let (plain, special) = rest.split_at(at);
        out.write_str(plain)?;
        out.write_str(match special.as_bytes()[0] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&quot;",
            _ => "&#39;",
        })?;
        rest = &special[1..];
    }
    Ok(out.write_str(rest)?)
}

fn embedded(name: &str) -> Option<String> {
    Templates::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned())
}

/// An engine's error with its place and all its causes, in one line.
fn explain(error: &minijinja::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text.push_str("; ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}
