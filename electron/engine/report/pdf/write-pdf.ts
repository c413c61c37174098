/**
 * A report as PDF: tagged, with outline, embedded fonts, header and "page x of y". The same report gives the same bytes.
 */
import { PAPER } from '../../../shared/colours.ts';
import { say } from '../../../shared/messages/catalogue.ts';
import { REPORT_TEXTS } from '../../../shared/messages/report.ts';
import { dateText } from '../context.ts';
import type { Block, Report, Section } from '../report-model.ts';
import { chartHeight, drawChart } from './draw-chart.ts';
import { drawTable, tableStart } from './draw-table.ts';
import { noticeIcon } from './icons.ts';
import { MARGIN, Page, STYLES, type TextStyle } from './page.ts';

export async function writePdf(report: Report): Promise<Buffer> {
  const page = new Page(report);
  const chunks: Buffer[] = [];
  page.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => page.doc.once('end', resolve).once('error', reject));
  drawReport(page, report);
  page.doc.end();
  await ended;
  return Buffer.concat(chunks);
}

/** Every page, on a document that is still open. */
export function drawReport(page: Page, report: Report): void {
  const root = page.parent;
  report.sections.forEach((section, i) => drawSection(page, { report, section, root, first: i === 0 }));
  root.end();
  frames(page, report);
}

interface SectionOf {
  report: Report;
  section: Section;
  root: Page['parent'];
  first: boolean;
}

function drawSection(page: Page, { report, section, root, first }: SectionOf): void {
  const element = page.doc.struct('Sect', { title: section.title } as object);
  root.add(element);
  page.parent = element;
  if (first) {
    page.startSection(report.status);
    drawTitle(page, report);
  } else {
    // A section that would start in the last third of a page starts on the next one.
    if (page.y > page.top) page.y += 14;
    if (page.y > page.top + page.full * 0.72) page.newPage();
    page.ensure(40 + start(page, section.blocks));
    page.startSection(section.title);
    if (page.y === page.top) page.headers[page.pageIndex()] = section.title;
    heading(page, section.title, { style: STYLES.section, tag: 'H1' });
  }
  page.contents.push({ title: section.title, page: page.pageIndex() + 1 });
  const outline = page.doc.outline.addItem(section.title);
  section.blocks.forEach((block, i) => {
    if (block.kind === 'heading') {
      const own = page.height(block.text, STYLES.heading, page.width) + 10;
      page.ensure(own + start(page, section.blocks.slice(i + 1)));
      page.y += page.y === page.top ? 0 : 8;
      outline.addItem(block.text);
      heading(page, block.text, { style: STYLES.heading, tag: 'H2' });
    } else drawBlock(page, block, report);
  });
  element.end();
}

function drawTitle(page: Page, { title, subtitle, date, locale }: Report): void {
  heading(page, title, { style: STYLES.title, tag: 'H1' });
  paragraph(page, subtitle, STYLES.body);
  paragraph(page, `${say(REPORT_TEXTS, locale, 'date')}: ${dateText(date)}`, STYLES.note);
}

function heading(page: Page, text: string, { style, tag }: { style: TextStyle; tag: string }): void {
  page.tagged(tag, () => page.draw(text, style, { x: page.left, y: page.y, width: page.width }));
  page.y += page.height(text, style, page.width) + 4;
}

function paragraph(page: Page, text: string, style: TextStyle): void {
  const height = page.height(text, style, page.width);
  page.ensure(height);
  page.tagged('P', () => page.draw(text, style, { x: page.left, y: page.y, width: page.width }));
  page.y += height + 4;
}

/** Room that must be left below a heading: the texts that follow it and the beginning of what they lead to. */
function start(page: Page, blocks: readonly Block[]): number {
  const lead = blocks.findIndex(({ kind }) => kind !== 'text' && kind !== 'heading');
  const until = lead === -1 ? Math.min(1, blocks.length) : Math.min(lead + 1, 4);
  return blocks.slice(0, until).reduce((sum, block) => sum + needed(page, block) + 6, 0);
}

/** Room that a block needs to start on a page. */
function needed(page: Page, block: Block): number {
  if (block.kind === 'table') return tableStart(page, block);
  if (block.kind === 'chart') return chartHeight(block) + 20;
  if (block.kind === 'pictures') return PICTURE_ROW + 20;
  if (block.kind === 'signatures') return SIGNATURES;
  if (block.kind === 'text') return Math.min(60, page.height(block.text.slice(0, 500), STYLES[block.style], page.width));
  return 36;
}

function drawBlock(page: Page, block: Exclude<Block, { kind: 'heading' }>, report: Report): void {
  page.ensure(needed(page, block));
  switch (block.kind) {
    case 'text':
      if (block.style === 'mono') monoLines(page, block.text);
      else paragraph(page, block.text, STYLES[block.style]);
      break;
    case 'facts':
      facts(page, block);
      break;
    case 'table':
      drawTable(page, block);
      page.y += 8;
      break;
    case 'chart':
      drawFigure(page, block, report);
      break;
    case 'notices':
      for (const item of block.items) notice(page, item);
      break;
    case 'pictures':
      drawPictures(page, block);
      break;
    case 'signatures':
      signatures(page, block.labels);
  }
}

function monoLines(page: Page, text: string): void {
  const style = STYLES.mono;
  const element = page.doc.struct('Code');
  page.parent.add(element);
  for (const line of text.split('\n')) {
    // No-break spaces keep the indent, which wrapped text would swallow.
    const kept = line.replace(/^ +/, (indent) => '\u00a0'.repeat(indent.length)) || '\u00a0';
    const height = page.height(kept, style, page.width);
    page.ensure(height);
    page.tagged('Span', () => page.draw(kept, style, { x: page.left, y: page.y, width: page.width }), { parent: element });
    page.y += height;
  }
  element.end();
}

/** Short values two in a row where the block asks for it; a long one takes the whole width. */
function facts(page: Page, { rows, pairs }: Extract<Block, { kind: 'facts' }>): void {
  const half = (page.width - 16) / 2;
  const short = (row: FactRow): boolean => pairs === true && page.widthOf(row.value, factStyle(row)) <= half - PAIR_LABEL - 8;
  for (let i = 0; i < rows.length; i++) {
    const [row, next] = [rows[i], rows.at(i + 1)];
    if (next === undefined || i + 1 >= rows.length || !short(row) || !short(next)) {
      factRow(page, [row], { width: page.width, label: pairs === true ? PAIR_LABEL : 120 });
    } else {
      factRow(page, [row, next], { width: half, label: PAIR_LABEL });
      i++;
    }
  }
  page.y += 6;
}

type FactRow = Extract<Block, { kind: 'facts' }>['rows'][number];
const PAIR_LABEL = 84;
const factStyle = ({ mono }: FactRow): TextStyle => (mono === true ? STYLES.mono : STYLES.body);

function factRow(page: Page, row: readonly FactRow[], { width, label: labelWidth }: { width: number; label: number }): void {
  const labelStyle = { ...STYLES.body, colour: PAPER.ink3 };
  const valueWidth = width - labelWidth - 8;
  const tall = (fact: FactRow): number =>
    Math.max(page.height(fact.label, labelStyle, labelWidth), page.height(fact.value, factStyle(fact), valueWidth)) + 6;
  const height = Math.max(...row.map(tall));
  page.ensure(height);
  row.forEach((fact, i) => {
    const x = page.left + i * (width + 16);
    page.tagged('P', () => {
      page.draw(fact.label, labelStyle, { x, y: page.y + 3, width: labelWidth });
      page.draw(fact.value, factStyle(fact), {
        x: x + labelWidth + 8,
        y: page.y + (fact.mono === true ? 4 : 3),
        width: valueWidth,
      });
    });
  });
  page.y += height;
  page.rule(page.y);
}

function drawFigure(page: Page, block: Extract<Block, { kind: 'chart' }>, { locale }: Report): void {
  const noteHeight = block.note === null ? 0 : page.height(block.note, STYLES.note, page.width) + 4;
  const captionHeight = page.height(block.caption, STYLES.lead, page.width) + 4;
  page.ensure(captionHeight + chartHeight(block) + noteHeight);
  page.tagged('Caption', () => page.draw(block.caption, STYLES.lead, { x: page.left, y: page.y, width: page.width }));
  page.y += captionHeight;
  page.tagged('Figure', () => drawChart(page, block, locale), { alt: block.chart.summary });
  page.y += chartHeight(block) + 4;
  if (block.note !== null) paragraph(page, block.note, STYLES.note);
  page.y += 4;
}

function notice(page: Page, { level, text }: { level: 'attention' | 'information'; text: string }): void {
  const box = { x: page.left + 16, width: page.width - 16 };
  const height = page.height(text, STYLES.body, box.width);
  page.ensure(height);
  page.tagged('P', () => {
    noticeIcon(page.doc, level, { x: page.left, y: page.y });
    page.draw(text, STYLES.body, { ...box, y: page.y });
  });
  page.y += height + 3;
}

const COLUMNS = 6;
const PICTURE = 66;
const PICTURE_ROW = PICTURE + 38;

function drawPictures(page: Page, { caption, items }: Extract<Block, { kind: 'pictures' }>): void {
  paragraph(page, caption, STYLES.lead);
  const width = (page.width - 8 * (COLUMNS - 1)) / COLUMNS;
  for (let from = 0; from < items.length; from += COLUMNS) {
    page.ensure(PICTURE_ROW);
    items.slice(from, from + COLUMNS).forEach(({ picture, gone, lines }, i) => {
      const x = page.left + i * (width + 8);
      const draw = (): void => {
        if ('png' in picture) page.doc.image(Buffer.from(picture.png), x, page.y, { fit: [PICTURE, PICTURE] });
        else {
          page.doc.rect(x, page.y, PICTURE, PICTURE).lineWidth(0.6).strokeColor(PAPER.line).stroke();
          page.draw(gone, STYLES.note, { x: x + 4, y: page.y + 14, width: PICTURE - 8 });
        }
        lines.forEach((line, k) =>
          page.line(line, k === 0 ? STYLES.note : { ...STYLES.mono, size: 6.5 }, { x, y: page.y + PICTURE + 3 + 10 * k, width }),
        );
      };
      page.tagged('Figure', draw, { alt: [gone, ...lines].filter(Boolean).join(', ') });
    });
    page.y += PICTURE_ROW;
  }
}

const SIGNATURES = 50;

function signatures(page: Page, labels: readonly string[]): void {
  page.y += 8;
  const width = (page.width - 36) / labels.length;
  labels.forEach((label, i) => {
    const x = page.left + i * (width + 18);
    page.tagged('P', () => page.line(label, STYLES.note, { x, y: page.y, width }));
    page.artifact(() =>
      page.doc
        .moveTo(x, page.y + 36)
        .lineTo(x + width, page.y + 36)
        .lineWidth(0.8)
        .strokeColor(PAPER.ink2)
        .stroke(),
    );
  });
  page.y += SIGNATURES - 8;
}

/** Header and footer, once the number of pages is known. */
function frames(page: Page, report: Report): void {
  const { doc } = page;
  const { count } = doc.bufferedPageRange();
  const right = { align: 'right' } as const;
  for (let index = 0; index < count; index++) {
    doc.switchToPage(index);
    page.artifact(() => {
      const half = page.width / 2;
      page.line(`${report.reportId}   ${report.project}`, STYLES.note, { x: page.left, y: MARGIN - 8, width: half + 60 });
      page.line(
        page.headers[index] ?? '',
        { ...STYLES.note, ...right },
        { x: page.left + half + 68, y: MARGIN - 8, width: half - 68 },
      );
      const foot = doc.page.height - MARGIN - 4;
      const hashes = {
        hash: `${report.contentHash.slice(0, 8)}…${report.contentHash.slice(-8)}`,
        plan: report.planHash.slice(0, 8),
      };
      const whole = index === 0 ? { ...hashes, hash: report.contentHash } : hashes;
      page.line(
        say(REPORT_TEXTS, report.locale, 'content', whole),
        { ...STYLES.mono, size: 6.5 },
        { x: page.left, y: foot, width: page.width - 90 },
      );
      page.line(
        say(REPORT_TEXTS, report.locale, 'page', { page: index + 1, pages: count }),
        { ...STYLES.note, ...right },
        { x: page.left + page.width - 86, y: foot, width: 86 },
      );
      for (const y of [MARGIN + 8, foot - 6])
        doc
          .moveTo(page.left, y)
          .lineTo(page.left + page.width, y)
          .lineWidth(0.6)
          .strokeColor(PAPER.line)
          .stroke();
    });
  }
}
