/** The severity ladder: a small chart for each corruption, images caught and images classified right with their bands. */
import type { SeverityChart, SeverityPanel, SeverityPoint } from '../../../shared/charts/severity.ts';
import { PAPER, seriesStyle, type SeriesStyle } from '../../../shared/colours.ts';
import { across, SMALL, up, xAxis, yAxis, type Plot } from './axes.ts';
import { marker } from './icons.ts';
import type { Page, TextStyle } from './page.ts';

const COLUMNS = 3;
const LEGEND = 18;
const PANEL = 136;
const STRONG: TextStyle = { font: 'strong', size: 8, colour: PAPER.ink };
/** Alarms in the first colour of OoD sets, right answers in that of normal images. */
const CAUGHT = seriesStyle(0);
const ACCURACY = seriesStyle(null);

export function severityHeight({ panels }: SeverityChart): number {
  return LEGEND + PANEL * Math.ceil(panels.length / COLUMNS);
}

export function drawSeverity(page: Page, chart: SeverityChart): void {
  legend(page, chart);
  const width = page.width / COLUMNS;
  const top = page.y + LEGEND;
  chart.panels.forEach((panel, i) => {
    const column = i % COLUMNS;
    const place = {
      x: page.left + column * width + 30,
      y: top + PANEL * Math.floor(i / COLUMNS) + 20,
      width: width - 42,
      height: PANEL - 20 - 32,
    };
    drawPanel(page, chart, panel, place);
  });
}

function legend(page: Page, { labels, panels }: SeverityChart): void {
  const shown: [SeriesStyle, string][] = [[CAUGHT, labels.caught]];
  if (panels.some(({ accuracy }) => accuracy.length > 0)) shown.push([ACCURACY, labels.accuracy]);
  let x = page.left + 6;
  for (const [style, text] of shown) {
    marker(page.doc, style, { x, y: page.y + 6 });
    page.line(text, SMALL, { x: x + 6, y: page.y + 1.5, width: 120 });
    x += 22 + page.widthOf(text, SMALL);
  }
}

function drawPanel(page: Page, { x, y }: SeverityChart, { title, caught, accuracy }: SeverityPanel, plot: Plot): void {
  page.line(title, STRONG, { x: plot.x - 24, y: plot.y - 18, width: plot.width + 24 });
  yAxis(page, plot, y);
  xAxis(page, plot, x, { grid: false });
  const at = ({ x: severity }: SeverityPoint, value: number): [number, number] => [across(plot, x, severity), up(plot, y, value)];
  for (const [points, style] of [
    [accuracy, ACCURACY],
    [caught, CAUGHT],
  ] as const) {
    if (points.length === 0) continue;
    const outline = [...points.map((point) => at(point, point.high)), ...points.map((point) => at(point, point.low)).reverse()];
    page.doc
      .polygon(...outline)
      .fillColor(style.fill, 0.22)
      .fill()
      .fillOpacity(1);
    points.forEach((point, i) =>
      i === 0 ? page.doc.moveTo(...at(point, point.value)) : page.doc.lineTo(...at(point, point.value)),
    );
    if (style === ACCURACY) page.doc.dash(2.5, { space: 1.8 });
    page.doc.lineWidth(1.1).strokeColor(style.line).stroke().undash();
    for (const point of points) {
      const [px, py] = at(point, point.value);
      marker(page.doc, style, { x: px, y: py, size: 2.2 });
    }
  }
}
