/**
 * The page under the report: fonts, cursor, page breaks, tagged text. Nothing else breaks pages, so nothing is ever drawn
 * across a border; whatever is wider than its place is wrapped or shortened with an ellipsis.
 */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import PDFDocument from 'pdfkit';
import { PAPER } from '../../../shared/colours.ts';
import type { Report } from '../report-model.ts';

export const MARGIN = 42;
const HEADER = 34;
const FOOTER = 34;

const FONTS = path.join(
  process.env.OODLAB_RESOURCES ?? fileURLToPath(new URL('../../../../resources', import.meta.url)),
  'fonts',
);

export type FontName = 'regular' | 'strong' | 'mono';
export type Doc = InstanceType<typeof PDFDocument>;
export type Struct = ReturnType<Doc['struct']>;

export interface TextStyle {
  font: FontName;
  size: number;
  colour: string;
  align?: 'left' | 'right' | 'center';
}

export const STYLES = {
  title: { font: 'strong', size: 18, colour: PAPER.ink },
  section: { font: 'strong', size: 14, colour: PAPER.ink },
  heading: { font: 'strong', size: 10.5, colour: PAPER.ink },
  body: { font: 'regular', size: 9, colour: PAPER.ink },
  lead: { font: 'strong', size: 9, colour: PAPER.ink },
  note: { font: 'regular', size: 8, colour: PAPER.ink3 },
  head: { font: 'regular', size: 8, colour: PAPER.ink3 },
  mono: { font: 'mono', size: 7.5, colour: PAPER.ink2 },
} as const satisfies Record<string, TextStyle>;

export interface Box {
  x: number;
  y: number;
  width: number;
}

export class Page {
  readonly doc: Doc;
  readonly left = MARGIN;
  readonly width: number;
  readonly bottom: number;
  readonly top = MARGIN + HEADER;
  y: number;
  /** Structure element that new content belongs to. */
  parent: Struct;
  /** Title in the header of each page, by page. */
  readonly headers: string[] = [];
  /** Where each section starts, counted from 1. */
  readonly contents: { title: string; page: number }[] = [];
  private sectionTitle = '';
  private readonly sizes = new Map<string, number>();

  /** @param prepare is given the document before its first page. */
  constructor({ paper, locale, title, author, date, project }: Report, prepare?: (doc: Doc) => void) {
    const info = {
      Title: title,
      Author: author,
      Subject: project,
      Creator: 'Oodlab',
      Producer: 'Oodlab',
      CreationDate: new Date(date),
    };
    this.doc = new PDFDocument({
      size: paper === 'a4' ? 'A4' : 'LETTER',
      margin: 0,
      bufferPages: true,
      autoFirstPage: false,
      pdfVersion: '1.7',
      tagged: true,
      lang: locale,
      displayTitle: true,
      info,
    });
    this.doc.registerFont('regular', path.join(FONTS, 'Inter-Regular.otf'));
    this.doc.registerFont('strong', path.join(FONTS, 'Inter-SemiBold.otf'));
    this.doc.registerFont('mono', path.join(FONTS, 'JetBrainsMono-Regular.ttf'));
    prepare?.(this.doc);
    this.parent = this.doc.struct('Document', { title, lang: locale });
    this.doc.addStructure(this.parent);
    this.doc.addPage();
    this.width = this.doc.page.width - 2 * MARGIN;
    this.bottom = this.doc.page.height - MARGIN - FOOTER + 12;
    this.y = this.top;
  }

  get full(): number {
    return this.bottom - this.top;
  }

  startSection(title: string): void {
    this.sectionTitle = title;
    this.headers[this.pageIndex()] ??= title;
  }

  newPage(): void {
    this.doc.addPage();
    this.headers[this.pageIndex()] = this.sectionTitle;
    this.y = this.top;
  }

  /** Breaks the page when less than this much is left of it. True: it did. */
  ensure(height: number): boolean {
    if (this.y + Math.min(height, this.full) <= this.bottom + 0.01 || this.y === this.top) return false;
    this.newPage();
    return true;
  }

  pageIndex(): number {
    const { start, count } = this.doc.bufferedPageRange();
    return start + count - 1;
  }

  /** Runs a drawing as the content of a new structure element. */
  tagged(type: string, draw: () => void, options: { alt?: string; parent?: Struct; scope?: string } = {}): void {
    const { parent, ...rest } = options;
    const element = this.doc.struct(type, rest as object);
    (parent ?? this.parent).add(element);
    element.add(draw);
    element.end();
  }

  /** Lines, header and footer: nothing that a screen reader should say. */
  artifact(draw: () => void): void {
    this.doc.markContent('Artifact', { type: 'Layout' } as object);
    draw();
    this.doc.endMarkedContent();
  }

  rule(y: number, colour: string = PAPER.lineSoft, width = 0.6): void {
    this.artifact(() =>
      this.doc
        .moveTo(this.left, y)
        .lineTo(this.left + this.width, y)
        .lineWidth(width)
        .strokeColor(colour)
        .stroke(),
    );
  }

  use({ font, size, colour }: TextStyle): void {
    this.doc.font(font).fontSize(size).fillColor(colour);
  }

  height(text: string, style: TextStyle, width: number): number {
    return this.measured(`${style.font} ${style.size} ${width} ${text}`, style, () =>
      this.doc.heightOfString(this.clean(text, style.font), { width, lineGap: LINE_GAP }),
    );
  }

  widthOf(text: string, style: TextStyle): number {
    return this.measured(`${style.font} ${style.size} ${text}`, style, () =>
      this.doc.widthOfString(this.clean(text, style.font)),
    );
  }

  /** Laying out text costs most of the time of a report, and every text is asked for several times. */
  private measured(key: string, style: TextStyle, measure: () => number): number {
    let size = this.sizes.get(key);
    if (size === undefined) {
      this.use(style);
      size = measure();
      this.sizes.set(key, size);
    }
    return size;
  }

  /** Draws wrapped text where it is told to; the cursor stays. */
  draw(text: string, style: TextStyle, { x, y, width }: Box): void {
    this.use(style);
    this.doc.text(this.clean(text, style.font), x, y, { width, lineGap: LINE_GAP, align: style.align ?? 'left' });
  }

  /** Draws one line, shortened with an ellipsis when it does not fit. */
  line(text: string, style: TextStyle, { x, y, width }: Box): void {
    this.use(style);
    const short = this.fit(text, style, width);
    const room = width - this.doc.widthOfString(short);
    const shift = style.align === 'right' ? room : style.align === 'center' ? room / 2 : 0;
    this.doc.text(short, x + shift, y, { lineBreak: false });
  }

  /** The text, cut in its middle: both ends of a path or a name tell most. */
  fit(text: string, style: TextStyle, width: number): string {
    this.use(style);
    const characters = Array.from(this.clean(text, style.font).replace(/[\t\n\r ]+/g, ' '));
    if (this.doc.widthOfString(characters.join('')) <= width) return characters.join('');
    let low = 0;
    let high = characters.length;
    const cut = (keep: number): string =>
      `${characters.slice(0, Math.ceil(keep / 2)).join('')}…${characters.slice(characters.length - Math.floor(keep / 2)).join('')}`;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.doc.widthOfString(cut(middle)) <= width) low = middle;
      else high = middle - 1;
    }
    return cut(low);
  }

  /** Characters that the font lacks are named by their code, never drawn as an empty box. */
  private clean(text: string, font: FontName): string {
    this.doc.font(font);
    const { font: kit } = (this.doc as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
    let result = '';
    for (const character of text) {
      const code = character.codePointAt(0)!;
      if (character === '\n') result += '\n';
      else if (code < 32 || code === 127) result += ' ';
      else if (kit.hasGlyphForCodePoint(code)) result += character;
      else if (code === 0x202f) result += '\u00a0';
      else result += `[U+${code.toString(16).toUpperCase()}]`;
    }
    return result;
  }
}

export const LINE_GAP = 2.5;
