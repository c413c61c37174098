/** Texts of the report. {names} are filled in by engine/report. */
import { catalogue } from './catalogue.ts';
import { REPORT_EN } from './report-en.ts';
import { REPORT_FR } from './report-fr.ts';

export type ReportKey = keyof typeof REPORT_EN;
export const REPORT_TEXTS = catalogue<ReportKey>(REPORT_EN, REPORT_FR);
