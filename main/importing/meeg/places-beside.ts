import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { MeegPlaces } from '../../contract/meeg-import.ts';
import { toErrorInfo, UserError } from '../../core/errors.ts';
import type { Recording } from '../../formats/meeg/recording.ts';
import { findPlaces } from './places.ts';

/** What a file of places is by its name: marker coils that the device measured, or points that a digitiser did. */
const kinds = [
  { kit: true, named: /\.mrk$|(^|[-_. ])(mrk|marker)s?\d*([-_. ].*)?\.(sqd|con)$/i },
  { kit: false, named: /\.(elp|sfp|elc|hpts)$|[-_. ]elp\.txt$/i },
  { kit: true, named: /\.hsp$|[-_. ]hsp\.txt$/i },
] as const;
/** Parts of names that say what a file is, and not of whom. */
const told = /^((mrk|marker)s?\d*|elp|hsp|hpts|elc|sfp|txt|sqd|con|pre|post|points)$/;

/** Whether a file of places bears the name of a recording: what names it is how the recording's name begins. */
export function bearsName(recording: string, file: string): boolean {
  const parts = (name: string): string[] =>
    basename(name)
      .toLowerCase()
      .split(/[-_. ]+/);
  const own = parts(recording);
  const all = parts(file);
  const from = all.findIndex((part) => told.test(part));
  const named = all.slice(0, from < 0 ? all.length : from);
  return named.length > 0 && named.every((part, at) => part === own[at]);
}

/** Places that files beside a recording tell, by their names: a guess that the user confirms. */
export interface PlacesGuess {
  readonly places: MeegPlaces | null;
  /** Paths of the files. */
  readonly files: readonly string[];
  readonly notices: readonly Notice[];
}

/**
 * Looks beside a recording that lacks places (the head of a KIT recording, electrodes of any) for files that bear its
 * name; of several of a kind the shortest name is taken. A file that cannot be read is a notice.
 */
export async function guessPlaces(
  path: string,
  { format, fiducials = [], channels }: Recording,
): Promise<PlacesGuess> {
  // Without landmarks of the head, KIT's own matrix is the identity.
  const kit = format === 'kit' && fiducials.length === 0;
  const bare = channels.some(({ type, position }) => type === 'eeg' && position === null);
  const none = { places: null, files: [], notices: [] };
  if (!kit && !bare) return none;
  const names = (await readdir(dirname(path))).filter((name) => bearsName(path, name));
  const found = kinds
    .filter((kind) => kit || !kind.kit)
    .flatMap(({ named }) => {
      const fitting = names.filter((name) => named.test(name) && name !== basename(path));
      return fitting.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, 1);
    });
  if (found.length === 0) return none;
  const files = found.map((name) => join(dirname(path), name));
  try {
    const places = await findPlaces(path, files);
    const [file, from] = [basename(path), found.join(', ')];
    return {
      places,
      files,
      notices: [
        {
          level: 'warning',
          code: 'meeg.places-guessed',
          message: `Places of ${file} are taken from ${from} beside it, by their names: check them among the choices.`,
          params: { file, from },
        },
      ],
    };
  } catch (thrown) {
    if (!(thrown instanceof UserError)) throw thrown;
    return { ...none, notices: [{ ...toErrorInfo(thrown), level: 'warning' }] };
  }
}
