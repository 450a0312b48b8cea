import { basename } from 'node:path';
import type { MeegDigitised, MeegHead, MeegPlaces } from '../../contract/meeg-import.ts';
import { UserError } from '../../core/errors.ts';
import { type DigitisedHead, readDigitised } from '../../formats/digitised/read-digitised.ts';
import { standardPositions } from '../../formats/digitised/standard-positions.ts';
import { kitToDevice } from '../../formats/kit/head.ts';
import { openKit } from '../../formats/kit/open-kit.ts';
import type { Recording } from '../../formats/meeg/recording.ts';
import { fitRigid, headFrame, type Point, transformed } from '../../formats/meeg/rigid.ts';
import { openRecording } from '../../formats/open-recording.ts';

/** Coils that a fit needs at least. */
const FEWEST_COILS = 3;
/** Points of a scalp that are kept: a scanner leaves hundreds of thousands. */
const MOST_SHAPE = 2000;

/**
 * Places for a recording whose file lacks them: electrodes by their names from the extended 10–20 system or from files
 * of a digitiser, and how the head lay from marker coils that were both digitised and measured (KIT's .mrk or .sqd).
 * Places come in head coordinates where landmarks say where the head is.
 * @throws UserError `meeg.nothing-placed`, and as `openRecording`, `readDigitised` and `openKit`
 */
export async function findPlaces(path: string, from: 'standard' | readonly string[]): Promise<MeegPlaces> {
  const recording = await openRecording(path);
  try {
    const bare = recording.channels.filter(({ type, position }) => type === 'eeg' && position === null);
    const { electrodes, head } =
      from === 'standard' ? { electrodes: standardPositions(), head: null } : await fromFiles(from);
    const byName = new Map([...electrodes].map(([name, place]) => [plainName(name), place]));
    const positions: MeegPlaces['positions'] = {};
    for (const { name } of bare) {
      const place = byName.get(plainName(name));
      if (place !== undefined) positions[name] = [...place];
    }
    const placed = Object.keys(positions).length;
    if (placed === 0 && head === null) {
      const file = basename(path);
      throw new UserError(
        'meeg.nothing-placed',
        `None of the ${bare.length} electrodes of ${file} without a place is named there, and no head was digitised.`,
        { file, count: bare.length },
      );
    }
    return { positions, head, electrodes: bare.length, placed };
  } finally {
    await recording.close();
  }
}

/** "EEG Fp1-Ref", "Fc5." and "FP1" are one electrode each with "Fp1" and "FC5". */
function plainName(name: string): string {
  return name
    .toUpperCase()
    .replace(/^EEG[\s_-]+/, '')
    .replace(/[\s_-]+(REF|LE|AVG|AV|A1|A2|M1|M2|A1A2)$/, '')
    .replace(/[.\s]/g, '');
}

async function fromFiles(
  paths: readonly string[],
): Promise<{ electrodes: Map<string, Point>; head: MeegHead | null }> {
  const electrodes = new Map<string, Point>();
  const heads: DigitisedHead[] = [];
  let markers: readonly Point[] = [];
  for (const path of paths) {
    if (/\.(sqd|mrk|con)$/i.test(path)) {
      const recording = await openKit(path);
      markers = recording.markers.map(kitToDevice);
      await recording.close();
      continue;
    }
    const head = await readDigitised(path);
    heads.push(head);
    const toHead = head.fiducials === null ? null : frameOf(head.fiducials);
    for (const [name, place] of head.electrodes)
      electrodes.set(name, toHead === null ? place : transformed(toHead, place));
  }
  const landmarks = heads.find(({ fiducials }) => fiducials !== null)?.fiducials ?? null;
  if (landmarks === null) return { electrodes, head: null };
  const toHead = frameOf(landmarks);
  const inHead = (place: Point): [number, number, number] => [...transformed(toHead, place)];
  const coils = (heads.find((head) => head.coils.length > 0)?.coils ?? []).map(inHead);
  const shape = heads.flatMap((head) => head.shape);
  const step = Math.max(1, Math.ceil(shape.length / MOST_SHAPE));
  const pairs = Math.min(coils.length, markers.length);
  const fit = pairs < FEWEST_COILS ? null : fitRigid(markers.slice(0, pairs), coils.slice(0, pairs));
  const misses =
    fit === null
      ? []
      : coils.slice(0, pairs).map((coil, at) => {
          const [x, y, z] = transformed(fit, markers[at]);
          return (x - coil[0]) ** 2 + (y - coil[1]) ** 2 + (z - coil[2]) ** 2;
        });
  return {
    electrodes,
    head: {
      from: paths.map((path) => basename(path)),
      deviceToHead: fit === null ? null : fit.map((row) => [...row]),
      error: fit === null ? null : Math.sqrt(misses.reduce((sum, miss) => sum + miss, 0) / misses.length),
      digitised: {
        fiducials: (['nasion', 'left', 'right'] as const).map((name) => ({
          name,
          place: inHead(landmarks[name]),
        })),
        coils,
        shape: shape.flatMap((place, at) => (at % step === 0 ? [inHead(place)] : [])),
      },
    },
  };
}

const frameOf = ({ nasion, left, right }: NonNullable<DigitisedHead['fiducials']>) =>
  headFrame(nasion, left, right);

/** What the recording itself keeps of the digitised head; null for nothing. */
export function digitisedOf({ fiducials = [], digitised }: Recording): MeegDigitised | null {
  const coils = digitised?.coils ?? [];
  const shape = digitised?.shape ?? [];
  if (fiducials.length + coils.length + shape.length === 0) return null;
  return {
    fiducials: fiducials.map(({ name, place }) => ({ name, place: [...place] })),
    coils: coils.map((place) => [...place]),
    shape: shape.map((place) => [...place]),
  };
}
