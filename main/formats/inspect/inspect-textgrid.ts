import { readTextGrid } from '../textgrid/textgrid.ts';

/** What `gyrus inspect` says of a TextGrid. Names stand as in the file, inner quotes doubled. */
export async function inspectTextGrid(path: string): Promise<Record<string, unknown>> {
  const { encoding, form, tiers } = await readTextGrid(path);
  const headers = (type: string): number =>
    form === 'short'
      ? 0
      : tiers.filter((tier) => tier.type === type).reduce((sum, tier) => sum + tier.entries.length, 0);
  return {
    format: 'textgrid',
    encoding,
    form,
    n_tiers: tiers.length,
    tiers: tiers.map(({ type, rawName, start, end, entries }) => ({
      type,
      name: rawName,
      xmin: start,
      xmax: end,
      n_entries: entries.length,
    })),
    n_interval_headers: headers('IntervalTier'),
    n_point_headers: headers('TextTier'),
  };
}
