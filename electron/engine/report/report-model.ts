/**
 * A report as data: what it says, in its language, without a page. The PDF draws it; its content hash is of this.
 */
import type { HistogramChart } from '../../shared/charts/histograms.ts';
import type { PcaChart } from '../../shared/charts/pca-sizes.ts';
import type { RocChart } from '../../shared/charts/roc.ts';
import type { StabilityChart } from '../../shared/charts/seed-stability.ts';
import type { SeverityChart } from '../../shared/charts/severity.ts';
import type { Locale } from '../../shared/messages/catalogue.ts';
import type { Picture } from './worst-images.ts';

export type AnyChart = HistogramChart | RocChart | PcaChart | StabilityChart | SeverityChart;

/** `light` is set behind the text in the lighter ink: an interval. */
export interface RichCell {
  text: string;
  light?: string;
  strong?: boolean;
  mono?: boolean;
  verdict?: 'pass' | 'fail' | 'inconclusive';
}
export type Cell = string | RichCell;

export interface Column {
  title: string;
  align: 'left' | 'right';
  /** Share of the width, relative to the others. */
  weight: number;
}

export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; text: string; style: 'body' | 'lead' | 'note' | 'mono' }
  | { kind: 'facts'; pairs?: boolean; rows: { label: string; value: string; mono?: boolean }[] }
  | { kind: 'table'; caption: string | null; columns: Column[]; rows: Cell[][]; note: string | null }
  | { kind: 'chart'; caption: string; chart: AnyChart; note: string | null; alarms?: string[][] }
  | { kind: 'notices'; items: { level: 'attention' | 'information'; text: string }[] }
  | { kind: 'pictures'; caption: string; items: { picture: Picture; gone: string; lines: string[] }[] }
  | { kind: 'signatures'; labels: string[] };

export interface Section {
  /** "6 Results"; the cover has none. */
  title: string;
  blocks: Block[];
}

export interface Report {
  locale: Locale;
  paper: 'a4' | 'letter';
  title: string;
  subtitle: string;
  reportId: string;
  project: string;
  author: string;
  status: string;
  /** First the cover. */
  sections: Section[];
  /** SHA-256 of all of the above but the date. */
  contentHash: string;
  planHash: string;
  /** ISO, UTC. */
  date: string;
}
