import { z } from 'zod';
import { deviceSchema } from '../../../contract/live.ts';
import type { Recording } from '../../../contract/recordings.ts';
import { newId } from '../../../core/ids.ts';
import type { Project } from '../../../data/project.ts';

/** Frames that are written together. */
export const PIECE = 128;

type Store = Pick<Project, 'arrays' | 'recordings' | 'transaction'>;

/** What a stretch of a recording says beside its values. Seconds count from the recording's beginning. */
const stretchSchema = z.object({
  /** One a frame. */
  arrivals: z.array(z.number()),
  /** The sender's clock, one a frame. */
  clocks: z.array(z.number().nullable()),
  /** What the sender's clock was corrected by, where that changed. */
  clockOffsets: z.array(z.object({ seconds: z.number(), offset: z.number() })),
  annotations: z.array(z.object({ seconds: z.number(), text: z.string() })),
});
export type Stretch = z.infer<typeof stretchSchema>;

const sittingSchema = z.object({
  id: z.string(),
  device: deviceSchema,
  pseudonym: z.string(),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
});
/** One recording on the station, while it runs. */
export type Sitting = z.infer<typeof sittingSchema>;

const pieceSchema = stretchSchema.extend({ sitting: sittingSchema });

export const nameOf = ({ pseudonym, device }: Sitting): string => `sub-${pseudonym} ${device.name}`;

/** What is kept with a piece, so that it can be made a recording after a crash. */
export function pieceAttributes(sitting: Sitting, stretch: Stretch): Record<string, unknown> {
  return { piece: { sitting, ...stretch } };
}

/**
 * Makes one array and a recording of stored pieces (each frames × rows × columns, full but the last), and deletes the
 * pieces. Where it throws, the pieces are still there.
 */
export async function joinPieces(
  project: Store,
  sitting: Sitting,
  pieces: readonly string[],
  { arrivals, clocks, clockOffsets, annotations }: Stretch,
  notices: Recording['notices'] = [],
): Promise<Recording> {
  const { device, startedAt } = sitting;
  const frames = arrivals.length;
  const interval = frames > 1 ? (arrivals[frames - 1] - arrivals[0]) / (frames - 1) : 1;
  const simulated = device.transport.kind === 'simulated';
  const info = project.arrays.create({
    name: nameOf(sitting),
    shape: [frames, device.rows, device.cols],
    chunkShape: [Math.min(PIECE, frames), device.rows, device.cols],
    dtype: 'float32',
    unit: device.unit,
    axes: [{ name: 'time', unit: 's', step: interval }, { name: 'row' }, { name: 'column' }],
    attributes: {
      sitting: sitting.id,
      device,
      annotations,
      arrivals,
      startedAt,
      simulated,
      ...(clocks.some((clock) => clock !== null) ? { deviceClocks: clocks } : {}),
      ...(clockOffsets.length > 0 ? { clockOffsets } : {}),
    },
  });
  try {
    for (const [at, id] of pieces.entries()) {
      const { data } = project.arrays.read(id);
      project.arrays.writeEncoded(info.id, await project.arrays.encodeChunk(info.id, [at, 0, 0], data));
    }
  } catch (thrown) {
    project.arrays.delete(info.id);
    throw thrown;
  }
  return project.transaction(() => {
    for (const id of pieces) project.arrays.delete(id);
    project.arrays.seal(info.id);
    const recording: Recording = {
      id: newId(),
      modality: 'pressure',
      subject: sitting.pseudonym,
      session: null,
      task: 'station',
      run: null,
      repeatGroup: null,
      stimulusId: null,
      dataArrayId: info.id,
      spaceId: null,
      confoundsArrayId: null,
      samplingInterval: Math.max(interval, 1e-6),
      sampleCount: frames,
      simulated,
      sourceFiles: [],
      notices,
    };
    project.recordings.put(recording);
    return recording;
  });
}

/**
 * Makes recordings, marked as cut short, of the pieces that a killed process left. To be called when a project is
 * opened, before anything records into it: pieces of a running recording look the same.
 */
export async function recoverRecordings(project: Store): Promise<Recording[]> {
  const sittings = new Map<string, { id: string; piece: z.infer<typeof pieceSchema> }[]>();
  for (const { id, contentHash, attributes } of project.arrays.list()) {
    const piece = pieceSchema.safeParse(attributes.piece).data;
    const ofStation = piece !== undefined || typeof attributes.sitting === 'string';
    // Killed while it was written: nothing in it, or all of it in pieces.
    if (ofStation && contentHash === null) project.arrays.delete(id);
    else if (piece !== undefined)
      sittings.set(piece.sitting.id, [...(sittings.get(piece.sitting.id) ?? []), { id, piece }]);
  }
  const recordings: Recording[] = [];
  for (const stored of sittings.values()) {
    const pieces = stored.map(({ piece }) => piece);
    const arrivals = pieces.flatMap((piece) => piece.arrivals);
    const frames = arrivals.length;
    recordings.push(
      await joinPieces(
        project,
        pieces[0].sitting,
        stored.map(({ id }) => id),
        {
          arrivals,
          clocks: pieces.flatMap(({ clocks }) => clocks),
          clockOffsets: pieces.flatMap(({ clockOffsets }) => clockOffsets),
          annotations: pieces.flatMap(({ annotations }) => annotations),
        },
        [
          {
            level: 'warning',
            code: 'station.cut-short',
            message: `Gyrus ended while this was recorded: it holds the ${frames} frames that were stored until then.`,
            params: { frames },
          },
        ],
      ),
    );
  }
  return recordings;
}
