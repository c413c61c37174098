/** The options of `run` and `demo` that concern the report. */
import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { AppError } from '../shared/errors.ts';
import { LOCALES } from '../shared/messages/catalogue.ts';
import { parseReportFields, type ReportFields } from '../shared/report-fields.ts';

export interface ReportOptions {
  reportFields?: string;
  language?: string;
  paper?: string;
}

export function addReportOptions(command: Command): Command {
  return command
    .option('--report-fields <file>', 'title, names, requirements of the report: a file, schema oodlab.report-fields/1')
    .addOption(new Option('--language <code>', 'language of the report').choices(LOCALES))
    .addOption(new Option('--paper <size>', 'paper of the report').choices(['a4', 'letter']));
}

/** Reads the fields; options on the command line go before the file. Throws E_INPUT. */
export async function reportFields({ reportFields: file, language, paper }: ReportOptions): Promise<ReportFields> {
  const given = file === undefined ? {} : await readJson(file);
  return parseReportFields(
    { ...given, ...(language === undefined ? {} : { language }), ...(paper === undefined ? {} : { paper }) },
    file,
  );
}

async function readJson(file: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value === 'object' && value !== null) return value;
  } catch (error) {
    throw new AppError('E_INPUT', `The report fields ${file} cannot be read.`, {
      next: 'Check that the file exists and is valid JSON.',
      cause: error,
    });
  }
  throw new AppError('E_INPUT', `The report fields ${file} are not a JSON object.`, {
    next: 'Compare them with the example in README.md.',
  });
}
