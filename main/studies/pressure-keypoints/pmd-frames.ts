import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../core/errors.ts';
import { openPressure } from '../../formats/pressure/open-pressure.ts';
import { type FrameSet, repairHotCells } from '../../models/pressure/frames.ts';

/** Raw counts below which a cell counts as unloaded, and that which counts as full. */
export const PMD_SCALE = { floor: 20, fullScale: 500 };
/** Hot cells read far above this and stand alone. */
const HOT_LEAST = 100;

/**
 * Posture of each recording of experiment I, by the dataset's description (PhysioNet, pmd 1.0.0): on the back, on
 * the right side, on the left side, each in several variants.
 */
const POSTURE: Readonly<Record<number, string>> = Object.fromEntries([
  ...[1, 8, 9, 10, 11, 12, 15, 16, 17].map((number) => [number, 'supine']),
  ...[2, 4, 5, 13].map((number) => [number, 'right']),
  ...[3, 6, 7, 14].map((number) => [number, 'left']),
]);

/** The dataset as one set of frames. */
export interface PmdFrames {
  readonly set: FrameSet;
  readonly corruptFrames: number;
  readonly hotCells: number;
}

/** Every so-many-th frame is taken: neighbours are nearly the same. */
const STEP = 4;

/**
 * Reads experiment I of the PhysioNet pressure map dataset: folders S1, S2 … of 64 × 32 recordings. Garbled leading
 * frames are left out and hot cells repaired; both are counted.
 * @throws UserError `pressure.no-pmd` where the folder holds no such recordings, and as `openPressure`
 */
export async function readPmd(folder: string, signal: AbortSignal): Promise<PmdFrames> {
  const frames: Float32Array[] = [];
  const labels: { subject: string; recording: string; posture: string }[] = [];
  let [corruptFrames, hotCells] = [0, 0];
  const subjects = (await readdir(folder).catch(() => [])).filter((name) => /^S\d+$/.test(name));
  for (const subject of subjects.sort(byNumber))
    for (const file of (await readdir(join(folder, subject)))
      .filter((name) => /^\d+\.txt$/.test(name))
      .sort(byNumber)) {
      signal.throwIfAborted();
      const posture = POSTURE[Number.parseInt(file, 10)];
      if (posture === undefined) continue;
      const recording = await openPressure(join(folder, subject, file), { layout: { rows: 64, cols: 32 } });
      try {
        corruptFrames += recording.corruptFrames.length;
        for (let index = 0; index < recording.frameCount; index += STEP) {
          if (recording.corruptFrames.includes(index)) continue;
          const frame = await recording.frame(index);
          hotCells += repairHotCells(frame, 64, 32, HOT_LEAST);
          frames.push(frame);
          labels.push({ subject, recording: `${subject}/${file}`, posture });
        }
      } finally {
        await recording.close();
      }
    }
  if (frames.length === 0)
    throw new UserError(
      'pressure.no-pmd',
      `${folder} holds no recordings of the PhysioNet pressure map dataset; give its folder experiment-i, with S1, S2 … inside.`,
      { folder },
    );
  const all = new Float32Array(frames.length * 64 * 32);
  for (const [at, frame] of frames.entries()) all.set(frame, at * 64 * 32);
  const set: FrameSet = {
    rows: 64,
    cols: 32,
    cellSize: 2.54,
    frames: all,
    subjects: labels.map(({ subject }) => subject),
    recordings: labels.map(({ recording }) => recording),
    postures: labels.map(({ posture }) => posture),
  };
  return { set, corruptFrames, hotCells };
}

function byNumber(a: string, b: string): number {
  return Number(a.replace(/\D/g, '')) - Number(b.replace(/\D/g, ''));
}
