// Writes the same records as DCAT-US 1.1 and as DCAT-US 3.0.

import { CONTACT } from "./words.mjs";

const MEDIA_TYPES = {
  csv: ["CSV", "text/csv"],
  tsv: ["TSV", "text/tab-separated-values"],
  json: ["JSON", "application/json"],
  geojson: ["GeoJSON", "application/geo+json"],
};

/** A DCAT-US 1.1 catalogue. File names are relative: they lie beside the catalogue. */
export function catalog11(datasets, versions) {
  return {
    "@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld",
    "@type": "dcat:Catalog",
    conformsTo: "https://project-open-data.cio.gov/v1.1/schema",
    describedBy: "https://project-open-data.cio.gov/v1.1/schema/catalog.json",
    dataset: datasets.map((dataset) => dataset11(dataset, versions)),
  };
}

/** A DCAT-US 3.0 catalogue. */
export function catalog30(datasets, versions) {
  return {
    "@type": "Catalog",
    conformsTo: { "@type": "Standard", title: "DCAT-US 3.0", identifier: "https://resources.data.gov/dcat-us/3.0.0" },
    title: "Boundaries and classifications",
    description: "The reference part of the demonstration catalogue, written as DCAT-US 3.0.",
    language: "en",
    dataset: datasets.map((dataset) => dataset30(dataset, versions)),
  };
}

function dataset11(d, versions) {
  return withoutNothing({
    "@type": "dcat:Dataset",
    identifier: `riverton-demo/${d.id}`,
    title: d.title,
    description: description(d, versions),
    keyword: d.keyword,
    theme: d.theme,
    issued: d.issued,
    modified: d.modified,
    accrualPeriodicity: d.frequency,
    publisher: d.publisher,
    contactPoint: { "@type": "vcard:Contact", fn: CONTACT.fn, hasEmail: `mailto:${CONTACT.email}` },
    accessLevel: d.accessLevel ?? "public",
    rights: d.rights,
    license: d.license,
    spatial: d.spatial?.join(","),
    temporal: d.temporal?.join("/"),
    language: ["en-US"],
    landingPage: d.landingPage,
    references: d.references,
    distribution: d.files.length === 0 ? undefined : d.files.map(distribution11),
  });
}

function distribution11(file) {
  const [format, mediaType] = MEDIA_TYPES[extension(file.name)];
  return withoutNothing({
    "@type": "dcat:Distribution",
    title: file.title,
    description: file.description,
    downloadURL: file.name,
    mediaType,
    format,
    byteSize: file.byteSize,
  });
}

function dataset30(d, versions) {
  const { name, subOrganizationOf } = d.publisher;
  return withoutNothing({
    "@type": "Dataset",
    identifier: `riverton-demo/${d.id}`,
    title: d.title,
    description: description(d, versions),
    keyword: d.keyword,
    theme: d.theme.map((prefLabel) => ({ "@type": "Concept", prefLabel })),
    issued: d.issued,
    modified: d.modified,
    accrualPeriodicity: d.frequency,
    publisher: withoutNothing({
      "@type": "Organization",
      name,
      subOrganizationOf: subOrganizationOf && [{ "@type": "Organization", name: subOrganizationOf.name }],
    }),
    contactPoint: [{ "@type": "Kind", fn: CONTACT.fn, hasEmail: `mailto:${CONTACT.email}` }],
    language: "en",
    rights: d.rights && [d.rights],
    spatial: d.spatial && [{ "@type": "Location", bbox: wktBox(d.spatial) }],
    temporal: d.temporal && [{ "@type": "PeriodOfTime", startDate: d.temporal[0], endDate: d.temporal[1] }],
    landingPage: d.landingPage && { "@type": "Document", title: `${d.title}, original`, accessURL: d.landingPage },
    distribution: d.files.map((file) => distribution30(file, d.license)),
  });
}

function distribution30(file, license) {
  const [format, mediaType] = MEDIA_TYPES[extension(file.name)];
  return withoutNothing({
    "@type": "Distribution",
    title: file.title,
    description: file.description,
    downloadURL: file.name,
    mediaType,
    format,
    byteSize: String(file.byteSize),
    license: license,
    characterEncoding: ["UTF-8"],
  });
}

/** What it is, what the columns mean, where the copy comes from: in Markdown, in this order. */
function description(d, versions) {
  const parts = [unwrapped(d.about)];
  if (d.columns) {
    parts.push(`### Columns\n\n${d.columns.map(([name, meaning]) => `- \`${name}\`: ${meaning}`).join("\n")}`);
  }
  if (d.from) {
    const [pkg, file] = d.from;
    const source = `This copy comes from \`${file}\` of the npm package \`${pkg}\` ${versions[pkg]}.`;
    parts.push(`### Source\n\n${[d.provenance, source].filter(Boolean).join(" ")}`);
  }
  return parts.join("\n\n");
}

/** Paragraphs in one line each, as metadata is usually written; lists keep their lines. */
const unwrapped = (text) => text.trim().replace(/(?<!\n)\n(?![\n-])/g, " ");

const extension = (name) => name.split(".").pop();

const wktBox = ([west, south, east, north]) =>
  `POLYGON((${west} ${south}, ${east} ${south}, ${east} ${north}, ${west} ${north}, ${west} ${south}))`;

/** Leaves out what a record does not say: the standard forbids empty strings. */
function withoutNothing(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
