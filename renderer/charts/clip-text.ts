/** Names that must fit a column of an SVG, where nothing is cut off by itself. */
let context: CanvasRenderingContext2D | null = null;

/** The text, or as much of it as fits `width` pixels with an ellipsis. */
export function clipped(text: string, width: number): string {
  if (measured(text) <= width) return text;
  let length = text.length - 1;
  while (length > 1 && measured(`${text.slice(0, length)}…`) > width) length--;
  return `${text.slice(0, length).trimEnd()}…`;
}

/** Width in the type of chart labels. */
export function measured(text: string): number {
  context ??= document.createElement('canvas').getContext('2d')!;
  context.font = '12px "Inter Variable", sans-serif';
  return context.measureText(text).width;
}
