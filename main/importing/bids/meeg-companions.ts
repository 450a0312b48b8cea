import type { PlannedMeeg } from '../../contract/meeg-import.ts';
import { nearestCompanion } from '../../formats/bids/inheritance.ts';
import { readJsonObject } from '../../formats/bids/sidecar.ts';
import type { BidsFile, BidsTree } from '../../formats/bids/tree.ts';
import { columnIndex, numberOf, readTsv, type TextTable } from '../../formats/table/tsv.ts';

/** Channel types of BIDS in MNE's words; others stay what the recording says. */
const types: Readonly<Record<string, string>> = {
  EEG: 'eeg',
  EOG: 'eog',
  VEOG: 'eog',
  HEOG: 'eog',
  EYEGAZE: 'misc',
  PUPIL: 'misc',
  ECG: 'ecg',
  EMG: 'emg',
  TRIG: 'stim',
  MISC: 'misc',
  AUDIO: 'misc',
  RESP: 'resp',
  SEEG: 'seeg',
  ECOG: 'ecog',
};

/** Metres in one unit of a coordinate system. */
const metres: Readonly<Record<string, number>> = { m: 1, cm: 0.01, mm: 0.001 };

/**
 * What the tables beside a MEG or EEG recording say of it: types and bad channels (channels.tsv), places of electrodes in
 * metres (electrodes.tsv in the unit of coordsystem.json), and the table of its events.
 * @throws UserError as `readTsv` and `readJsonObject` do
 */
export async function meegCompanions(
  tree: BidsTree,
  file: BidsFile,
): Promise<Pick<PlannedMeeg, 'types' | 'positions' | 'eventsPath'> & { readonly bads: string[] | null }> {
  const usable = (suffix: string, extension: string): string | null => {
    const found = nearestCompanion(tree, file, suffix, extension);
    return found?.state === 'present' ? found.path : null;
  };
  const channels = usable('channels', '.tsv');
  const electrodes = placed(tree, file);
  return {
    ...(channels === null ? { types: {}, bads: null } : channelFacts(await readTsv(channels))),
    positions: electrodes === null ? {} : await electrodePlaces(electrodes),
    eventsPath: usable('events', '.tsv'),
  };
}

/** Electrodes may be given in several spaces, so their name has more entities than the recording's: identity decides. */
function placed(tree: BidsTree, file: BidsFile): { table: BidsFile; system: BidsFile | null } | null {
  const own = file.name?.entities ?? {};
  const fits = (other: BidsFile, suffix: string, extension: string): boolean =>
    other.state === 'present' &&
    other.name?.suffix === suffix &&
    other.name.extension === extension &&
    other.name.entities.sub === own.sub &&
    Object.entries(other.name.entities).every(([key, value]) => key === 'space' || own[key] === value);
  const tables = tree.files.filter((other) => fits(other, 'electrodes', '.tsv'));
  // A plain name before one in a named space: those may be of a template.
  const table = tables.find((other) => other.name?.entities.space === undefined) ?? tables[0];
  if (table === undefined) return null;
  const space = table.name?.entities.space;
  const system =
    tree.files.find((other) => fits(other, 'coordsystem', '.json') && other.name?.entities.space === space) ??
    null;
  return { table, system };
}

function channelFacts(table: TextTable): { types: Record<string, string>; bads: string[] } {
  const [name, type, status] = ['name', 'type', 'status'].map((column) => columnIndex(table, column));
  if (name < 0) return { types: {}, bads: [] };
  return {
    types: Object.fromEntries(
      table.rows.flatMap((row) => {
        const known = type < 0 ? undefined : types[row[type].toUpperCase()];
        return known === undefined ? [] : [[row[name], known]];
      }),
    ),
    bads: status < 0 ? [] : table.rows.filter((row) => row[status] === 'bad').map((row) => row[name]),
  };
}

async function electrodePlaces({
  table: { path },
  system,
}: {
  table: BidsFile;
  system: BidsFile | null;
}): Promise<PlannedMeeg['positions']> {
  const table = await readTsv(path);
  const units = system === null ? {} : await readJsonObject(system.path);
  const unit = units.EEGCoordinateUnits ?? units.iEEGCoordinateUnits;
  const factor = metres[String(unit)] ?? 1;
  const [name, x, y, z] = ['name', 'x', 'y', 'z'].map((column) => columnIndex(table, column));
  if (Math.min(name, x, y, z) < 0) return {};
  return Object.fromEntries(
    table.rows.flatMap((row): [string, [number, number, number]][] => {
      const [a, b, c] = [x, y, z].map((column) => (numberOf(row[column]) ?? Number.NaN) * factor);
      return [a, b, c].every(Number.isFinite) ? [[row[name], [a, b, c]]] : [];
    }),
  );
}
