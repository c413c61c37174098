/** Every sentence that the engine's own code can say to somebody at the window has its French. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { saidIn } from '../../../electron/shared/messages/sentences.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Where the sentences of the window's daily life are made. */
const FOLDERS = ['engine/app', 'engine/cluster', 'engine/storage', 'engine/pipeline', 'engine/runtime', 'main'];

interface Said {
  file: string;
  text: string;
}

/** Sentences of `new AppError(...)` and of warnings, a value in place of each expression. */
function sentencesOf(file: string): Said[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Said[] = [];
  const add = (node: ts.Node | undefined): void => {
    const text = node === undefined ? null : textOf(node);
    if (text !== null && /[a-z]{2}.*\.$/.test(text)) found.push({ file, text });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && node.expression.getText() === 'AppError') add(node.arguments?.[1]);
    if (ts.isPropertyAssignment(node) && ['next', 'message'].includes(node.name.getText())) add(node.initializer);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function textOf(node: ts.Node): string | null {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  // A choice of words inside a sentence is taken as its first word.
  const value = ({ expression }: ts.TemplateSpan): string =>
    ts.isConditionalExpression(expression) ? (textOf(expression.whenTrue) ?? 'X') : 'X';
  return node.head.text + node.templateSpans.map((span) => value(span) + span.literal.text).join('');
}

const files = FOLDERS.flatMap((folder) => globSync(`electron/${folder}/**/*.ts`, { cwd: ROOT })).sort();
const said = files.flatMap(sentencesOf);

it('finds the sentences in the sources', () => expect(said.length).toBeGreaterThan(80));

it.each(said)('$file: $text', ({ text }) => {
  const french = saidIn('fr', text);
  expect(french).not.toBe(text);
  expect(french).not.toMatch(/\{\w+\}/);
  expect(saidIn('en', text)).toBe(text);
});

describe('values', () => {
  it.each([
    [
      'Weight conv2.weight needs 4,608 bytes but holds 4,544.',
      'Le poids conv2.weight demande 4\u202f608 octets mais en contient 4\u202f544.',
    ],
    [
      'larem PCA 16 on UCI digits: AUROC 0.199 is below chance and is shown as it is. Check the PCA size; do not turn the score around.',
      'larem PCA 16 sur UCI digits : l’AUROC de 0,199 est sous le hasard et reste affichée telle quelle. Vérifiez la taille de l’ACP ; n’inversez pas le score.',
    ],
    [
      'Every image of "fog" was rejected, the first because: the file is cut short (12 of 340 bytes are missing).',
      'Toutes les images de « fog » ont été écartées, la première parce que : le fichier est tronqué (il manque 12 octets sur 340).',
    ],
    [
      'places, places365_val.txt: names 2 images that are not in val_256: a.jpg, b.jpg. They took no part.',
      'places, places365_val.txt : nomme 2 images absentes de val_256 : a.jpg, b.jpg. Elles n’ont pas été prises en compte.',
    ],
    // Two sentences in one, as a warning of a model that cannot be used holds error and next step.
    ['There is no model yet. Add a model first.', 'Il n’y a pas encore de modèle. Ajoutez d’abord un modèle.'],
    ['Something that nobody foresaw happened at 0.5.', 'Something that nobody foresaw happened at 0.5.'],
  ])('%s', (english, french) => expect(saidIn('fr', english)).toBe(french));
});
