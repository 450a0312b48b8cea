const offHighpass = new Set(['NaN', 'Off', 'DC']);
const offLowpass = new Set(['NaN', 'Off', '0']);

/**
 * Filter edges in Hz from the comment of a header, where the amplifier's table lists them per channel, in Hz or as
 * time constants in seconds; software filters override it. Channels that differ give the weakest of their settings
 * (mne/io/brainvision/brainvision.py). Null where nothing is said.
 */
export function filtersInComment(
  comment: string,
  names: readonly string[],
  sfreq: number,
): { highpass: number; lowpass: number } | null {
  const lines = comment.split('\n').map((line) => line.trimEnd());
  const table = findTable(lines);
  if (table === null) return null;
  const { at, highColumn, lowColumn, named } = table;
  const header = lines[at].split(/\s\s+/);
  const inSeconds = [highColumn, lowColumn].map((column) => (header[column] ?? '').includes('[s]'));
  const unitShift = lines[at].includes('Resolution / Unit') ? 1 : 0;
  const high: string[] = [];
  const low: string[] = [];
  for (const [index, name] of names.entries()) {
    const cells = (lines[at + 1 + index] ?? '').split(/\s+/);
    // Names with spaces push the columns to the right.
    const shift = named ? unitShift + name.split(/\s+/).length - 1 : 0;
    const [h, l] = [cells[highColumn + shift], cells[lowColumn + shift]];
    if (h === undefined || l === undefined) return null;
    high.push(h);
    low.push(l);
  }
  return {
    highpass: weakest(high, offHighpass, inSeconds[0], 0, Math.min),
    lowpass: weakest(low, offLowpass, inSeconds[1], sfreq / 2, Math.max),
  };
}

function findTable(
  lines: readonly string[],
): { at: number; highColumn: number; lowColumn: number; named: boolean } | null {
  const channels = lines.findIndex((line) => line.trim() === 'Channels');
  const amplifier = lines.findIndex((line, index) => index > channels && /^#\s+Name/.test(line));
  if (channels < 0 || amplifier < 0) return null;
  const software = lines.findIndex((line) => line.trim() === 'S o f t w a r e  F i l t e r s');
  const own = lines.findIndex((line, index) => index > software && /^#\s+Low Cutoff/.test(line));
  return software >= 0 && own >= 0
    ? { at: own, highColumn: 1, lowColumn: 2, named: false }
    : { at: amplifier, highColumn: 4, lowColumn: 5, named: true };
}

function weakest(
  cells: readonly string[],
  off: ReadonlySet<string>,
  inSeconds: boolean,
  none: number,
  pick: (...values: number[]) => number,
): number {
  const hertz = cells.map((cell) => {
    if (off.has(cell)) return none;
    const value = Number(cell.replace(',', '.'));
    if (!Number.isFinite(value)) return none;
    // A time constant t stands for the frequency 1 / (2πt).
    return inSeconds ? 1 / (2 * Math.PI * value) : value;
  });
  const value = hertz.length === 0 ? none : pick(...hertz);
  return Number.isFinite(value) ? value : none;
}
