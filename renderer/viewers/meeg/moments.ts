import type { ViewedChannel, ViewedStretch } from './props.ts';
import { withoutMean } from './scalings.ts';

const FIELD_TYPES = new Set(['mag', 'grad', 'eeg']);

interface Stretch extends ViewedStretch {
  readonly channels: readonly ViewedChannel[];
}

const samplesOf = ({ rows }: ViewedStretch) => rows[0]?.length ?? 0;

/**
 * The moment to look at: the chosen one where it lies in the stretch, else that of the greatest global field power
 * (Lehmann & Skrandies 1980: the standard deviation over sensors) of the type that most sensors have.
 */
export function momentIn(stretch: Stretch, chosen: number | null): number | null {
  const samples = samplesOf(stretch);
  if (samples === 0) return null;
  const { start, seconds } = stretch;
  if (chosen !== null && chosen >= start && chosen <= start + seconds) return chosen;
  const counts = new Map<string, number>();
  for (const { type, bad } of stretch.channels)
    if (FIELD_TYPES.has(type) && !bad) counts.set(type, (counts.get(type) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  if (most === undefined) return null;
  const rows = stretch.channels.flatMap(({ type, bad }, index) =>
    type === most[0] && !bad ? [withoutMean(stretch.rows[index] ?? [])] : [],
  );
  let [best, at] = [-1, 0];
  for (let sample = 0; sample < samples; sample++) {
    const mean = rows.reduce((sum, row) => sum + row[sample], 0) / rows.length;
    const power = rows.reduce((sum, row) => sum + (row[sample] - mean) ** 2, 0);
    if (power > best) [best, at] = [power, sample];
  }
  return start + (at * seconds) / Math.max(1, samples - 1);
}

/** One value a channel at a moment; with `centred` off its mean over the stretch, as the browser draws it. */
export function valuesAt(stretch: ViewedStretch, moment: number, centred: boolean): number[] {
  const samples = samplesOf(stretch);
  const share = (moment - stretch.start) / stretch.seconds;
  const at = Math.max(0, Math.min(samples - 1, Math.round(share * (samples - 1))));
  return stretch.rows.map((row) => (centred ? withoutMean(row) : row)[at] ?? Number.NaN);
}
