/** Text made safe for HTML and SVG content and attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** Number as SVG coordinates need it: at most two decimals, never exponent form. */
export function coordinate(value: number): string {
  return Number(value.toFixed(2)).toString();
}

/** About how wide a text is in drawing units at a font size: Chinese characters are as wide as high, others half. */
export function textWidth(text: string, fontSize: number): number {
  const wide = text.match(/[\u2e80-\uffef]/g)?.length ?? 0;
  return fontSize * (wide + 0.56 * (text.length - wide));
}

export interface Scale {
  (value: number): number;
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
}

/** Linear scale from data to drawing units. */
export function linearScale(domain: readonly [number, number], range: readonly [number, number]): Scale {
  const factor = (range[1] - range[0]) / (domain[1] - domain[0] || 1);
  return Object.assign((value: number) => range[0] + (value - domain[0]) * factor, { domain, range });
}

/** Round tick values inside a domain, about `count` of them, steps 1, 2 or 5 times a power of ten. */
export function ticks([low, high]: readonly [number, number], count: number): number[] {
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((multiple) => multiple * power >= raw) ?? 10) * power;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const values: number[] = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) {
    values.push(Number((k * step).toFixed(decimals)));
  }
  return values;
}

/** Tick label with a true minus sign. */
export function tickLabel(value: number): string {
  return String(value).replace('-', '\u2212');
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly margin: {
    readonly top: number;
    readonly right: number;
    readonly bottom: number;
    readonly left: number;
  };
}

/** SVG element with a viewBox, text set in the page's font, and a title for screen readers. */
export function svgDocument(frame: Pick<Frame, 'width' | 'height'>, title: string, body: string): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${frame.width} ${frame.height}" ` +
    `width="${frame.width}" height="${frame.height}" role="img" ` +
    `font-family="system-ui, Helvetica, Arial, sans-serif" font-size="11" fill="#333">` +
    `<title>${escapeText(title)}</title>${body}</svg>`
  );
}

/** Left and bottom axes with ticks and titles; horizontal hairlines at the y ticks. */
export function axes(
  frame: Frame,
  x: { readonly scale: Scale; readonly title: string; readonly labels?: readonly string[] },
  y: { readonly scale: Scale; readonly title: string },
): string {
  const { width, height, margin } = frame;
  const bottom = height - margin.bottom;
  const right = width - margin.right;
  const parts: string[] = [];
  for (const value of ticks(y.scale.domain, 5)) {
    const at = coordinate(y.scale(value));
    parts.push(
      `<line x1="${margin.left}" x2="${right}" y1="${at}" y2="${at}" stroke="${value === 0 ? '#999' : '#e6e6e6'}"/>`,
      `<text x="${margin.left - 6}" y="${at}" dy="0.35em" text-anchor="end">${tickLabel(value)}</text>`,
    );
  }
  const marks = x.labels
    ? x.labels.map((label, index) => ({ at: x.scale(index), label }))
    : ticks(x.scale.domain, 6).map((value) => ({ at: x.scale(value), label: tickLabel(value) }));
  for (const { at, label } of marks) {
    parts.push(
      `<line x1="${coordinate(at)}" x2="${coordinate(at)}" y1="${bottom}" y2="${bottom + 4}" stroke="#666"/>`,
      `<text x="${coordinate(at)}" y="${bottom + 16}" text-anchor="middle">${escapeText(label)}</text>`,
    );
  }
  const middle = (margin.top + bottom) / 2;
  parts.push(
    `<line x1="${margin.left}" x2="${right}" y1="${bottom}" y2="${bottom}" stroke="#666"/>`,
    `<text x="${(margin.left + right) / 2}" y="${height - 4}" text-anchor="middle">${escapeText(x.title)}</text>`,
    `<text transform="translate(${Math.max(12, margin.left - 38)} ${middle}) rotate(-90)" text-anchor="middle">${escapeText(y.title)}</text>`,
  );
  return parts.join('');
}
