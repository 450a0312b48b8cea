import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { categoryColours } from '../../reports/figures/colour-map.ts';
import { axes, coordinate, type Frame, linearScale, svgDocument } from '../../reports/figures/svg.ts';
import type { CommandDeps } from '../command.ts';
import { textTable } from '../text-table.ts';
import type { Measured } from './measure.ts';

/** One size and what it took. */
type Point = Pick<Measured, 'seconds' | 'cpuSeconds'> & { readonly value: number };

/** What grows, from where, and how one size is measured. */
export interface Growth<Name extends string> {
  /** File name and title of the figure. */
  readonly name: string;
  readonly base: Readonly<Record<Name, number>>;
  readonly varied: Readonly<Record<Name, readonly number[]>>;
  measure(size: Readonly<Record<Name, number>>): Promise<Pick<Measured, 'seconds' | 'cpuSeconds'>>;
}

/** Slope of log processor seconds over log size: 1 is linear, 2 quadratic growth. */
function slope(points: readonly Point[]): number {
  const x = points.map(({ value }) => Math.log(value));
  const y = points.map(({ cpuSeconds }) => Math.log(cpuSeconds));
  const [mx, my] = [x, y].map((list) => list.reduce((sum, one) => sum + one / list.length, 0));
  let [above, below] = [0, 0];
  x.forEach((value, at) => {
    above += (value - mx) * (y[at] - my);
    below += (value - mx) ** 2;
  });
  return Number((above / below).toFixed(2));
}

/** Processor seconds over size on two logarithmic axes, a line for each size that grows. */
function figure<Name extends string>(
  { name, base }: Growth<Name>,
  results: readonly (readonly [Name, readonly Point[]])[],
): string {
  const frame: Frame = { width: 480, height: 300, margin: { top: 20, right: 140, bottom: 44, left: 60 } };
  const logs = results.flatMap(([, points]) => points.map(({ cpuSeconds }) => Math.log10(cpuSeconds)));
  const across = results.flatMap(([key, points]) => points.map(({ value }) => Math.log2(value / base[key])));
  const x = linearScale([Math.floor(Math.min(...across)), Math.ceil(Math.max(...across))], [60, 340]);
  const y = linearScale([Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))], [256, 20]);
  const drawn = results.map(([key, points], index) => {
    const places = points.map(
      ({ value, cpuSeconds }) => [x(Math.log2(value / base[key])), y(Math.log10(cpuSeconds))] as const,
    );
    return { key, points, places, colour: categoryColours[index] };
  });
  // Labels stand at the lines' ends, pushed apart where those meet.
  let low = Number.NEGATIVE_INFINITY;
  const labels = drawn
    .toSorted((a, b) => (a.places.at(-1)?.[1] ?? 0) - (b.places.at(-1)?.[1] ?? 0))
    .map(({ key, points, places, colour }) => {
      const [right, wanted] = places.at(-1) ?? [0, 0];
      low = Math.max(wanted, low + 13);
      return `<text x="${coordinate(right + 8)}" y="${coordinate(low)}" dy="0.35em" fill="${colour}">${key}: slope ${slope(points)}</text>`;
    });
  const lines = drawn.map(({ places, colour }) => {
    const path = places.map(([px, py]) => `${coordinate(px)},${coordinate(py)}`).join(' ');
    const dots = places.map(
      ([px, py]) => `<circle cx="${coordinate(px)}" cy="${coordinate(py)}" r="2.6" fill="${colour}"/>`,
    );
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.6"/>${dots.join('')}`;
  });
  const from = results.map(([key]) => `${base[key].toLocaleString('en')} ${key}`).join(', ');
  const grid = axes(
    frame,
    { scale: x, title: `log₂ of size over ${from}` },
    { scale: y, title: 'log₁₀ of processor seconds' },
  );
  return svgDocument(frame, `${name}: cost over size`, grid + lines.join('') + labels.join(''));
}

/**
 * Measures how cost grows with each size by itself: a table on `err`, slopes in log-log, and with `out` a folder that
 * gets NAME-growth.svg and NAME-growth.csv.
 */
export async function measureGrowth<Name extends string>(
  growth: Growth<Name>,
  deps: CommandDeps,
  out: string | undefined,
): Promise<Record<string, unknown>> {
  const { name, base, varied, measure } = growth;
  const results: [Name, Point[]][] = [];
  for (const key of Object.keys(varied) as Name[]) {
    const points: Point[] = [];
    for (const value of varied[key]) {
      deps.signal.throwIfAborted();
      points.push({ value, ...(await measure({ ...base, [key]: value })) });
      deps.err(`${key} ${value}: ${points.at(-1)?.seconds.toFixed(2)} s\n`);
    }
    results.push([key, points]);
  }
  const rows = results.flatMap(([key, points]) =>
    points.map(({ value, seconds, cpuSeconds }) => [
      ...[key, String(value), seconds.toFixed(3), cpuSeconds.toFixed(3)],
    ]),
  );
  const table = [['grows', 'to', 'seconds', 'processor seconds'], ...rows];
  deps.err(textTable(table));
  const written = out === undefined ? [] : ['svg', 'csv'].map((kind) => join(out, `${name}-growth.${kind}`));
  if (out !== undefined) {
    await mkdir(out, { recursive: true });
    await writeFile(written[0], figure(growth, results));
    await writeFile(written[1], `${table.map((row) => row.join(',')).join('\n')}\n`);
  }
  return {
    simulated: true,
    base,
    results: Object.fromEntries(results),
    slopes: Object.fromEntries(results.map(([key, points]) => [key, slope(points)])),
    written,
  };
}
