/** Rows of a CSV text that Oodlab wrote (RFC 4180 quoting, \n between rows). */

export function* csvRows(text: string): Generator<string[]> {
  let row: string[] = [];
  for (let at = 0; at < text.length;) {
    const cell = text[at] === '"' ? quoted(text, at) : plain(text, at);
    row.push(cell.value);
    at = cell.end + 1;
    if (text[cell.end] === ',') continue;
    yield row;
    row = [];
  }
  if (row.length > 0) yield [...row, ''];
}

interface Cell {
  value: string;
  /** Of the separator behind it. */
  end: number;
}

function plain(text: string, from: number): Cell {
  let end = from;
  while (end < text.length && text[end] !== ',' && text[end] !== '\n') end++;
  return { value: text.slice(from, end), end };
}

function quoted(text: string, from: number): Cell {
  let value = '';
  for (let at = from + 1; ;) {
    const close = text.indexOf('"', at);
    if (close < 0) return { value: text.slice(from), end: text.length };
    value += text.slice(at, close);
    if (text[close + 1] !== '"') return { value, end: close + 1 };
    value += '"';
    at = close + 2;
  }
}
