/** What the report will look like, before it is written: its first page as it will be printed, and what stands where. */
import type { Report } from '../report-model.ts';
import { Page } from './page.ts';
import { pageSvg, recordFirstPage, type Recording } from './page-svg.ts';
import { drawReport } from './write-pdf.ts';

export interface Preview {
  /** SVG, in points. */
  firstPage: string;
  pages: number;
  contents: { title: string; page: number }[];
}

export function previewReport(report: Report): Preview {
  let recording: Recording;
  const page = new Page(report, (doc) => (recording = recordFirstPage(doc)));
  drawReport(page, report);
  return { firstPage: pageSvg(recording!), pages: page.pageIndex() + 1, contents: page.contents };
}
