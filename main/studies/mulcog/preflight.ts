import { freemem } from 'node:os';
import type { Preflight } from '../../contract/jobs.ts';
import type { MulcogParams } from '../../contract/mulcog.ts';
import { ignoreProgress } from '../../core/progress.ts';
import type { Project } from '../../data/project.ts';
import type { MulcogDeps } from './deps.ts';
import { embedModel, modelIds } from './embed-models.ts';
import { kindsOf } from './kinds.ts';
import { missingWords, refuseMissing } from './missing-words.ts';
import { familyOf } from './model-families.ts';

/** Multiplications and additions a second of float64 products on two ordinary cores, the rest of the work included. */
const ASSUMED_SPEED = 4e9;
const BASE_MEMORY = 400e6;
/** Width and number of layers of an ordinary contextual model. */
const WIDTH = 512;
const LAYERS = 3;

/**
 * Memory, time and disk of a study, from sizes alone. Unknown models, and words that a model of single words lacks,
 * come up here already.
 */
export async function mulcogPreflight(
  deps: MulcogDeps,
  project: Project,
  params: MulcogParams,
): Promise<Preflight> {
  const kinds = kindsOf(project, params.setIds);
  const ways = (params.words === 'inner' ? 2 : 1) * params.responseDelays.length;
  let [peak, operations, disk] = [0, 0, 0];
  for (const { id, sets } of kinds) {
    const [set] = sets;
    const texts = project.itemSets.texts(set.textsHash);
    for (const model of modelIds(params)) {
      const family = familyOf(model);
      if (family.kind !== 'static' || params.intersect) continue;
      const options = {
        lookBackWords: 0,
        seed: 1,
        signal: new AbortController().signal,
        report: ignoreProgress,
      };
      const { known } = await embedModel(deps, project, model, set.language, texts, [], options);
      refuseMissing(id, missingWords(set, texts, known));
    }
    const candidates = set.rows.kind === 'samples' ? ways : 1;
    const rows = LAYERS * modelIds(params).length;
    for (const { dataArrayId, units } of sets) {
      const [items, columns] = project.arrays.info(dataArrayId).shape;
      peak = Math.max(peak, items * columns * 8 * (LAYERS * candidates + params.folds + 4));
      const product = 4 * items * columns * WIDTH;
      operations += product * (rows / 2) * (candidates * (1 + params.folds) + params.shuffles / 2);
      disk += 8 * items * units.length * rows;
    }
  }
  const peakMemoryBytes = BASE_MEMORY + peak;
  const fits = peakMemoryBytes < freemem();
  const gigabytes = Number((peakMemoryBytes / 1e9).toFixed(1));
  const smaller = { ...params, words: 'all' as const, responseDelays: [0] };
  return {
    peakMemoryBytes,
    seconds: operations / ASSUMED_SPEED,
    diskBytes: disk,
    fits,
    reason: fits
      ? null
      : {
          code: 'mulcog.memory',
          message: `This study needs about ${gigabytes} GB of memory, more than is free; close other programs, choose fewer sets, or fix words and delay instead of choosing them.`,
          params: { gigabytes },
        },
    alternative:
      fits || ways === 1
        ? null
        : {
            description: 'All words and no delay, instead of choosing them on inner folds.',
            params: smaller,
          },
  };
}
