/**
 * What a person fills in before a report is written, schema `oodlab.report-fields/1`: names, requirements, language,
 * paper. Read by `--report-fields FILE.json` and by the window's Export step. Everything may be left out.
 */
import { z } from 'zod';
import { AppError } from './errors.ts';
import { LOCALES } from './messages/catalogue.ts';

const text = z.string().max(2000).default('');
const line = z.string().max(300).default('');

/** What a requirement bounds: alarms and misses from above, detections and AUROC from below. */
export const REQUIREMENT_METRICS = ['false-alarm-rate', 'miss-rate', 'detection-rate', 'auroc'] as const;

export const requirementSchema = z.strictObject({
  id: z.string().min(1).max(60),
  text: z.string().min(1).max(1000),
  metric: z.enum(REQUIREMENT_METRICS),
  /** A share, 0 to 1, or an AUROC. */
  bound: z.number().min(0).max(1),
  confidence: z.number().min(0.5).lt(1).default(0.95),
  /** Name of an OoD set; left out for the false-alarm rate, which is that of the test images. */
  set: z.string().min(1).max(200).nullable().default(null),
});
export type Requirement = z.infer<typeof requirementSchema>;

export const reportFieldsSchema = z.strictObject({
  schema: z.literal('oodlab.report-fields/1').default('oodlab.report-fields/1'),
  title: line,
  reportId: line,
  item: line,
  project: line,
  criticality: line,
  author: line,
  reviewer: line,
  approver: line,
  status: z.enum(['draft', 'released']).default('draft'),
  /** What the monitor is for, and what was not tested. */
  scope: text,
  notTested: text,
  language: z.enum(LOCALES).default('en'),
  paper: z.enum(['a4', 'letter']).default('a4'),
  /** The detector that the report is about; null: the one that a monitor is made of (LaRED without PCA, else the plan's first). */
  detector: z
    .strictObject({ detector: z.string().min(1), pca: z.int().min(1).nullable() })
    .nullable()
    .default(null),
  /** Images a second in operation, for alarms an hour; null: not stated. */
  frameRate: z.number().positive().max(1e6).nullable().default(null),
  requirements: z.array(requirementSchema).max(100).default([]),
});
export type ReportFields = z.infer<typeof reportFieldsSchema>;

/** Checks fields from outside. Throws E_INPUT with one sentence that names the field. */
export function parseReportFields(value: unknown, source = 'the report fields'): ReportFields {
  const parsed = reportFieldsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue.path.length === 0 ? 'the file' : issue.path.map(String).join('.');
  throw new AppError('E_INPUT', `${source}: ${at}: ${issue.message}.`, { next: 'Correct this field.' });
}
