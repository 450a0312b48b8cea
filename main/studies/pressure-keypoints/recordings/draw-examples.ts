import { type DrawnExamples, keypointRunSettingsSchema } from '../../../contract/keypoint-training.ts';
import type { Project } from '../../../data/project.ts';
import { canDraw, openDetector } from '../../../models/pressure/detector.ts';
import { normaliseFrame } from '../../../models/pressure/frames.ts';
import { padded } from './pad-frames.ts';
import { readExampleFrames } from './recording-frames.ts';
import { readTrainedModel } from './trained-model.ts';

/** Recordings of which a frame is shown. */
const EXAMPLES = 4;

/**
 * What a checkpoint of a keypoint training makes of frames from the middle of some of its recordings, those of the
 * subject left out first: drawn anew from the points, beside the difference.
 * @param step of the checkpoint; null takes the last
 * @throws UserError `training.unknown`, `pressure.no-model`
 */
export async function drawExamples(
  project: Project,
  runId: string,
  step: number | null,
): Promise<DrawnExamples> {
  const steps = project.checkpoints.list(runId).map((one) => one.step);
  const shown = step ?? steps.at(-1) ?? 0;
  const model = readTrainedModel(project, runId, shown);
  const settings = keypointRunSettingsSchema.parse(project.training.get(runId).settings);
  const kept = settings.recordings.flatMap((id) => project.recordings.find(id) ?? []);
  const order = [...kept].sort(
    (a, b) => Number(b.subject === settings.leftOut) - Number(a.subject === settings.leftOut),
  );
  const some = readExampleFrames(project, order.slice(0, EXAMPLES), model.fullScale);
  const drawsMaps = canDraw(model.weights);
  const found: DrawnExamples = { steps, step: shown, drawsMaps, examples: [] };
  if (some === null) return found;
  const { rows, cols } = some.set;
  const detector = await openDetector(model, { draw: drawsMaps, threads: 1 });
  try {
    const wide = model.config.cols;
    const { drawn, points } = await detector.detect(padded(some.set, model.config).frames);
    const k = model.config.keypoints;
    const examples = some.at.map(({ recording, frame }, index) => {
      const map = new Float32Array(rows * cols);
      normaliseFrame(
        some.set.frames.subarray(index * map.length, (index + 1) * map.length),
        model.floor,
        map,
      );
      const of = (cell: number) =>
        drawn[(index * model.config.rows + Math.floor(cell / cols)) * wide + (cell % cols)];
      const drawing = drawsMaps ? Array.from(map, (_, cell) => Math.min(1, Math.max(0, of(cell)))) : [];
      const difference = drawing.map((value, cell) => Math.abs(value - map[cell]));
      return {
        recording,
        frame,
        rows,
        cols,
        map: [...map],
        drawn: drawing,
        difference,
        points: Array.from({ length: k }, (_, point): [number, number] => {
          const place = (index * k + point) * 3;
          return [points[place + 1], points[place + 2]];
        }),
        l1: drawsMaps ? difference.reduce((sum, value) => sum + value, 0) / difference.length : null,
      };
    });
    return { ...found, examples };
  } finally {
    await detector.release();
  }
}
