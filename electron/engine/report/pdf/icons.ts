/** Small signs drawn as lines (DESIGN.md: shape first, colour second), and the markers of sets. */
import { PAPER, type SeriesStyle } from '../../../shared/colours.ts';
import type { Doc } from './page.ts';

interface At {
  x: number;
  y: number;
}

/** On a 16-unit grid, 10 points wide. */
const VERDICTS = {
  pass: { d: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM5.2 8.2l2 2 3.6-4.2', colour: PAPER.ink },
  inconclusive: { d: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 2v12M8 4.5c3 0 3 7 0 7', colour: PAPER.warnIcon },
  fail: { d: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM6 6l4 4M10 6l-4 4', colour: PAPER.dangerIcon },
} as const;

const NOTICES = {
  attention: { d: 'M8 2.3 14.3 13.2H1.7ZM8 6.4v3.1M8 11.4v.1', colour: PAPER.warnIcon },
  information: { d: 'M8 2a6 6 0 1 1 0 12A6 6 0 0 1 8 2ZM8 7.4v3.4M8 5.2v.1', colour: PAPER.ink3 },
} as const;

function icon(doc: Doc, { d, colour }: { d: string; colour: string }, { x, y }: At): void {
  doc
    .save()
    .translate(x, y)
    .scale(10 / 16)
    .path(d)
    .lineWidth(1.5)
    .lineCap('round')
    .strokeColor(colour)
    .stroke()
    .restore();
}

export const verdictIcon = (doc: Doc, verdict: keyof typeof VERDICTS, at: At): void => icon(doc, VERDICTS[verdict], at);
export const noticeIcon = (doc: Doc, level: keyof typeof NOTICES, at: At): void => icon(doc, NOTICES[level], at);

/** A marker centred on a point. */
export function marker(
  doc: Doc,
  style: Pick<SeriesStyle, 'marker' | 'hollow' | 'line'>,
  { x, y, size = 2.8 }: At & { size?: number },
): void {
  const s = size;
  doc.save();
  switch (style.marker) {
    case 'circle':
      doc.circle(x, y, s);
      break;
    case 'square':
      doc.rect(x - s * 0.9, y - s * 0.9, 1.8 * s, 1.8 * s);
      break;
    case 'diamond':
      doc.polygon([x, y - 1.25 * s], [x + 1.25 * s, y], [x, y + 1.25 * s], [x - 1.25 * s, y]);
      break;
    case 'triangle-up':
      doc.polygon([x, y - 1.15 * s], [x + 1.1 * s, y + 0.85 * s], [x - 1.1 * s, y + 0.85 * s]);
      break;
    case 'triangle-down':
      doc.polygon([x, y + 1.15 * s], [x + 1.1 * s, y - 0.85 * s], [x - 1.1 * s, y - 0.85 * s]);
      break;
    case 'plus':
      doc
        .moveTo(x - s, y)
        .lineTo(x + s, y)
        .moveTo(x, y - s)
        .lineTo(x, y + s);
      break;
    case 'cross':
      doc
        .moveTo(x - s, y - s)
        .lineTo(x + s, y + s)
        .moveTo(x + s, y - s)
        .lineTo(x - s, y + s);
      break;
  }
  if (style.marker === 'plus' || style.marker === 'cross')
    doc
      .lineWidth(style.hollow ? 0.9 : 1.8)
      .strokeColor(style.line)
      .stroke();
  else if (style.hollow) doc.lineWidth(1).fillAndStroke('#ffffff', style.line);
  else doc.fillColor(style.line).fill();
  doc.restore();
}
