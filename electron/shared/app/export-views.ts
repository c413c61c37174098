/** What the Export step is shown. */
import type { ErrorData } from '../errors.ts';
import type { MonitorCard } from '../monitor-card.ts';
import type { ReportFields } from '../report-fields.ts';

export const EXPORT_ITEMS = ['report', 'csv', 'json', 'plan', 'monitor', 'evidence'] as const;
export type ExportItem = (typeof EXPORT_ITEMS)[number];

/** What a person filled in for the report, and how each requirement fares on this run. */
export interface ReportFieldsView {
  fields: ReportFields;
  verdicts: {
    id: string;
    verdict: { verdict: 'pass' | 'fail' | 'inconclusive'; found: number; bound: number; side: 'most' | 'least' } | null;
    /** Why there is none. */
    error: string | null;
  }[];
}

export interface ExportFile {
  /** Below the folder. */
  name: string;
  bytes: number | null;
  /** For opening it once it is written; null where it is not, or the host gives none. */
  grant: string | null;
}

/** The report as it would be written now. */
export interface PreviewOfReport {
  /** Data address of a picture of its first page. */
  picture: string;
  pages: number;
  /** Where each section starts, counted from 1. */
  contents: { title: string; page: number }[];
}

export interface ExportView {
  folder: string;
  /** For showing it in the file manager; null where the host gives none. */
  folderGrant: string | null;
  /** Of the monitor that lies in the folder and was made from this plan. */
  monitor: MonitorCard | null;
  items: {
    item: ExportItem;
    files: ExportFile[];
    state: 'absent' | 'waiting' | 'writing' | 'written' | 'failed';
    error: ErrorData | null;
  }[];
}
