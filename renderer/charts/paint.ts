/**
 * A chart as a picture for the clipboard and for files: everything that its SVGs and canvases show, painted once more at
 * twice the size on an opaque ground. Painted from computed styles and with the page's own font, which an SVG inside an
 * <img> could not use.
 */
const SCALE = 2;
const PAD = 12;
const HEAD = 28;

export async function picture(root: HTMLElement, title: string): Promise<Blob> {
  const box = root.getBoundingClientRect();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil((box.width + 2 * PAD) * SCALE);
  canvas.height = Math.ceil((box.height + 2 * PAD + HEAD) * SCALE);
  const context = canvas.getContext('2d')!;
  const style = getComputedStyle(document.documentElement);
  context.fillStyle = style.getPropertyValue('--bg');
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.setTransform(SCALE, 0, 0, SCALE, PAD * SCALE, PAD * SCALE);
  context.fillStyle = style.getPropertyValue('--ink');
  context.font = `600 13px ${style.getPropertyValue('--font-ui')}`;
  context.fillText(title, 0, 13);
  const origin = new DOMMatrix([SCALE, 0, 0, SCALE, (PAD - box.left) * SCALE, (PAD + HEAD - box.top) * SCALE]);
  for (const drawn of root.querySelectorAll<SVGElement | HTMLElement>('svg.chart *, canvas, [data-paint]'))
    paintOne(context, drawn, origin);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('The picture could not be made.')) : resolve(blob)), 'image/png');
  });
}

function paintOne(context: CanvasRenderingContext2D, element: SVGElement | HTMLElement, origin: DOMMatrix): void {
  const style = getComputedStyle(element);
  if (style.visibility === 'hidden' || element.closest('[data-not-painted]') !== null) return;
  context.globalAlpha = 1;
  if (element instanceof HTMLElement) return paintHtml(context, { element, style, origin });
  if (!(element instanceof SVGGraphicsElement) || element instanceof SVGSVGElement) return;
  const matrix = element.getScreenCTM();
  if (matrix === null) return;
  context.setTransform(origin.multiply(matrix));
  if (element instanceof SVGTextElement) return paintText(context, element, style);
  const path = outline(element);
  if (path !== null) paintPath(context, path, style);
}

function paintHtml(
  context: CanvasRenderingContext2D,
  { element, style, origin }: { element: HTMLElement; style: CSSStyleDeclaration; origin: DOMMatrix },
): void {
  const box = element.getBoundingClientRect();
  context.setTransform(origin);
  if (element instanceof HTMLCanvasElement) return context.drawImage(element, box.left, box.top, box.width, box.height);
  context.fillStyle = style.color;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText(element.textContent.trim(), box.left, box.top + box.height / 2);
  context.textBaseline = 'alphabetic';
}

function paintText(context: CanvasRenderingContext2D, element: SVGTextElement, style: CSSStyleDeclaration): void {
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textAlign = ({ middle: 'center', end: 'right' } as const)[style.textAnchor] ?? 'left';
  context.fillStyle = style.fill;
  const at = (name: string): number => Number(element.getAttribute(name) ?? 0);
  context.fillText(element.textContent, at('x'), at('y'));
}

function outline(element: SVGGraphicsElement): Path2D | null {
  if (element instanceof SVGPathElement) return new Path2D(element.getAttribute('d') ?? '');
  const path = new Path2D();
  if (element instanceof SVGRectElement) {
    const [x, y, width, height, rx] = [element.x, element.y, element.width, element.height, element.rx].map(
      (one) => one.baseVal.value,
    );
    path.roundRect(x!, y!, width!, height!, rx!);
  } else if (element instanceof SVGCircleElement) {
    path.arc(element.cx.baseVal.value, element.cy.baseVal.value, element.r.baseVal.value, 0, 2 * Math.PI);
  } else return null;
  return path;
}

function paintPath(context: CanvasRenderingContext2D, path: Path2D, style: CSSStyleDeclaration): void {
  const opacity = Number(style.opacity);
  if (style.fill !== 'none') {
    context.globalAlpha = opacity * Number(style.fillOpacity);
    context.fillStyle = style.fill;
    context.fill(path);
  }
  if (style.stroke === 'none') return;
  context.globalAlpha = opacity * Number(style.strokeOpacity);
  context.strokeStyle = style.stroke;
  context.lineWidth = Number.parseFloat(style.strokeWidth);
  context.setLineDash(style.strokeDasharray === 'none' ? [] : style.strokeDasharray.split(/[ ,]+/).map(Number.parseFloat));
  context.stroke(path);
}
