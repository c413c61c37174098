/** Names in a model file are any bytes: made fit for a message, which is one line and not long. */
const LONGEST_NAME = 100;

/** Control characters become blanks, quoted names are cut. */
export function oneSentence(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\uFFFD]+/gu, ' ')
    .replace(/"([^"]*)"/g, (quoted, name: string) =>
      name.length > LONGEST_NAME ? `"${name.slice(0, LONGEST_NAME - 3)}..."` : quoted,
    )
    .replace(/^(.{600}).+$/, '$1...');
}
