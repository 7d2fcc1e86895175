//! `townhall pdf fields`, `fill` and `flatten`: forms in PDF files.

use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;

use serde_json::{Value, json};
use townhall_app::{Material, PdfFillRequest, PdfFilled, PdfForm, PdfValue, Workshop, read_values};
use townhall_model::ErrorKind;

use crate::cli::{Global, PdfFieldsArgs, PdfFillArgs, PdfFlattenArgs};
use crate::commands::workshop::{deliver, material, workshop};
use crate::commands::{Failure, Outcome, print};
use crate::progress::CountProgress;

/// Most bytes of a file of values.
const VALUES_BYTES_MAX: u64 = 16 * 1024 * 1024;

pub async fn fields(global: Global, args: PdfFieldsArgs) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let mut forms: Vec<Material> = Vec::new();
    for name in &args.files {
        forms.push(material(&workshop, name).await?);
    }
    if args.values.as_deref() == Some("csv") {
        let table = workshop.pdf_values(&forms, &args.password).await?;
        print(&String::from_utf8_lossy(&table))?;
        return Ok(Outcome::Good);
    }
    let mut answers = Vec::new();
    for form in &forms {
        let told = workshop.pdf_form(form, &args.password).await?;
        match args.values.as_deref() {
            Some("json") => answers.push(json!({"file": form.name(), "fields": told.values})),
            Some(values) => print(&String::from_utf8_lossy(&told.values_as(values)?))?,
            None if args.pdftk => answers.push(json!(told.listing())),
            None if global.json => {
                let mut answer = json!(told);
                answer["file"] = form.name().into();
                answers.push(answer);
            }
            None => print(&text(form.name(), &told))?,
        }
    }
    if !answers.is_empty() {
        let answer = if answers.len() == 1 { answers.remove(0) } else { Value::Array(answers) };
        print(&format!("{answer:#}\n"))?;
    }
    Ok(Outcome::Good)
}

/// The fields for people, one a line.
fn text(name: &str, form: &PdfForm) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{name}: {} fields on {} pages", form.fields.len(), form.pages);
    for (is_so, what) in [
        (form.is_locked, "It is locked for some of what could be done with it."),
        (form.has_xfa, "It has a second form in it (XFA), which is taken out when it is filled in."),
        (!form.signed.is_empty(), "It is signed; --append keeps what was signed as it was."),
    ] {
        if is_so {
            let _ = writeln!(out, "{what}");
        }
    }
    for field in &form.fields {
        let kind = json!(field.kind).as_str().unwrap_or_default().replace('_', " ");
        let _ = write!(out, "  {} ({kind}", field.name);
        if let Some(page) = field.widgets.first().and_then(|widget| widget.page) {
            let _ = write!(out, ", page {page}");
        }
        if field.flags.is_required {
            out.push_str(", required");
        }
        if field.flags.is_read_only {
            out.push_str(", read-only");
        }
        if let Some(most) = field.max_length {
            let _ = write!(out, ", at most {most} characters");
        }
        out.push(')');
        if let Some(label) = &field.label {
            let _ = write!(out, " {label}");
        }
        if !field.options.is_empty() {
            let options: Vec<&str> = field.options.iter().map(|option| option.value.as_str()).collect();
            let _ = write!(out, " [{}]", options.join(" | "));
        }
        if let Some(value) = &field.value {
            let _ = write!(out, " = {value}");
        }
        out.push('\n');
    }
    out
}

pub async fn fill(global: Global, args: PdfFillArgs) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let form = material(&workshop, &args.form).await?;
    let request = request(&args)?;
    let filled = match &args.rows {
        Some(rows) => rows_of(&global, &workshop, &form, rows, request, args.merge).await?,
        None => workshop.pdf_fill(&form, request).await?,
    };
    deliver(&filled.made.material, Some(&args.output))?;
    tell(&global, &args.output, &filled)
        .map(|remarks| if args.strict && remarks > 0 { Outcome::No } else { Outcome::Good })
}

async fn rows_of(
    global: &Global,
    workshop: &Workshop,
    form: &Material,
    rows: &str,
    request: PdfFillRequest,
    is_merged: bool,
) -> Result<PdfFilled, Failure> {
    let rows = material(workshop, rows).await?;
    let progress = CountProgress::new(global, "forms");
    let shown = progress.clone();
    let filled =
        workshop.pdf_fill_rows(form, &rows, request, is_merged, move |done| shown.show(done as u64, 0)).await;
    progress.finish();
    Ok(filled?)
}

fn request(args: &PdfFillArgs) -> Result<PdfFillRequest, Failure> {
    let mut request = match &args.values {
        Some(path) => read_values(&bytes(path)?)?,
        None => PdfFillRequest::default(),
    };
    request.flatten |= args.flatten;
    request.append |= args.append;
    request.unlock |= args.unlock;
    if !args.password.is_empty() {
        request.password.clone_from(&args.password);
    }
    for set in &args.fields {
        let (name, value) = pair(set)?;
        request.put(name, PdfValue::Text(value.to_owned()));
    }
    for image in &args.image {
        let (name, path) = pair(image)?;
        request.images.insert(name.to_owned(), bytes(Path::new(path))?);
    }
    Ok(request)
}

/// A name, and what stands behind the first `=`.
fn pair(text: &str) -> Result<(&str, &str), Failure> {
    text.split_once('=').ok_or_else(|| {
        Failure::new(ErrorKind::Invalid, format!("`{text}` has no `=`"))
            .with_hint("write the name of the field, `=`, and what goes into it")
    })
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    match path.as_os_str() == "-" {
        true => std::io::stdin().lock().take(VALUES_BYTES_MAX).read_to_end(&mut bytes)?,
        false => std::fs::File::open(path)?.take(VALUES_BYTES_MAX).read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

/// Tells what became of a filling, and how many remarks there are.
fn tell(global: &Global, output: &Path, filled: &PdfFilled) -> Result<usize, Failure> {
    let remarks: usize = filled.reports.iter().map(|report| report.remarks.len()).sum();
    if global.json {
        let reports: Vec<Value> = filled.reports.iter().map(|report| json!(report)).collect();
        print(&format!("{:#}\n", json!({"file": output.display().to_string(), "forms": reports})))?;
        return Ok(remarks);
    }
    for (number, report) in filled.reports.iter().enumerate() {
        let of = if filled.reports.len() > 1 { format!("form {}: ", number + 1) } else { String::new() };
        for remark in &report.remarks {
            eprintln!("{of}{remark}");
        }
    }
    if global.quiet == 0 {
        let set: usize = filled.reports.iter().map(|report| report.set.len()).sum();
        let forms = filled.reports.len();
        eprintln!(
            "{}: {set} fields set{}",
            output.display(),
            if forms > 1 { format!(" in {forms} forms") } else { String::new() }
        );
    }
    Ok(remarks)
}

pub async fn flatten(global: Global, args: PdfFlattenArgs) -> Result<Outcome, Failure> {
    let workshop = workshop(&global)?;
    let form = material(&workshop, &args.form).await?;
    let made = workshop.pdf_flatten(&form, &args.password).await?;
    deliver(&made.material, Some(&args.output))?;
    Ok(Outcome::Good)
}
