import type { Notice } from '../../contract/errors.ts';
import type { MulcogKind, MulcogParams, MulcogResult } from '../../contract/mulcog.ts';
import type { Project } from '../../data/project.ts';
import { type Matrix, zeros } from '../../tensor/matrix.ts';
import { meanPatternScores, subjectCeiling } from './ceilings.ts';
import { growthOf, languageAgreement, layerContrasts } from './compare-kinds.ts';
import type { MulcogDeps } from './deps.ts';
import { describeModel, modelIds } from './embed-models.ts';
import { readItems } from './kind-items.ts';
import type { KindInput } from './kinds.ts';
import { counted } from './missing-words.ts';
import type { MulcogCursor } from './mulcog-job.ts';
import { describeMulcogProvenance } from './provenance.ts';
import { foldsOf, itemsOf } from './set-items.ts';
import { summariseKind } from './summarise.ts';

const UNIT_KINDS = { fmri: 'region', meg: 'window', rating: 'measure', eye: 'measure' } as const;

/** Puts the result together from what every set left, in the project and in the cursor. */
export async function composeResult(
  deps: MulcogDeps,
  project: Project,
  params: MulcogParams,
  kinds: readonly KindInput[],
  cursor: MulcogCursor,
): Promise<MulcogResult> {
  const languages = [...new Set(kinds.map(({ sets }) => sets[0].language))];
  const models = modelIds(params).flatMap((id) => {
    const layers = cursor.layers[id];
    return layers === undefined ? [] : [describeModel(deps, project, id, languages, layers)];
  });
  const summarised = [];
  for (const input of kinds) {
    const records = input.sets.map((set) => {
      const record = cursor.records.find(({ setId }) => setId === set.id);
      if (record === undefined) throw new Error(`set ${set.id} was not scored`);
      return record;
    });
    const kind = await describeKind(deps, project, params, input, cursor);
    summarised.push(summariseKind(project, cursor.runId, { kind, records }, models, params.seed));
  }
  return {
    study: 'mulcog',
    params,
    simulated: kinds.some(({ sets }) => sets.some(({ simulated }) => simulated)),
    models,
    kinds: summarised.map(({ kind }) => kind),
    cells: summarised.flatMap(({ cells }) => cells),
    contrasts: layerContrasts(summarised, models),
    growth: growthOf(summarised, models),
    languages: languageAgreement(summarised, models, params.seed),
    notices: noticesOf(kinds, languages, cursor),
    provenance: describeMulcogProvenance(deps, kinds, params.seed, cursor.startedAt),
  };
}

async function describeKind(
  deps: MulcogDeps,
  project: Project,
  params: MulcogParams,
  { id, sets }: KindInput,
  cursor: MulcogCursor,
): Promise<Omit<MulcogKind, 'choices'>> {
  const [set] = sets;
  const { language, modality, level, units, sensors } = set;
  const missing = [...(cursor.missing[id] ?? [])];
  const texts = project.itemSets.texts(set.textsHash);
  const words = texts.flatMap((text) => text.words);
  const left = new Set(missing);
  const usable = Uint8Array.from(words, ({ text }) => (left.has(text) ? 0 : 1));
  const items = itemsOf(set, texts, usable);
  const data = sets.map(({ dataArrayId }) => usableColumns(project, dataArrayId, items.rows));
  const comparable = modality !== 'fmri';
  const folds = foldsOf(items.groups, params.folds);
  const patterns = data.map((matrix) => meanPatternScores(matrix, folds));
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  return {
    id,
    language,
    modality,
    level,
    items: readItems(project, cursor.runId, id).labels.length,
    missing,
    unitKind: UNIT_KINDS[modality],
    units: units.map(({ name, columns, seconds }) => ({ name, columns, seconds })),
    sensors: sensors === null ? null : [...sensors],
    subjects: sets.map(({ id: setId, name, subject }) => {
      const record = cursor.records.find((one) => one.setId === setId);
      return {
        subject,
        setId,
        setName: name,
        columns: record?.columns ?? 0,
        excludedColumns: record?.excludedColumns ?? 0,
      };
    }),
    ceiling: await subjectCeiling(await deps.engine(), data, items, comparable),
    meanPattern: {
      itemwise: meanOf(patterns.map(({ itemwise }) => itemwise)),
      trialwise:
        modality === 'fmri' && level === 'word' ? meanOf(patterns.map(({ trialwise }) => trialwise)) : null,
    },
  };
}

/** Kept rows of an array, without columns that never vary or hold NaN. */
function usableColumns(project: Project, arrayId: string, rows: Int32Array): Matrix {
  const { shape, data } = project.arrays.readAs(arrayId, 'float32');
  const cols = shape[1];
  const kept = Array.from({ length: cols }, (_, col) => col).filter((col) => {
    const first = data[rows[0] * cols + col];
    return (
      rows.every((row) => Number.isFinite(data[row * cols + col])) &&
      rows.some((row) => data[row * cols + col] !== first)
    );
  });
  const out = zeros(rows.length, kept.length);
  rows.forEach((row, at) => {
    kept.forEach((col, place) => {
      out.data[at * kept.length + place] = data[row * cols + col];
    });
  });
  return out;
}

function noticesOf(
  kinds: readonly KindInput[],
  languages: readonly string[],
  cursor: MulcogCursor,
): Notice[] {
  const notices: Notice[] = kinds.flatMap(({ sets }) => sets.flatMap((set) => set.notices));
  if (languages.includes('zh')) {
    notices.push({
      level: 'warning',
      code: 'mulcog.derived-chinese',
      message:
        'The bundled Chinese vectors and encoder are made of English glosses; that languages agree with them is no independent evidence. Use a Chinese model folder for that.',
      params: {},
    });
  }
  for (const [kind, words] of Object.entries(cursor.missing)) {
    if (words.length === 0) continue;
    notices.push({
      level: 'warning',
      code: 'mulcog.left-out',
      message: `${kind}: left out ${counted(words.length)}, because some model has no embedding for them (${words.slice(0, 12).join(', ')}).`,
      params: { kind, count: words.length, words: words.slice(0, 12).join(', ') },
    });
  }
  return notices;
}
