import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitRidge } from '../../analysis/ridge/fit-ridge.ts';
import { logSpaced } from '../../analysis/ridge/penalties.ts';
import { contiguousFolds } from '../../analysis/splits/make-splits.ts';
import { categoryColours } from '../../reports/figures/colour-map.ts';
import { axes, coordinate, type Frame, linearScale, svgDocument } from '../../reports/figures/svg.ts';
import type { MatrixEngine } from '../../tensor/engine.ts';
import { createRuntimeEngine } from '../../tensor/runtime-engine.ts';
import type { CommandDeps } from '../command.ts';
import { openTargets, readMatrix } from '../fit/array-files.ts';
import { textTable } from '../text-table.ts';
import { simulateRegression } from './simulate-regression.ts';

const base = { samples: 900, features: 500, targets: 6000 };
const varied = {
  samples: [450, 900, 1800, 3600],
  features: [125, 250, 500, 1000, 2000],
  targets: [3000, 6000, 12_000, 24_000],
} as const;
type Size = typeof base;
type Name = keyof Size;

interface Point {
  readonly value: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function measure(engine: MatrixEngine, size: Size, signal: AbortSignal): Promise<Omit<Point, 'value'>> {
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-bench-'));
  try {
    const files = await simulateRegression(engine, folder, size, 1);
    const before = process.cpuUsage();
    const started = performance.now();
    const targets = await openTargets(files.y);
    const { folds } = contiguousFolds({
      runs: [{ id: 'all', samples: size.samples }],
      folds: 3,
      innerFolds: 0,
    });
    const penalties = logSpaced(1e-2, 1e6, 20);
    const features = await readMatrix(files.x);
    await fitRidge(engine, { features, targets, folds, penalties, signal }, () => {});
    await targets.close();
    const { user, system } = process.cpuUsage(before);
    return { seconds: (performance.now() - started) / 1000, cpuSeconds: (user + system) / 1e6 };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Slope of log seconds over log size: 1 is linear, 2 quadratic growth. */
function slope(points: readonly Point[]): number {
  const x = points.map(({ value }) => Math.log(value));
  const y = points.map(({ seconds }) => Math.log(seconds));
  const [mx, my] = [x, y].map((list) => list.reduce((sum, one) => sum + one / list.length, 0));
  let [above, below] = [0, 0];
  x.forEach((value, at) => {
    above += (value - mx) * (y[at] - my);
    below += (value - mx) ** 2;
  });
  return Number((above / below).toFixed(2));
}

/** Seconds over size on two logarithmic axes, a line for each size that grows. */
function figure(results: Readonly<Record<Name, readonly Point[]>>): string {
  const frame: Frame = { width: 460, height: 300, margin: { top: 20, right: 120, bottom: 44, left: 60 } };
  const all = Object.values(results).flat();
  const logs = all.map(({ seconds }) => Math.log10(seconds));
  const x = linearScale([-2, 2], [60, 340]);
  const y = linearScale([Math.floor(Math.min(...logs)), Math.ceil(Math.max(...logs))], [256, 20]);
  const lines = Object.entries(results).map(([name, points], index) => {
    const colour = categoryColours[index];
    const places = points.map(({ value, seconds }) => {
      const across = Math.log2(value / base[name as Name]);
      return `${coordinate(x(across))},${coordinate(y(Math.log10(seconds)))}`;
    });
    const [endX, endY] = (places.at(-1) ?? '0,0').split(',');
    return (
      `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.6"/>` +
      places
        .map(
          (place) =>
            `<circle cx="${place.split(',')[0]}" cy="${place.split(',')[1]}" r="2.6" fill="${colour}"/>`,
        )
        .join('') +
      `<text x="${Number(endX) + 8}" y="${endY}" dy="0.35em" fill="${colour}">${name}: slope ${slope(points)}</text>`
    );
  });
  const grid = axes(
    frame,
    { scale: x, title: 'log₂ of size over 900 samples, 500 features, 6,000 targets' },
    { scale: y, title: 'log₁₀ of seconds' },
  );
  return svgDocument(frame, 'Ridge: cost over size', grid + lines.join(''));
}

/**
 * How the cost of ridge grows with samples, features and targets, one at a time: a table, the slopes in log-log, and
 * with plot=FILE an SVG. Settings: threads, plot.
 */
export async function growth(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const threads = Number(options.threads ?? 2);
  const engine = createRuntimeEngine({ threads });
  const results: Record<Name, Point[]> = { samples: [], features: [], targets: [] };
  try {
    await measure(engine, { samples: 300, features: 100, targets: 3000 }, deps.signal);
    for (const name of Object.keys(varied) as Name[]) {
      for (const value of varied[name]) {
        const measured = await measure(engine, { ...base, [name]: value }, deps.signal);
        results[name].push({ value, ...measured });
        deps.err(`${name} ${value}: ${measured.seconds.toFixed(2)} s\n`);
      }
    }
  } finally {
    await engine.dispose();
  }
  const rows = Object.entries(results).flatMap(([name, points]) =>
    points.map(({ value, seconds, cpuSeconds }) => [
      name,
      String(value),
      seconds.toFixed(2),
      cpuSeconds.toFixed(2),
    ]),
  );
  deps.err(textTable([['grows', 'to', 'seconds', 'processor seconds'], ...rows]));
  if (options.plot !== undefined) await writeFile(options.plot, figure(results));
  return {
    simulated: true,
    base: { ...base, folds: 3, penalties: 20, threads },
    results,
    slopes: {
      samples: slope(results.samples),
      features: slope(results.features),
      targets: slope(results.targets),
    },
    plot: options.plot ?? null,
  };
}
