/** Values shown between one channel and the next, and the unit that people read, by channel type (MNE's defaults). */
const byType: Readonly<
  Record<string, { readonly span: number; readonly factor: number; readonly unit: string }>
> = {
  mag: { span: 1e-12, factor: 1e15, unit: 'fT' },
  grad: { span: 4e-11, factor: 1e13, unit: 'fT/cm' },
  ref_meg: { span: 1e-11, factor: 1e15, unit: 'fT' },
  eeg: { span: 2e-5, factor: 1e6, unit: 'µV' },
  eog: { span: 1.5e-4, factor: 1e6, unit: 'µV' },
  ecg: { span: 5e-4, factor: 1e6, unit: 'µV' },
  emg: { span: 1e-3, factor: 1e6, unit: 'µV' },
  seeg: { span: 1e-4, factor: 1e6, unit: 'µV' },
  ecog: { span: 1e-4, factor: 1e6, unit: 'µV' },
  stim: { span: 1, factor: 1, unit: '' },
};

/** Scale of a type; types without one of their own take the range of the values given. */
export function scalingOf(
  type: string,
  rows: readonly (readonly number[])[],
): { span: number; factor: number; unit: string } {
  const own = byType[type];
  const largest = rows.reduce((most, row) => row.reduce((m, value) => Math.max(m, Math.abs(value)), most), 0);
  if (own !== undefined && type !== 'stim') return own;
  return { span: largest > 0 ? largest : 1, factor: 1, unit: '' };
}

/** The row without its mean, as the browser shows it while "DC" is off. */
export function withoutMean(row: readonly number[]): number[] {
  const mean = row.reduce((sum, value) => sum + value, 0) / Math.max(1, row.length);
  return row.map((value) => value - mean);
}
