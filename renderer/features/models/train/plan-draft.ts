import { type TrainingPlan, trainingPlanSchema } from '../../../../main/contract/training.ts';

/** What the form holds: the plan, and what is typed before it becomes numbers. */
export interface PlanDraft {
  readonly plan: TrainingPlan;
  /** Seeds as typed: "1, 2, 3". */
  readonly seeds: string;
  readonly from: 'scratch' | 'folder';
  readonly folder: string;
  readonly corpus: 'state-of-the-union' | 'udhr' | 'files';
  readonly languages: readonly string[];
  readonly files: readonly string[];
}

/** A small GPT on the speeches: minutes on two cores. */
export const firstPlan: PlanDraft = {
  plan: trainingPlanSchema.parse({
    name: 'gpt',
    model: { family: 'gpt2', layers: 4, heads: 4, width: 128, vocabulary: 2048 },
    corpus: [{ bundled: 'state-of-the-union' }],
    steps: 2000,
  }),
  seeds: '1',
  from: 'scratch',
  folder: '',
  corpus: 'state-of-the-union',
  languages: ['eng', 'cmn_hans'],
  files: [],
};

/** Sizes of the model that starts from nothing; the last ones chosen while a folder is chosen instead. */
export function scratchOf({ plan }: PlanDraft) {
  return 'family' in plan.model ? plan.model : null;
}

/** The plan that a draft stands for, or what is wrong with it. */
export function planOf(draft: PlanDraft) {
  const { plan, from, folder, corpus, languages, files } = draft;
  return trainingPlanSchema.safeParse({
    ...plan,
    model: from === 'folder' ? { folder } : plan.model,
    corpus:
      corpus === 'files'
        ? files.map((file) => ({ file }))
        : [{ bundled: corpus, ...(corpus === 'udhr' ? { languages: [...languages] } : {}) }],
    seeds: draft.seeds
      .split(/[\s,，、;；]+/)
      .filter((part) => part !== '')
      .map(Number),
  });
}
