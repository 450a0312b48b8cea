import type { GazeColumns } from '../../contract/modality-import.ts';
import { guessMapping } from '../../formats/eyetracking/gaze-mapping.ts';
import { eyetrackingFormat } from '../../formats/eyetracking/open-eyetracking.ts';
import { readDelimited } from '../../formats/table/delimited.ts';

const SHOWN_ROWS = 6;
/** Formats that are read by names of columns; the others have a grammar of their own. */
const byColumns = new Set([null, 'tobii-pro', 'gazepoint', 'pupil-core', 'pupil-neon']);

/**
 * The columns of a table of gaze with its first rows and the guess at them; null for formats that need no columns.
 * @throws UserError `file.*`, `table.*`
 */
export async function gazeColumns(path: string): Promise<GazeColumns | null> {
  if (!byColumns.has(await eyetrackingFormat(path))) return null;
  const table = await readDelimited(path);
  const guess = guessMapping(table);
  return {
    columns: [...table.columns],
    rows: table.rows.slice(0, SHOWN_ROWS).map((row) => [...row]),
    guess: guess === null ? null : toMapping(guess),
    confidence: guess === null ? 0 : guess.format === 'gaze-table' ? 0.9 - 0.2 * guess.guessed.length : 1,
  };
}

type Mapping = NonNullable<GazeColumns['guess']>;

/** A mapping in lists that may be changed, as the page sends it back. */
function toMapping(guess: NonNullable<ReturnType<typeof guessMapping>>): Mapping {
  return {
    ...guess,
    eyes: guess.eyes.map((eye) => ({
      ...eye,
      validity: eye.validity && { ...eye.validity, valid: [...eye.validity.valid] },
    })),
    only: guess.only && { ...guess.only, values: [...guess.only.values] },
    confidence: guess.confidence && { ...guess.confidence },
    fixations: guess.fixations && { ...guess.fixations },
    guessed: [...guess.guessed],
  };
}
