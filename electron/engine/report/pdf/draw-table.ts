/** Tables: columns by weight, rows never split across pages, the head repeated on each page, light intervals beside figures. */
import { PAPER } from '../../../shared/colours.ts';
import type { Block, Cell, Column, RichCell } from '../report-model.ts';
import { type Page, STYLES, type Struct, type TextStyle } from './page.ts';
import { verdictIcon } from './icons.ts';

type TableBlock = Extract<Block, { kind: 'table' }>;

const PAD = 4;
const GAP = 6;
const ICON = 13;
/** Longer texts are cut in their middle: a row must fit a page. */
const MOST_CHARACTERS = 1000;
const LIGHT: TextStyle = { font: 'regular', size: 7.5, colour: PAPER.ink3 };

interface Slot extends Column {
  x: number;
  width: number;
  /** Every figure of the column stands on one line with its interval; else each stands above it. */
  inline: boolean;
}

export function drawTable(page: Page, block: TableBlock): void {
  const slots = slotsOf(page, block);
  if (block.caption !== null) {
    const { caption } = block;
    page.tagged('Caption', () => page.draw(caption, STYLES.lead, { x: page.left, y: page.y, width: page.width }));
    page.y += page.height(caption, STYLES.lead, page.width) + PAD;
  }
  const table = page.doc.struct('Table');
  page.parent.add(table);
  drawHead(page, slots, table);
  for (const row of block.rows) {
    const height = rowHeight(page, slots, row);
    if (page.ensure(height)) page.artifact(() => drawHead(page, slots, null));
    drawRow(page, { slots, row, height, table });
  }
  table.end();
  if (block.note !== null) {
    const { note } = block;
    const height = page.height(note, STYLES.note, page.width);
    page.ensure(height + PAD);
    page.tagged('P', () => page.draw(note, STYLES.note, { x: page.left, y: page.y + PAD, width: page.width }));
    page.y += height + PAD;
  }
}

/** Room that a table needs at least: its caption, head and first two rows. */
export function tableStart(page: Page, block: TableBlock): number {
  const slots = slotsOf(page, block);
  const caption = block.caption === null ? 0 : page.height(block.caption, STYLES.lead, page.width) + PAD;
  return caption + headHeight(page, slots) + block.rows.slice(0, 2).reduce((sum, row) => sum + rowHeight(page, slots, row), 0);
}

function slotsOf(page: Page, { columns, rows }: TableBlock): Slot[] {
  const total = columns.reduce((sum, { weight }) => sum + weight, 0);
  const room = page.width - GAP * (columns.length - 1);
  let x = page.left;
  return columns.map((column, i) => {
    const slot = { ...column, x, width: (room * column.weight) / total, inline: true };
    slot.inline = column.align === 'right' && rows.every((row) => fitsInline(page, slot, rich(row[i])));
    x += slot.width + GAP;
    return slot;
  });
}

const headStyle = (slot: Slot): TextStyle => ({ ...STYLES.head, align: slot.align });

function headHeight(page: Page, slots: readonly Slot[]): number {
  return Math.max(...slots.map((slot) => page.height(slot.title, headStyle(slot), slot.width))) + PAD;
}

function drawHead(page: Page, slots: readonly Slot[], table: Struct | null): void {
  const height = headHeight(page, slots);
  const draw = (slot: Slot): void => {
    const y = page.y + height - PAD - page.height(slot.title, headStyle(slot), slot.width);
    page.draw(slot.title, headStyle(slot), { x: slot.x, y, width: slot.width });
  };
  if (table === null) slots.forEach(draw);
  else {
    const row = page.doc.struct('TR');
    table.add(row);
    for (const slot of slots) page.tagged('TH', () => draw(slot), { parent: row, scope: 'Column' });
    row.end();
  }
  page.y += height;
  const line = (): void =>
    void page.doc
      .moveTo(page.left, page.y)
      .lineTo(page.left + page.width, page.y)
      .lineWidth(0.8)
      .strokeColor(PAPER.ink2)
      .stroke();
  if (table === null) line();
  else page.artifact(line);
}

function rowHeight(page: Page, slots: readonly Slot[], row: readonly Cell[]): number {
  return Math.max(...slots.map((slot, i) => cellHeight(page, slot, rich(row[i])))) + 2 * PAD;
}

function drawRow(
  page: Page,
  { slots, row, height, table }: { slots: readonly Slot[]; row: readonly Cell[]; height: number; table: Struct },
): void {
  const element = page.doc.struct('TR');
  table.add(element);
  slots.forEach((slot, i) => page.tagged('TD', () => drawCell(page, slot, rich(row[i])), { parent: element }));
  element.end();
  page.y += height;
  page.rule(page.y);
}

function rich(cell: Cell): RichCell {
  const one = typeof cell === 'string' ? { text: cell } : cell;
  const { text } = one;
  if (text.length <= MOST_CHARACTERS) return one;
  return { ...one, text: `${text.slice(0, MOST_CHARACTERS / 2)} … ${text.slice(-MOST_CHARACTERS / 2)}` };
}

function styleOf(slot: Slot, cell: RichCell): TextStyle {
  const base = cell.mono === true ? STYLES.mono : { ...(cell.strong === true ? STYLES.lead : STYLES.body), size: 8.5 };
  const colour = cell.verdict === 'fail' ? PAPER.danger : cell.verdict === 'inconclusive' ? PAPER.warn : base.colour;
  return { ...base, align: slot.align, colour };
}

function fitsInline(page: Page, slot: Slot, cell: RichCell): boolean {
  if (cell.light === undefined) return true;
  return page.widthOf(cell.text, styleOf(slot, cell)) + 4 + page.widthOf(cell.light, LIGHT) <= slot.width;
}

function cellHeight(page: Page, slot: Slot, cell: RichCell): number {
  const own = page.height(cell.text, styleOf(slot, cell), slot.width - (cell.verdict === undefined ? 0 : ICON));
  if (cell.light === undefined || slot.inline) return own;
  return own + page.height(cell.light, LIGHT, slot.width);
}

function drawCell(page: Page, slot: Slot, cell: RichCell): void {
  const style = styleOf(slot, cell);
  const y = page.y + PAD;
  const inset = cell.verdict === undefined ? 0 : ICON;
  if (cell.verdict !== undefined) verdictIcon(page.doc, cell.verdict, { x: slot.x, y });
  if (slot.inline && cell.light !== undefined) {
    const { light: interval } = cell;
    const light = page.widthOf(interval, LIGHT);
    page.line(cell.text, style, { x: slot.x, y, width: slot.width - light - 4 });
    page.line(interval, { ...LIGHT, align: 'right' }, { x: slot.x, y: y + 0.8, width: slot.width });
    return;
  }
  page.draw(cell.text, style, { x: slot.x + inset, y, width: slot.width - inset });
  if (cell.light === undefined) return;
  page.draw(
    cell.light,
    { ...LIGHT, align: slot.align },
    { x: slot.x, y: y + page.height(cell.text, style, slot.width - inset), width: slot.width },
  );
}
