import type { ItemSet, ItemText } from '../../contract/item-sets.ts';
import { type MulcogParams, mulcogParamsSchema } from '../../contract/mulcog.ts';
import { contentHash } from '../../core/hash.ts';
import type { Project } from '../../data/project.ts';
import type { JobContext, JobType } from '../../jobs/job-type.ts';
import { contentWords } from '../../stimuli/function-words.ts';
import { analyseModel, openSet, type SetModelResult } from './analyse-set.ts';
import { composeResult } from './compose-result.ts';
import type { MulcogDeps } from './deps.ts';
import { embedModel, modelIds } from './embed-models.ts';
import type { TextEmbeddings } from './embed-texts.ts';
import { keepItems } from './kind-items.ts';
import { type KindInput, kindsOf } from './kinds.ts';
import { missingWords, refuseMissing } from './missing-words.ts';
import { familyOf } from './model-families.ts';
import { mulcogPreflight } from './preflight.ts';
import { recordMulcog } from './provenance.ts';
import { itemsOf } from './set-items.ts';
import { keepSet, type SetRecord } from './set-record.ts';

/** Raised whenever the same parameters would give other numbers than before. */
const METHOD_VERSION = 2;

/** What the job remembers between chunks: one set is one chunk. */
export interface MulcogCursor {
  readonly runId: string;
  readonly startedAt: number;
  readonly records: readonly SetRecord[];
  /** By kind: items that were left out. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  /** By model: names of its layers. */
  readonly layers: Readonly<Record<string, readonly string[]>>;
}

/** The job type `study.mulcog`. */
export function mulcogJob(deps: MulcogDeps): JobType<MulcogParams> {
  return {
    type: 'study.mulcog',
    params: mulcogParamsSchema,
    title: ({ setIds }) => `MulCogBench study, ${setIds.length} sets`,
    recovery: 'resume',
    preflight: (project, params) => mulcogPreflight(deps, project, params),
    run: (context, params) => runMulcog(deps, context, params),
  };
}

/** Id of the run that these parameters on these very data give: the same question finds its answer again. */
export function mulcogRunId(project: Project, params: MulcogParams, kinds: readonly KindInput[]): string {
  const { setIds: _order, ...settings } = params;
  const data = kinds.map(({ id, sets }) => ({
    id,
    sets: sets.map(({ subject, textsHash, rows, units, dataArrayId }) => ({
      subject,
      textsHash,
      rows,
      units,
      data: project.arrays.info(dataArrayId).contentHash,
    })),
  }));
  return `mulcog-${contentHash({ method: METHOD_VERSION, settings, data }).slice(0, 20)}`;
}

async function runMulcog(
  deps: MulcogDeps,
  context: JobContext,
  params: MulcogParams,
): Promise<{ runId: string }> {
  const { project, signal, report } = context;
  const kinds = kindsOf(project, params.setIds);
  const runId = mulcogRunId(project, params, kinds);
  if (project.runs.find(runId)?.state === 'complete') return { runId };
  let cursor = context.cursor<MulcogCursor>() ?? begin(deps, context, params, kinds, runId);
  const total = kinds.reduce((sum, { sets }) => sum + sets.length, 0);
  const engine = await deps.engine();
  for (const kind of kinds) {
    const left = kind.sets.filter(({ id }) => !cursor.records.some((record) => record.setId === id));
    if (left.length === 0) continue;
    const open = await embedKind(deps, context, kind, kinds, params);
    const missing = missingWords(kind.sets[0], open.texts, open.usable);
    if (!params.intersect) refuseMissing(kind.id, missing);
    for (const set of left) {
      signal.throwIfAborted();
      report({ phase: 'scoring', done: cursor.records.length, total, unit: 'sets' });
      const ready = openSet(
        project,
        engine,
        set,
        open.texts,
        open.items,
        open.usable,
        open.isContent,
        params,
      );
      const results: SetModelResult[] = [];
      for (const [id, embeddings] of open.embeddings) {
        results.push(await analyseModel(engine, ready, id, embeddings, params, signal));
      }
      const layers = Object.fromEntries(
        [...open.embeddings].map(([id, { layers: own }]) => [id, own.map(({ name }) => name)]),
      );
      let next = cursor;
      project.transaction(() => {
        const record = keepSet(project, runId, kind.id, ready, results);
        const { groups, labels } = open.items;
        keepItems(project, runId, kind.id, { groups: [...groups], labels: [...labels] });
        next = {
          ...cursor,
          records: [...cursor.records, record],
          missing: { ...cursor.missing, [kind.id]: missing },
          layers: { ...cursor.layers, ...layers },
        };
        context.commit(next, () => {});
      });
      cursor = next;
    }
  }
  report({ phase: 'summary', done: total, total, unit: 'sets' });
  const result = await composeResult(deps, project, params, kinds, cursor);
  context.commit(cursor, () => {
    project.runs.finish(runId, 'complete', result);
    recordMulcog(deps, project, kinds, result, runId);
  });
  return { runId };
}

/** Makes the run's row, in place of what a run that was given up may have left under the same id. */
function begin(
  deps: MulcogDeps,
  context: JobContext,
  params: MulcogParams,
  kinds: readonly KindInput[],
  runId: string,
): MulcogCursor {
  const { project } = context;
  const cursor: MulcogCursor = { runId, startedAt: Date.now(), records: [], missing: {}, layers: {} };
  project.transaction(() => {
    if (project.runs.find(runId) !== null) project.runs.delete(runId);
    const languages = [...new Set(kinds.map(({ sets }) => sets[0].language))].join(' + ');
    project.runs.create({
      id: runId,
      study: 'mulcog',
      name: `MulCogBench, ${languages}, ${params.setIds.length} sets`,
      params,
      splitHash: null,
      seed: params.seed,
      codeVersion: deps.codeVersion,
      simulated: kinds.some(({ sets }) => sets.some(({ simulated }) => simulated)),
    });
    context.commit(cursor, () => {});
  });
  return cursor;
}

/** Everything that the sets of a kind share. */
async function embedKind(
  deps: MulcogDeps,
  { project, signal, report }: JobContext,
  kind: KindInput,
  kinds: readonly KindInput[],
  params: MulcogParams,
) {
  const [set] = kind.sets;
  const texts = project.itemSets.texts(set.textsHash);
  const options = { lookBackWords: params.lookBackWords, seed: params.seed, signal, report };
  const embeddings = new Map<string, TextEmbeddings>();
  for (const id of modelsFor(params, set)) {
    const corpus = corpusOf(project, kinds, set.language);
    embeddings.set(id, await embedModel(deps, project, id, set.language, texts, corpus, options));
  }
  const words = texts.flatMap((text) => text.words);
  const usable = Uint8Array.from(words, (_, word) =>
    [...embeddings.values()].every(({ known }) => known[word] === 1) ? 1 : 0,
  );
  const isContentWord = await contentWords(deps.resources, set.language);
  const isContent = Uint8Array.from(words, ({ text }) => (isContentWord(text) ? 1 : 0));
  return { texts, embeddings, usable, isContent, items: itemsOf(set, texts, usable) };
}

/** What is made from the sets' own texts needs running text: a list of words has none. */
function modelsFor(params: MulcogParams, { level }: ItemSet): string[] {
  return modelIds(params).filter((id) => level !== 'word' || familyOf(id).fromTexts === undefined);
}

/** Running texts of a language among the sets of the study, each once. */
function corpusOf(project: Project, kinds: readonly KindInput[], language: string): ItemText[] {
  const hashes = new Set(
    kinds.flatMap(({ sets: [set] }) =>
      set.language === language && set.level !== 'word' ? [set.textsHash] : [],
    ),
  );
  return [...hashes].flatMap((hash) => project.itemSets.texts(hash));
}
