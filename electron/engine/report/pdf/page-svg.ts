/**
 * A page of the report as a picture (SVG): read from the very operators that the PDF's page is made of, letters as the
 * outlines of its fonts. So it is the page, not a second drawing of it. Knows the operators that the drawings of this
 * folder use (ISO 32000-1, annex A); photographs, which no cover has, stay empty.
 */
import type { Doc } from './page.ts';

/** What pdfkit keeps of an embedded font; widths in thousandths of the size, `subset.glyphs` the font's own numbers. */
interface EmbeddedFont {
  id: string;
  widths: number[];
  subset: { glyphs: number[] };
  font: { unitsPerEm: number; getGlyph(id: number): { path: { toSVG(): string } } };
}

export interface Recording {
  width: number;
  height: number;
  operators: string[];
  fonts: Map<string, EmbeddedFont>;
  /** Opacities by the name of their graphics state. */
  opacities: Map<string, { ca?: number; CA?: number }>;
}

/** Keeps what is written on the first page of a document from now on. The document must have no page yet. */
export function recordFirstPage(doc: Doc): Recording {
  const recording: Recording = { width: 0, height: 0, operators: [], fonts: new Map(), opacities: new Map() };
  const write = doc.addContent.bind(doc);
  let first: Doc['page'] | null = null;
  doc.addContent = (operator: string) => {
    first ??= doc.page;
    if (doc.page === first) note(recording, doc, operator);
    return write(operator);
  };
  return recording;
}

function note(recording: Recording, doc: Doc, operator: string): void {
  const { _font: font, page } = doc as unknown as {
    _font: EmbeddedFont | null;
    page: { width: number; height: number; ext_gstates: Record<string, { data: { ca?: number; CA?: number } }> };
  };
  recording.operators.push(operator);
  [recording.width, recording.height] = [page.width, page.height];
  if (operator.endsWith(' Tf') && font !== null) recording.fonts.set(font.id, font);
  if (operator.endsWith(' gs')) {
    const name = operator.slice(1, -3);
    recording.opacities.set(name, page.ext_gstates[name].data);
  }
}

export function pageSvg(recording: Recording): string {
  const painter = new Painter(recording);
  for (const operator of recording.operators) painter.run(operator);
  const { width, height } = recording;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
    `<rect width="${width}" height="${height}" fill="#fff"/>` +
    `<defs>${painter.definitions.join('')}</defs>${painter.elements.join('')}</svg>`
  );
}

type Matrix = readonly [number, number, number, number, number, number];

interface State {
  matrix: Matrix;
  fill: string;
  stroke: string;
  fillOpacity: number;
  strokeOpacity: number;
  lineWidth: number;
  cap: number;
  join: number;
  dash: string;
  clip: string | null;
}

const CAPS = ['butt', 'round', 'square'];
const JOINS = ['miter', 'round', 'bevel'];

class Painter {
  readonly elements: string[] = [];
  readonly definitions: string[] = [];
  private readonly recording: Recording;
  private readonly saved: State[] = [];
  private readonly glyphs = new Set<string>();
  private state: State;
  private path = '';
  private at: [x: number, y: number] = [0, 0];
  private font: EmbeddedFont | null = null;
  private size = 0;

  constructor(recording: Recording) {
    this.recording = recording;
    this.state = {
      matrix: [1, 0, 0, -1, 0, recording.height],
      fill: '#000',
      stroke: '#000',
      fillOpacity: 1,
      strokeOpacity: 1,
      lineWidth: 1,
      cap: 0,
      join: 0,
      dash: '',
      clip: null,
    };
  }

  run(operator: string): void {
    const at = operator.lastIndexOf(' ');
    const name = operator.slice(at + 1);
    const operands = operator.slice(0, Math.max(0, at));
    if (name === 'TJ') this.show(operands);
    else if (name === 'd') this.state.dash = operands.slice(1, operands.indexOf(']'));
    else if (name === 'gs') this.opacity(operands.slice(1));
    else if (name === 'Tf') this.choose(operands);
    else this.simple(name, operands.split(' ').map(Number));
  }

  /** Operators whose operands are numbers alone, or that need none. */
  private simple(name: string, n: readonly number[]): void {
    const { state } = this;
    if (name in PATH) this.path += PATH[name](n);
    else if (name in PAINT) this.paint(PAINT[name]);
    else if (name === 'n') this.clip();
    else if (name === 'q') this.saved.push({ ...state });
    else if (name === 'Q') this.state = this.saved.pop() ?? state;
    else if (name === 'cm') state.matrix = multiply(n as unknown as Matrix, state.matrix);
    else if (name === 'scn') state.fill = colour(n);
    else if (name === 'SCN') state.stroke = colour(n);
    else if (name === 'w') [state.lineWidth] = n;
    else if (name === 'J') [state.cap] = n;
    else if (name === 'j') [state.join] = n;
    else if (name === 'Tm') this.at = [n[4], n[5]];
  }

  private opacity(name: string): void {
    const { ca, CA } = this.recording.opacities.get(name) ?? {};
    this.state.fillOpacity = ca ?? this.state.fillOpacity;
    this.state.strokeOpacity = CA ?? this.state.strokeOpacity;
  }

  private choose(operands: string): void {
    const [id, size] = operands.split(' ');
    this.font = this.recording.fonts.get(id.slice(1)) ?? null;
    this.size = Number(size);
  }

  private paint({ fill, stroke, rule }: Paint): void {
    const { state } = this;
    const filled = fill ? `fill="${state.fill}"${rule}${opacity('fill', state.fillOpacity)}` : 'fill="none"';
    const drawn = stroke
      ? ` stroke="${state.stroke}" stroke-width="${state.lineWidth}" stroke-linecap="${CAPS[state.cap]}"` +
        ` stroke-linejoin="${JOINS[state.join]}"${opacity('stroke', state.strokeOpacity)}` +
        (state.dash === '' ? '' : ` stroke-dasharray="${state.dash}"`)
      : '';
    this.add(`<path d="${this.path}" ${filled}${drawn} ${transform(state.matrix)}/>`);
    this.path = '';
  }

  private clip(): void {
    const { state } = this;
    const id = `c${this.definitions.length}`;
    const outer = state.clip === null ? '' : ` clip-path="url(#${state.clip})"`;
    this.definitions.push(`<clipPath id="${id}"${outer}><path d="${this.path}" ${transform(state.matrix)}/></clipPath>`);
    state.clip = id;
    this.path = '';
  }

  /** Glyphs in hexadecimal between numbers, which move what follows back by thousandths of the size. */
  private show(operands: string): void {
    const { font, size, state } = this;
    if (font === null) return;
    const scale = size / font.font.unitsPerEm;
    const inUnits = font.font.unitsPerEm / 1000;
    const uses: string[] = [];
    let x = 0;
    for (const [, hex, back] of operands.matchAll(/<([0-9a-f]+)>|(-?[\d.]+)/g)) {
      if (back !== undefined) x -= Number(back) * inUnits;
      for (const code of hex?.match(/.{4}/g) ?? []) {
        const glyph = Number.parseInt(code, 16);
        const id = this.glyph(font, glyph);
        uses.push(`<use href="#${id}" x="${short(x)}"/>`);
        x += font.widths[glyph] * inUnits;
      }
    }
    const matrix = multiply([scale, 0, 0, scale, ...this.at], state.matrix);
    this.add(`<g fill="${state.fill}"${opacity('fill', state.fillOpacity)} ${transform(matrix)}>${uses.join('')}</g>`);
    this.at = [this.at[0] + x * scale, this.at[1]];
  }

  /** Its id among the definitions. */
  private glyph({ id: name, subset, font }: EmbeddedFont, glyph: number): string {
    const id = `${name}-${glyph}`;
    if (!this.glyphs.has(id)) {
      this.glyphs.add(id);
      this.definitions.push(`<path id="${id}" d="${font.getGlyph(subset.glyphs[glyph]).path.toSVG()}"/>`);
    }
    return id;
  }

  private add(element: string): void {
    const { clip } = this.state;
    this.elements.push(clip === null ? element : `<g clip-path="url(#${clip})">${element}</g>`);
  }
}

interface Paint {
  fill: boolean;
  stroke: boolean;
  rule: string;
}

const EVEN_ODD = ' fill-rule="evenodd"';
const PAINT: Readonly<Record<string, Paint>> = {
  f: { fill: true, stroke: false, rule: '' },
  'f*': { fill: true, stroke: false, rule: EVEN_ODD },
  S: { fill: false, stroke: true, rule: '' },
  B: { fill: true, stroke: true, rule: '' },
  'B*': { fill: true, stroke: true, rule: EVEN_ODD },
};

const PATH: Readonly<Record<string, (n: readonly number[]) => string>> = {
  m: ([x, y]) => `M${x} ${y}`,
  l: ([x, y]) => `L${x} ${y}`,
  c: (n) => `C${n.join(' ')}`,
  re: ([x, y, width, height]) => `M${x} ${y}h${width}v${height}h${-width}Z`,
  h: () => 'Z',
};

/** Six digits hold a pixel on any screen, and keep scales of a few thousandths. */
const short = (value: number): string => String(Number(value.toPrecision(6)));
const transform = (matrix: Matrix): string => `transform="matrix(${matrix.map(short).join(' ')})"`;
const opacity = (of: 'fill' | 'stroke', value: number): string => (value === 1 ? '' : ` ${of}-opacity="${value}"`);
const colour = (n: readonly number[]): string => `rgb(${n.map((part) => Math.round(255 * part)).join(' ')})`;

/** First a, then b. */
function multiply(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[1] * b[2],
    a[0] * b[1] + a[1] * b[3],
    a[2] * b[0] + a[3] * b[2],
    a[2] * b[1] + a[3] * b[3],
    a[4] * b[0] + a[5] * b[2] + b[4],
    a[4] * b[1] + a[5] * b[3] + b[5],
  ];
}
