import { z } from 'zod';
import { driftColumns, orthonormalBasis } from '../../analysis/nuisance.ts';
import type { Stimulus } from '../../contract/stimuli.ts';
import { contentHash } from '../../core/hash.ts';
import type { ReportProgress } from '../../core/progress.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';
import type { FeatureSpaces } from '../../stimuli/feature-spaces.ts';
import type { Matrix } from '../../tensor/matrix.ts';
import { permutation } from '../../tensor/random/sampling.ts';
import { createRandom, type Random } from '../../tensor/random/xoshiro.ts';
import { sampledFeatures } from '../encoding/sampled-features.ts';
import { cleanedRuns } from '../encoding/subject-data.ts';
import type { SampleOptions } from './options.ts';
import { speak, spokenTokens } from './word-times.ts';

const narrativesSchema = z.object({
  passages: z.array(z.object({ id: z.string(), title: z.string(), source: z.string(), text: z.string() })),
});
type Passage = z.infer<typeof narrativesSchema>['passages'][number];

/** A passage read aloud: what is heard in one run. */
export interface Story {
  readonly passage: Passage;
  readonly stimulus: Stimulus;
}

/** Seconds of silence at the start of a run, and after the last word. */
const LEAD = 4;
const TAIL = 10;
/** More words a second than anyone here reads: a passage with fewer is followed by the next one. */
const FASTEST = 3.2;

/** As many stories as distinct runs need, drawn from the bundled narratives, with plausible word times. A story too short for its run goes on with the next passage. */
export async function readStories(
  resources: ResourceStore,
  options: SampleOptions,
  phonemes: (word: string) => number,
): Promise<Story[]> {
  const text = new TextDecoder().decode(await resources.read(RESOURCES.narratives));
  const { passages } = narrativesSchema.parse(JSON.parse(text));
  const random = createRandom(options.seed, 1);
  const order = permutation(random, passages.length);
  let next = 0;
  const draw = (): Passage => passages[order[next++ % order.length]];
  return Array.from({ length: options.runs - 1 }, () => {
    const passage = draw();
    const tokens = spokenTokens(passage.text);
    while (tokens.length < options.minutes * 60 * FASTEST) tokens.push(...spokenTokens(draw().text));
    const { words } = speak(tokens, { random, phonemes, lead: LEAD, end: options.minutes * 60 - TAIL });
    const stimulus = {
      id: passage.id,
      name: passage.title,
      language: 'en',
      words,
      contentHash: contentHash(words),
    };
    return { passage, stimulus };
  });
}

/** Layer features and word rate of all stories, one after another, without drift: what tuning is planted in. */
export interface StoryDesign {
  readonly samples: number;
  /** By layer name. */
  readonly layers: ReadonlyMap<string, Matrix>;
  readonly wordRate: Matrix;
  readonly controls: Matrix;
}

export const DESIGN = {
  featureSpace: 'use-lite',
  lookBackWords: 20,
  highPassSeconds: 128,
} as const;

/** Computes the design with the very same steps that a study uses. */
export async function designStories(
  spaces: FeatureSpaces,
  stories: readonly Story[],
  options: SampleOptions,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<StoryDesign> {
  const samples = Math.round((options.minutes * 60) / options.repetitionTime);
  const basis = orthonormalBasis(driftColumns(samples, options.repetitionTime, DESIGN.highPassSeconds));
  const joint = async (spaceId: string): Promise<Matrix[]> => {
    const perStory: Matrix[][] = [];
    for (const { stimulus } of stories) {
      const request = {
        spaceId,
        stimulus,
        lookBackWords: DESIGN.lookBackWords,
        seed: options.seed,
        downsampling: 'lanczos',
        hemodynamics: { kind: 'spm' },
        samplingInterval: options.repetitionTime,
        samples,
      } as const;
      perStory.push(await sampledFeatures(spaces, null, request, signal, report));
    }
    return perStory[0].map((_, layer) =>
      cleanedRuns(
        perStory.map((layers) => layers[layer]),
        stories.map(() => basis),
      ),
    );
  };
  const names = spaces.get(DESIGN.featureSpace).info.layers;
  const layers = await joint(DESIGN.featureSpace);
  const [wordRate] = await joint('word-rate');
  const [controls] = await joint('word-rate-position');
  return { samples, layers: new Map(names.map((name, index) => [name, layers[index]])), wordRate, controls };
}

/** One stream of random numbers per purpose, so that adding a subject changes no other one. */
export function sampleStream(options: SampleOptions, stream: number): Random {
  return createRandom(options.seed, 100 + stream);
}
