// PDF files made for a test: words, lines, a picture, the fields of a form. Places are in points from the upper left corner.

export const PAGE = { width: 612, height: 792 };

const REQUIRED = 1 << 1;
const MULTILINE = 1 << 12;
const NO_TOGGLE_TO_OFF = 1 << 14;
const RADIO = 1 << 15;
const COMBO = 1 << 17;

/** What is drawn on a page. */
export class Sheet {
  content = [];
  image = null;

  text(x, y, words, size = 10) {
    this.content.push(`BT /F1 ${size} Tf 1 0 0 1 ${x} ${up(y)} Tm ${literal(words)} Tj ET`);
    return this;
  }

  line(x1, y1, x2, y2) {
    this.content.push(`0.6 w ${x1} ${up(y1)} m ${x2} ${up(y2)} l S`);
    return this;
  }

  /** Rows of words between drawn lines; answers where it ends. */
  ruled(x, y, widths, rows, height = 20) {
    const edges = widths.reduce((all, width) => [...all, all.at(-1) + width], [x]);
    const end = y + rows.length * height;
    for (let at = 0; at <= rows.length; at++) this.line(x, y + at * height, edges.at(-1), y + at * height);
    for (const edge of edges) this.line(edge, y, edge, end);
    rows.forEach((row, at) => row.forEach((words, column) => this.text(edges[column] + 5, y + at * height + 14, words)));
    return end;
  }

  /** Rows of words that only their places part; answers where they end. */
  unruled(places, y, rows, height = 16) {
    rows.forEach((row, at) => row.forEach((words, column) => this.text(places[column], y + at * height, words)));
    return y + rows.length * height;
  }

  /** A gray picture over the whole page, as a scanner gives it: dark strokes where words would be. */
  scanned() {
    const [width, height] = [153, 198];
    const pixels = Buffer.alloc(width * height, 0xf4);
    for (let y = 20; y < height - 20; y += 6) {
      for (let x = 20; x < width - 20; x++) if ((x * 7 + y) % 11 > 3) pixels.fill(0x28, y * width + x, y * width + x + 1);
    }
    this.image = { width, height, pixels };
    this.content.push(`q ${PAGE.width} 0 0 ${PAGE.height} 0 0 cm /Im1 Do Q`);
    return this;
  }
}

/** A field of a form with its one widget; `place` is x, y, width and height. */
const field = (page, name, type, place, more) => ({ page, name, type, places: [place], ...more });

/** The fields that a form can have. `label` is what the form says the field is for. */
export const fields = {
  line: (page, name, label, place, { max, required, value } = {}) =>
    field(page, name, "Tx", place, { label, flags: required ? REQUIRED : 0, max, value }),
  lines: (page, name, label, place) => field(page, name, "Tx", place, { label, flags: MULTILINE }),
  check: (page, name, label, place) => field(page, name, "Btn", place, { label, states: ["Yes"] }),
  choice: (page, name, label, place, options) => field(page, name, "Ch", place, { label, flags: COMBO, options }),
  /** Options are pairs of the state's name and the place of its button. */
  radio: (page, name, label, options) => ({
    page, name, type: "Btn", label, flags: RADIO | NO_TOGGLE_TO_OFF, states: options.map(([state]) => state), places: options.map(([, place]) => place),
  }),
};

/** The bytes of a PDF of these sheets, with the fields of a form. Fields are without any picture of what stands in them. */
export function pdf(sheets, form = []) {
  const objects = [];
  const add = (body) => objects.push(body);
  const [catalog, tree, acroForm] = [add(null), add(null), add(null)];
  const font = add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
  // The names of a button's states are those of its pictures, which are left empty.
  const empty = add(stream(" /Type /XObject /Subtype /Form /BBox [0 0 1 1]", Buffer.alloc(0)));
  const pages = sheets.map((sheet) => {
    const content = add(stream("", Buffer.from(sheet.content.join("\n"), "latin1")));
    const image = sheet.image && add(picture(sheet.image));
    return { number: add(null), content, image, annotations: [] };
  });
  const roots = form.map((one) => {
    const page = pages[one.page];
    const root = one.places.length > 1 ? add(null) : null;
    const kids = one.places.map((_, at) => add(widget(one, at, { page: page.number, root, empty })));
    page.annotations.push(...kids);
    if (root === null) return kids[0];
    objects[root - 1] = `<< ${described(one)} /Kids [${references(kids)}] >>`;
    return root;
  });
  for (const page of pages) {
    const images = page.image ? ` /XObject << /Im1 ${page.image} 0 R >>` : "";
    objects[page.number - 1] =
      `<< /Type /Page /Parent ${tree} 0 R /MediaBox [0 0 ${PAGE.width} ${PAGE.height}] /Contents ${page.content} 0 R ` +
      `/Resources << /Font << /F1 ${font} 0 R >>${images} >> /Annots [${references(page.annotations)}] >>`;
  }
  objects[tree - 1] = `<< /Type /Pages /Kids [${references(pages.map((page) => page.number))}] /Count ${pages.length} >>`;
  objects[acroForm - 1] = `<< /Fields [${references(roots)}] /NeedAppearances true /DR << /Font << /Helv ${font} 0 R >> >> /DA (/Helv 0 Tf 0 g) >>`;
  objects[catalog - 1] = `<< /Type /Catalog /Pages ${tree} 0 R${form.length > 0 ? ` /AcroForm ${acroForm} 0 R` : ""} >>`;
  return written(objects, catalog);
}

function widget(one, at, { page, root, empty }) {
  const [x, y, width, height] = one.places[at];
  const rect = `/Rect [${x} ${up(y + height)} ${x + width} ${up(y)}]`;
  const own = root === null ? described(one) : `/Parent ${root} 0 R`;
  const states = one.states && `/${one.states[at]} ${empty} 0 R /Off ${empty} 0 R`;
  const state = states ? ` /AS /Off /AP << /N << ${states} >> >> /MK << /CA (4) /BC [0] >>` : "";
  return `<< /Type /Annot /Subtype /Widget /F 4 ${rect} /P ${page} 0 R ${own}${state} /DA (/Helv 10 Tf 0 g) >>`;
}

function described({ name, type, label, flags = 0, max, value, options }) {
  const parts = [`/T ${literal(name)} /FT /${type} /TU ${literal(label)} /Ff ${flags}`];
  if (max) parts.push(`/MaxLen ${max}`);
  if (value) parts.push(`/V ${literal(value)}`);
  if (options) parts.push(`/Opt [${options.map(literal).join(" ")}]`);
  return parts.join(" ");
}

const picture = ({ width, height, pixels }) =>
  stream(` /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceGray /BitsPerComponent 8`, pixels);

const stream = (entries, bytes) => Buffer.concat([Buffer.from(`<< /Length ${bytes.length}${entries} >>\nstream\n`), bytes, Buffer.from("\nendstream")]);

function written(objects, catalog) {
  const parts = [Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  let at = parts[0].length;
  const push = (bytes) => {
    parts.push(bytes);
    at += bytes.length;
  };
  const places = objects.map((body, number) => {
    const place = at;
    push(Buffer.concat([Buffer.from(`${number + 1} 0 obj\n`), Buffer.isBuffer(body) ? body : Buffer.from(body, "latin1"), Buffer.from("\nendobj\n")]));
    return place;
  });
  const entries = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root ${catalog} 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

const up = (y) => Number((PAGE.height - y).toFixed(2));
const literal = (words) => `(${words.replace(/[\\()]/g, "\\$&")})`;
const references = (numbers) => numbers.map((number) => `${number} 0 R`).join(" ");
