import { z } from 'zod';
import type { Recording } from '../../contract/recordings.ts';
import type { Project } from '../../data/project.ts';
import { formatTsv } from '../../formats/table/tsv.ts';
import {
  bidsPath,
  cell,
  entitiesOf,
  floatCell,
  sourcesOf,
  writeJson,
  writeRows,
  writeText,
} from './bids-file.ts';

/** What an eye-tracking import keeps beside its samples. */
const attributesSchema = z.object({
  columns: z.array(z.string()),
  origin: z.string(),
  screen: z
    .union([
      z.object({ width: z.number(), height: z.number() }),
      z.object({
        widthPx: z.number(),
        heightPx: z.number(),
        widthMm: z.number(),
        distanceMm: z.number(),
      }),
    ])
    .nullable(),
  messages: z.array(z.object({ time: z.number(), kind: z.string(), text: z.string() })),
  blinks: z.string(),
  timesArrayId: z.string(),
  eventsArrayId: z.string(),
  readingArrayId: z.string().nullable(),
});

const eventsSchema = z.object({
  columns: z.array(z.string()),
  kinds: z.array(z.string()),
  eyes: z.array(z.string()),
});

/** Units of gaze in the words of BIDS. */
const units: Readonly<Record<string, string>> = { px: 'pixel', deg: 'degree', norm: 'normalized', mm: 'mm' };

/** Columns of events: names in the file, and in the project's array. */
const eventColumns = [
  ['x_coordinate', 'x'],
  ['y_coordinate', 'y'],
  ['end_x_coordinate', 'end x'],
  ['end_y_coordinate', 'end y'],
  ['amplitude', 'amplitude'],
  ['peak_velocity', 'peak velocity'],
  ['pupil_size', 'pupil'],
] as const;

/**
 * Writes an eye-tracking recording as BIDS 1.11 has it: `_physio.tsv.gz` and `_physioevents.tsv.gz` for each eye, with
 * their sidecars.
 * @returns paths of the samples' files
 */
export async function exportGaze(
  project: Project,
  recording: Recording,
  root: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { attributes, unit } = project.arrays.info(recording.dataArrayId);
  const facts = attributesSchema.parse(attributes);
  const { data } = project.arrays.readAs(recording.dataArrayId, 'float32');
  const times = project.arrays.readAs(facts.timesArrayId, 'float64').data;
  const entities = entitiesOf(recording);
  const written: string[] = [];
  const eyes = ['left', 'right', 'cyclopean'].filter((eye) => facts.columns.includes(`x ${eye}`));
  const width = facts.columns.length;
  for (const [index, eye] of eyes.entries()) {
    const named = { ...entities, recording: `eye${index + 1}` };
    const columns = [`x ${eye}`, `y ${eye}`, `pupil ${eye}`].filter((name) => facts.columns.includes(name));
    const places = columns.map((name) => facts.columns.indexOf(name));
    const path = bidsPath(root, 'beh', named, 'physio', '.tsv.gz');
    const rows = function* (): Generator<string[]> {
      for (let at = 0; at < times.length; at++)
        yield [cell(times[at]), ...places.map((place) => floatCell(data[at * width + place]))];
    };
    await writeRows(path, rows(), signal);
    const described = { Units: units[unit ?? ''] ?? 'unknown' };
    await writeJson(bidsPath(root, 'beh', named, 'physio', '.json'), {
      PhysioType: 'eyetrack',
      Columns: ['timestamp', 'x_coordinate', 'y_coordinate', 'pupil_size'].slice(0, 1 + columns.length),
      SamplingFrequency: 1 / recording.samplingInterval,
      StartTime: 0,
      RecordedEye: eye,
      SampleCoordinateSystem: 'gaze-on-screen',
      timestamp: { Description: "Time on the tracker's own clock.", Units: 'ms' },
      x_coordinate: described,
      y_coordinate: { ...described, Description: `Counts from the ${facts.origin}.` },
      ...(columns.length === 3
        ? { pupil_size: { Description: "Pupil size in the tracker's own unit." } }
        : {}),
      ...(facts.blinks === 'interpolate'
        ? { RawDataFilters: 'Blinks of up to 500 ms were bridged by a straight line.' }
        : {}),
      ...presentation(facts.screen),
      ...(recording.simulated ? { Simulated: true } : {}),
    });
    await exportEvents(project, facts, { eye, first: index === 0 }, root, named, signal);
    written.push(path);
  }
  await exportReading(project, recording, facts.readingArrayId, root, written.length > 0);
  return written;
}

function presentation(screen: z.infer<typeof attributesSchema>['screen']): object {
  if (screen === null) return {};
  const [width, height] =
    'width' in screen ? [screen.width, screen.height] : [screen.widthPx, screen.heightPx];
  const metres =
    'widthMm' in screen
      ? {
          ScreenDistance: screen.distanceMm / 1000,
          ScreenSize: [screen.widthMm / 1000, (screen.widthMm * screen.heightPx) / screen.widthPx / 1000],
        }
      : {};
  return {
    StimulusPresentation: { ScreenResolution: [width, height], ScreenOrigin: ['top', 'left'], ...metres },
  };
}

/** Events of one eye; messages go with the first. */
async function exportEvents(
  project: Project,
  { eventsArrayId, messages }: z.infer<typeof attributesSchema>,
  { eye, first }: { eye: string; first: boolean },
  root: string,
  named: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const { columns, kinds, eyes } = eventsSchema.parse(project.arrays.info(eventsArrayId).attributes);
  const { data, shape } = project.arrays.readAs(eventsArrayId, 'float64');
  const value = (row: number, name: string): number => data[row * columns.length + columns.indexOf(name)];
  const rows: { onset: number; cells: string[] }[] = [];
  for (let row = 0; row < shape[0]; row++) {
    if (eyes[value(row, 'eye')] !== eye) continue;
    const kind = kinds[value(row, 'kind')];
    const [start, end] = [value(row, 'start'), value(row, 'end')];
    rows.push({
      onset: start,
      cells: [
        cell(start),
        cell((end - start) / 1000),
        kind === 'blink' ? 'saccade' : kind,
        kind === 'blink' ? '1' : '0',
        'n/a',
        ...eventColumns.map(([, name]) => cell(value(row, name))),
      ],
    });
  }
  for (const { time, text } of first ? messages : [])
    rows.push({
      onset: time,
      cells: [cell(time), 'n/a', 'n/a', 'n/a', text.replace(/\s+/g, ' '), ...eventColumns.map(() => 'n/a')],
    });
  rows.sort((a, b) => a.onset - b.onset);
  await writeRows(
    bidsPath(root, 'beh', named, 'physioevents', '.tsv.gz'),
    rows.map(({ cells }) => cells),
    signal,
  );
  await writeJson(bidsPath(root, 'beh', named, 'physioevents', '.json'), {
    Columns: ['onset', 'duration', 'trial_type', 'blink', 'message', ...eventColumns.map(([name]) => name)],
    Description: 'Events and messages of the eye-tracker, or events found in its samples.',
    OnsetSource: 'timestamp',
    onset: { Units: 'ms' },
    duration: { Units: 's' },
    blink: { Description: '1 where the eye was shut during what the tracker took for a saccade.' },
  });
}

/** Reading measures of words, one row a word. */
async function exportReading(
  project: Project,
  recording: Recording,
  arrayId: string | null,
  root: string,
  hasSamples: boolean,
): Promise<void> {
  if (arrayId === null) return;
  const { columns, words } = z
    .object({
      columns: z.array(z.string()),
      words: z.array(z.object({ word: z.string(), line: z.number() })),
    })
    .parse(project.arrays.info(arrayId).attributes);
  const { data } = project.arrays.readAs(arrayId, 'float64');
  const named = { ...entitiesOf(recording), desc: 'reading' };
  const names = columns.map((name) => name.replaceAll(/[ -]/g, '_'));
  const at = (extension: string): string =>
    bidsPath(`${root}/derivatives/gyrus`, 'beh', named, 'beh', extension);
  await writeText(
    at('.tsv'),
    formatTsv(
      ['word', 'line', ...names],
      words.map(({ word, line }, row) => [
        word,
        cell(line),
        ...columns.map((_, column) => cell(data[row * columns.length + column])),
      ]),
    ),
  );
  await writeJson(at('.json'), {
    Description: 'Reading measures of words; durations in milliseconds.',
    Sources: hasSamples
      ? [`bids::${bidsPath('', 'beh', { ...entitiesOf(recording), recording: 'eye1' }, 'physio', '.tsv.gz')}`]
      : sourcesOf([recording]),
    ...(recording.simulated ? { Simulated: true } : {}),
  });
}
