/** Charts as vectors, drawn from the chart models that the window draws too. */
import { FILL_ALPHA, PAPER, seriesStyle, type Marker } from '../../../shared/colours.ts';
import type { HistogramChart, HistogramRow } from '../../../shared/charts/histograms.ts';
import type { PcaChart } from '../../../shared/charts/pca-sizes.ts';
import type { RocChart, RocPanel } from '../../../shared/charts/roc.ts';
import type { StabilityChart } from '../../../shared/charts/seed-stability.ts';
import { formats } from '../../../shared/format.ts';
import { say, type Locale } from '../../../shared/messages/catalogue.ts';
import { REPORT_TEXTS } from '../../../shared/messages/report.ts';
import type { Block } from '../report-model.ts';
import { across, SMALL, up, xAxis, yAxis, type Plot } from './axes.ts';
import { drawSeverity, severityHeight } from './draw-severity.ts';
import { marker } from './icons.ts';
import type { Page, TextStyle } from './page.ts';

type ChartBlock = Extract<Block, { kind: 'chart' }>;

const LABEL: TextStyle = { font: 'regular', size: 8, colour: PAPER.ink };
const STRONG: TextStyle = { font: 'strong', size: 8, colour: PAPER.ink };
const AXIS_ROOM = 26;
const ROW = 44;
const DETECTOR_MARKERS: readonly { marker: Marker; hollow: boolean }[] = [
  { marker: 'circle', hollow: false },
  { marker: 'square', hollow: true },
  { marker: 'diamond', hollow: false },
  { marker: 'triangle-up', hollow: true },
];

export function chartHeight({ chart }: ChartBlock): number {
  if (chart.kind === 'histograms') return 20 + ROW * chart.rows.length + AXIS_ROOM;
  if (chart.kind === 'stability') return 24 * chart.rows.length + AXIS_ROOM + 4;
  if (chart.kind === 'severity') return severityHeight(chart);
  return chart.kind === 'roc' ? 176 : 152;
}

export function drawChart(page: Page, block: ChartBlock, locale: Locale): void {
  const { chart } = block;
  if (chart.kind === 'histograms') drawHistograms(page, { chart, alarms: block.alarms ?? [], locale });
  else if (chart.kind === 'roc') drawRoc(page, chart);
  else if (chart.kind === 'pca') drawPca(page, chart);
  else if (chart.kind === 'stability') drawStability(page, chart);
  else drawSeverity(page, chart);
}

function drawHistograms(
  page: Page,
  { chart, alarms, locale }: { chart: HistogramChart; alarms: string[][]; locale: Locale },
): void {
  const { doc } = page;
  const plot = { x: page.left + 104, y: page.y + 20, width: page.width - 104 - 66, height: ROW * chart.rows.length };
  const visible = Number.isFinite(chart.threshold);
  const at = visible ? across(plot, chart.x, chart.threshold) : plot.x;
  doc.rect(plot.x, plot.y, at - plot.x, plot.height).fill(PAPER.sunken);
  xAxis(page, plot, chart.x, { grid: true });
  chart.rows.forEach((row, i) => {
    const band = { ...plot, y: plot.y + i * ROW, height: ROW };
    rowLabels(page, row, { band, alarms: alarms[i] ?? [], locale });
    histogramRow(page, chart, row, { band, at });
  });
  const word = (key: 'alarm' | 'accepted' | 'alarms'): string => say(REPORT_TEXTS, locale, key);
  page.line(word('alarms'), { ...SMALL, align: 'right' }, { x: plot.x + plot.width, y: page.y + 4, width: 66 });
  if (visible)
    thresholdHandle(page, {
      at,
      top: page.y,
      plot,
      text: formats(locale).fixed(chart.threshold, 2),
      words: [word('alarm'), word('accepted')],
    });
}

function rowLabels(
  page: Page,
  row: HistogramRow,
  { band, alarms, locale }: { band: Plot; alarms: string[]; locale: Locale },
): void {
  const style = seriesStyle(row.oodIndex);
  const y = band.y + ROW - 30;
  marker(page.doc, style, { x: page.left + 3.5, y: y + 4.5 });
  page.line(row.name, LABEL, { x: page.left + 11, y, width: 88 });
  page.line(`${row.oodIndex === null ? 'InD' : 'OoD'}, ${formats(locale).count(row.of)}`, SMALL, {
    x: page.left + 11,
    y: y + 11,
    width: 88,
  });
  alarms.forEach((text, line) =>
    page.line(
      text,
      { ...(line === 0 ? STRONG : SMALL), align: 'right' },
      { x: band.x + band.width, y: y + 11 * line, width: 66 },
    ),
  );
}

function histogramRow(page: Page, chart: HistogramChart, row: HistogramRow, { band, at }: { band: Plot; at: number }): void {
  const { doc } = page;
  const style = seriesStyle(row.oodIndex);
  const base = band.y + band.height;
  const tall = (count: number): number => (count / row.peak) * (band.height - 8);
  const edge = (k: number): number => across(band, chart.x, chart.edges[k]);
  const area = (): void => {
    doc.moveTo(edge(0), base);
    row.counts.forEach((count, k) => doc.lineTo(edge(k), base - tall(count)).lineTo(edge(k + 1), base - tall(count)));
    doc.lineTo(edge(row.counts.length), base).closePath();
  };
  const halves: [number, number, number][] = [
    [band.x, at, FILL_ALPHA.alarm],
    [at, band.x + band.width, FILL_ALPHA.accepted],
  ];
  for (const [from, to, alpha] of halves) {
    doc
      .save()
      .rect(from, band.y, Math.max(0, to - from), band.height)
      .clip();
    area();
    doc.fillColor(style.fill, alpha).fill().restore();
  }
  doc.fillOpacity(1);
  area();
  doc.lineWidth(0.7).strokeColor(style.line).stroke();
  doc
    .moveTo(band.x, base)
    .lineTo(band.x + band.width, base)
    .lineWidth(0.5)
    .strokeColor(PAPER.axis)
    .stroke();
  const outside = (count: number, x: number, align: 'left' | 'right'): void => {
    if (count === 0) return;
    doc.rect(x, base - Math.max(0.8, tall(count)), 4, Math.max(0.8, tall(count))).fill(style.fill);
    const text = `${align === 'left' ? '<' : '>'} ${count}`;
    page.line(text, { ...SMALL, align }, { x: align === 'left' ? x + 6 : x - 62, y: band.y + 2, width: 60 });
  };
  outside(row.below, band.x, 'left');
  outside(row.above, band.x + band.width - 4, 'right');
}

function thresholdHandle(page: Page, from: { at: number; top: number; plot: Plot; text: string; words: [string, string] }): void {
  const { at, top, plot, text, words } = from;
  const { doc } = page;
  const width = page.widthOf(text, STRONG) + 10;
  const x = Math.min(Math.max(at - width / 2, plot.x), plot.x + plot.width - width);
  thresholdLine(page, at, plot);
  doc.roundedRect(x, top + 1, width, 15, 3).fill(PAPER.ink);
  page.line(text, { ...STRONG, colour: '#ffffff', align: 'center' }, { x, y: top + 4, width });
  page.line(words[0], { ...SMALL, align: 'right' }, { x: Math.max(plot.x - 60, x - 64), y: top + 4, width: 60 });
  page.line(words[1], SMALL, { x: x + width + 4, y: top + 4, width: Math.min(60, plot.x + plot.width + 20 - x - width) });
}

function thresholdLine({ doc }: Page, at: number, { y, height }: Plot): void {
  doc
    .moveTo(at, y - 3)
    .lineTo(at, y + height)
    .lineWidth(1)
    .dash(3, { space: 2.2 })
    .strokeColor(PAPER.ink)
    .stroke()
    .undash();
}

function drawRoc(page: Page, chart: RocChart): void {
  const height = 126;
  const top = page.y + 18;
  const first = { x: page.left + 32, y: top, width: page.width * 0.56 - 32, height };
  const second = { x: page.left + page.width * 0.64 + 28, y: top, width: page.width * 0.36 - 40, height };
  rocPanel(page, chart.zoom, { plot: first, shadeTo: null, operating: chart.operating });
  rocPanel(page, chart.full, { plot: second, shadeTo: chart.zoomTo, operating: null });
}

function rocPanel(
  page: Page,
  panel: RocPanel,
  { plot, shadeTo, operating }: { plot: Plot; shadeTo: number | null; operating: number | null },
): void {
  const { doc } = page;
  page.line(`${panel.title}: ${panel.y.title}`, STRONG, { x: plot.x - 30, y: plot.y - 16, width: plot.width + 30 });
  if (shadeTo !== null) doc.rect(plot.x, plot.y, across(plot, panel.x, shadeTo) - plot.x, plot.height).fill(PAPER.sunken);
  yAxis(page, plot, panel.y);
  xAxis(page, plot, panel.x, { grid: true });
  if (shadeTo !== null)
    doc
      .moveTo(plot.x, plot.y + plot.height)
      .lineTo(plot.x + plot.width, plot.y)
      .lineWidth(0.5)
      .dash(1, { space: 1.5 })
      .strokeColor(PAPER.ink3)
      .stroke()
      .undash();
  const point = (x: number, y: number): [number, number] => [across(plot, panel.x, x), up(plot, panel.y, y)];
  if (panel.band !== null) {
    const { x, low, high, oodIndex } = panel.band;
    const outline = [...x.map((value, k) => point(value, high[k])), ...x.map((value, k) => point(value, low[k])).reverse()];
    doc
      .polygon(...outline)
      .fillColor(seriesStyle(oodIndex).fill, 0.25)
      .fill()
      .fillOpacity(1);
  }
  if (operating !== null && operating <= panel.x.max) thresholdLine(page, across(plot, panel.x, operating), plot);
  for (const { line, oodIndex, point: mark } of panel.curves) {
    const style = seriesStyle(oodIndex);
    line.x.forEach((value, k) => (k === 0 ? doc.moveTo(...point(value, line.y[k])) : doc.lineTo(...point(value, line.y[k]))));
    doc.lineWidth(1.1).strokeColor(style.line).stroke();
    if (operating === null || mark.x > panel.x.max) continue;
    const [x, y] = point(mark.x, mark.y);
    marker(doc, style, { x, y });
  }
}

function drawPca(page: Page, chart: PcaChart): void {
  const { doc } = page;
  const plot = { x: page.left + 32, y: page.y + 16, width: page.width - 40, height: 152 - 16 - AXIS_ROOM };
  const inner = { ...plot, x: plot.x + 20, width: plot.width - 40 };
  yAxis(page, plot, chart.y);
  xAxis(page, inner, chart.x, { grid: false });
  const chance = up(plot, chart.y, chart.chance.value);
  doc
    .moveTo(plot.x, chance)
    .lineTo(plot.x + plot.width, chance)
    .lineWidth(0.7)
    .dash(1, { space: 1.5 })
    .strokeColor(PAPER.ink3)
    .stroke()
    .undash();
  page.line(chart.chance.label, { ...SMALL, align: 'right' }, { x: plot.x + plot.width - 60, y: chance - 10, width: 58 });
  let legend = plot.x + 6;
  chart.series.forEach((series, s) => {
    const style = { ...DETECTOR_MARKERS[s % DETECTOR_MARKERS.length], line: PAPER.ink2 };
    const shift = (s - (chart.series.length - 1) / 2) * 5;
    const points = series.points.map(({ x, value, low, high, pca }) => ({
      x: across(inner, chart.x, x) + shift,
      y: up(plot, chart.y, value),
      low: up(plot, chart.y, low),
      high: up(plot, chart.y, high),
      sized: pca !== null,
    }));
    const sized = points.filter((point) => point.sized);
    sized.forEach(({ x, y }, k) => (k === 0 ? doc.moveTo(x, y) : doc.lineTo(x, y)));
    if (sized.length > 1) {
      if (s % 2 === 1) doc.dash(1.5, { space: 1.5 });
      doc.lineWidth(0.9).strokeColor(PAPER.ink2).stroke().undash();
    }
    for (const { x, y, low, high } of points) {
      doc.moveTo(x, low).lineTo(x, high).lineWidth(0.7).strokeColor(PAPER.ink3).stroke();
      marker(doc, style, { x, y });
    }
    marker(doc, style, { x: legend, y: page.y + 6 });
    page.line(series.name, SMALL, { x: legend + 6, y: page.y + 1.5, width: 90 });
    legend += 16 + Math.min(90, page.widthOf(series.name, SMALL));
  });
}

function drawStability(page: Page, chart: StabilityChart): void {
  const { doc } = page;
  const plot = { x: page.left + 112, y: page.y, width: page.width - 112 - 96, height: 24 * chart.rows.length };
  xAxis(page, plot, chart.x, { grid: true });
  chart.rows.forEach((row, i) => {
    const y = plot.y + 24 * i + 12;
    const style = seriesStyle(row.oodIndex);
    marker(doc, style, { x: page.left + 3.5, y });
    page.line(row.name, LABEL, { x: page.left + 11, y: y - 5, width: 96 });
    const from = across(plot, chart.x, row.band[0]);
    doc
      .rect(from, y - 5, Math.max(1, across(plot, chart.x, row.band[1]) - from), 10)
      .fillColor(style.fill, FILL_ALPHA.accepted)
      .fill()
      .fillOpacity(1);
    for (const value of row.values) marker(doc, style, { x: across(plot, chart.x, value), y, size: 2.2 });
    page.line(
      row.label,
      { ...(row.wider ? STRONG : SMALL), align: 'right' },
      { x: plot.x + plot.width + 4, y: y - 5, width: 92 },
    );
  });
}
