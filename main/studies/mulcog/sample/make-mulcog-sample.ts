import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ItemText } from '../../../contract/item-sets.ts';
import { UserError } from '../../../core/errors.ts';
import type { ReportProgress } from '../../../core/progress.ts';
import type { ResourceStore } from '../../../core/resource-store.ts';
import type { FeatureSpaces } from '../../../stimuli/feature-spaces.ts';
import type { MatrixEngine } from '../../../tensor/engine.ts';
import { type Matrix, rowView, stackRows, takeColumnRange, takeRows } from '../../../tensor/matrix.ts';
import { createRandom, type Random } from '../../../tensor/random/xoshiro.ts';
import { type EmbedOptions, embedTexts } from '../embed-texts.ts';
import { storyDesign } from '../story-design.ts';
import { describeSample } from './describe.ts';
import type { MulcogSampleOptions } from './options.ts';
import { MEG_WINDOWS, PLANTED, type PlantedKind, REGION_GAINS } from './planted.ts';
import { type PlantedSource, plantedResponses, withNoise } from './simulate.ts';
import { type SampleLanguage, sampleSentences, sampleStories, sampleWords } from './texts.ts';
import {
  EYE_MEASURES,
  type LayoutWriter,
  layoutWriter,
  writeEye,
  writeMeg,
  writeMegSidecars,
  writeRatings,
  writeStories,
  writeVolumes,
  writeWordTask,
} from './write-files.ts';

export interface MulcogSampleDeps {
  readonly resources: ResourceStore;
  readonly spaces: FeatureSpaces;
  engine(): Promise<MatrixEngine>;
  readonly generator: { readonly name: string; readonly version: string };
}

/** Ratings' dimensions: those of the Six Semantic Dimension Database. */
const RATINGS = ['vision', 'motor', 'socialness', 'emotion', 'time', 'space'];
const LOOK_BACK = 20;
const SPACES = {
  en: { encoder: 'use-lite', vectors: 'glove', form: 'length-frequency' },
  zh: { encoder: 'use-lite-gloss', vectors: 'gloss-vectors', form: 'length-frequency-zh' },
} as const;

/**
 * Writes a simulated MulCogBench in the published layouts, both languages: equal options, equal bytes.
 * @throws UserError `sample.folder-not-empty`, `resources.missing`
 */
export async function makeMulcogSample(
  deps: MulcogSampleDeps,
  folder: string,
  options: MulcogSampleOptions,
  signal: AbortSignal,
  report: ReportProgress,
): Promise<{ readonly folder: string; readonly seed: number }> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new UserError(
      'sample.folder-not-empty',
      `${folder} is not empty; name a new folder for the simulated experiment.`,
      { folder },
    );
  }
  const streams = { en: 1, zh: 2 } as const;
  const words = await sampleWords(deps.resources, options.words, createRandom(options.seed, 0));
  const stories = await sampleStories(deps.resources, {
    en: createRandom(options.seed, 10),
    zh: createRandom(options.seed, 20),
  });
  for (const language of ['en', 'zh'] as const) {
    const maker = new LanguageSample(deps, options, language, { signal, report });
    const random = createRandom(options.seed, streams[language]);
    const writer = layoutWriter(join(folder, language));
    await maker.words(writer, words[language], random);
    await maker.sentences(writer, await sampleSentences(deps.resources, language), random);
    await maker.stories(writer, stories[language].slice(0, options.stories), random);
  }
  const files = describeSample(options, deps.generator);
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return { folder, seed: options.seed };
}

/** The three levels of one language. */
class LanguageSample {
  private readonly deps: MulcogSampleDeps;
  private readonly options: MulcogSampleOptions;
  private readonly language: SampleLanguage;
  private readonly embedding: EmbedOptions;

  constructor(
    deps: MulcogSampleDeps,
    options: MulcogSampleOptions,
    language: SampleLanguage,
    work: Pick<EmbedOptions, 'signal' | 'report'>,
  ) {
    this.deps = deps;
    this.options = options;
    this.language = language;
    this.embedding = { ...work, lookBackWords: LOOK_BACK, seed: options.seed };
  }

  private get subjects(): string[] {
    return Array.from({ length: this.options.subjects }, (_, at) => String(at + 1).padStart(2, '0'));
  }

  /** Values of every word of the texts in what was planted for a kind of data. */
  private async sources(kind: PlantedKind, texts: readonly ItemText[]): Promise<PlantedSource[]> {
    const sources: PlantedSource[] = [];
    for (const { model, layer, weight } of kind.parts) {
      const space = this.deps.spaces.get(SPACES[this.language][model]);
      const { layers } = await embedTexts(space, texts, this.embedding);
      sources.push({ features: layers[layer].values, weight });
    }
    return sources;
  }

  async words(writer: LayoutWriter, words: readonly string[], random: Random): Promise<void> {
    const texts = words.map((text) => ({ name: text, words: [{ text, end: null, counts: true }] }));
    const engine = await this.deps.engine();
    const ratings = await plantedResponses(
      engine,
      await this.sources(kindOf('rating', 'word'), texts),
      RATINGS.length,
      random,
    );
    await writeRatings(
      writer,
      words,
      RATINGS,
      withNoise(ratings, () => 1, random),
    );
    const sources = await this.sources(kindOf('fmri', 'word'), texts);
    const voxels = this.options.voxels * REGION_GAINS.length;
    const people = [];
    for (const subject of this.subjects) {
      const responses = await plantedResponses(engine, sources, voxels, random);
      people.push({ subject, data: withNoise(responses, () => 1, random, { offset: 1.5 }) });
    }
    await writeWordTask(writer, words, people);
  }

  async sentences(writer: LayoutWriter, sentences: readonly ItemText[], random: Random): Promise<void> {
    const sources = await this.sources(kindOf('eye', 'sentence'), sentences);
    const responses = await plantedResponses(await this.deps.engine(), sources, EYE_MEASURES.length, random);
    await writeEye(
      writer,
      sentences,
      withNoise(responses, () => 1, random),
    );
  }

  async stories(writer: LayoutWriter, stories: readonly ItemText[], random: Random): Promise<void> {
    await writeStories(writer, stories, this.language);
    await this.storyFmri(writer, stories, random);
    await this.storyMeg(writer, stories.slice(0, Math.ceil(stories.length / 2)), random);
  }

  private async storyFmri(writer: LayoutWriter, stories: readonly ItemText[], random: Random): Promise<void> {
    const engine = await this.deps.engine();
    const clock = { interval: 0.71, skipped: 19 };
    const volumes = stories.map(({ words }) => {
      const last = words.at(-1)?.end ?? 0;
      return Math.ceil((Math.floor(last * 100) + 1) / 71) - clock.skipped;
    });
    const sampled: PlantedSource[] = [];
    for (const { features, weight } of await this.sources(kindOf('fmri', 'discourse'), stories)) {
      const parts: Matrix[] = [];
      let from = 0;
      for (const [at, story] of stories.entries()) {
        const taken = story.words.map(({ counts }) => counts);
        const design = storyDesign(story, taken, clock, volumes[at]);
        parts.push(await engine.multiply(design, rowView(features, from, from + story.words.length)));
        from += story.words.length;
      }
      sampled.push({ features: stackRows(parts), weight });
    }
    for (const subject of this.subjects) {
      const columns = this.options.voxels * REGION_GAINS.length;
      const responses = await plantedResponses(engine, sampled, columns, random);
      const gain = (column: number): number => REGION_GAINS[Math.floor(column / this.options.voxels)].gain;
      const data = withNoise(responses, gain, random, { autocorrelation: 0.3, offset: 1 });
      for (const [at, { region }] of REGION_GAINS.entries()) {
        const own = takeColumnRange(data, at * this.options.voxels, (at + 1) * this.options.voxels);
        let row = 0;
        for (const [story, count] of volumes.entries()) {
          await writeVolumes(writer, region, subject, story + 1, rowView(own, row, row + count));
          row += count;
        }
      }
    }
  }

  private async storyMeg(writer: LayoutWriter, stories: readonly ItemText[], random: Random): Promise<void> {
    const { sensors } = this.options;
    await writeMegSidecars(writer, sensors);
    const all = await this.sources(kindOf('meg', 'discourse'), stories);
    const words = stories.flatMap((story) => story.words);
    const counting = words.flatMap(({ counts }, at) => (counts ? [at] : []));
    const sources = all.map(({ features, weight }) => ({ features: takeRows(features, counting), weight }));
    const columns = sensors * MEG_WINDOWS.length;
    const responses = await plantedResponses(await this.deps.engine(), sources, columns, random);
    for (const subject of this.subjects) {
      const data = withNoise(responses, (column) => MEG_WINDOWS[Math.floor(column / sensors)].gain, random);
      let row = 0;
      for (const [story, text] of stories.entries()) {
        const count = text.words.filter(({ counts }) => counts).length;
        await writeMeg(writer, subject, story + 1, rowView(data, row, row + count));
        row += count;
      }
    }
  }
}

function kindOf(modality: PlantedKind['modality'], level: PlantedKind['level']): PlantedKind {
  const kind = PLANTED.find((one) => one.modality === modality && one.level === level);
  if (kind === undefined) throw new Error(`nothing is planted in ${level} ${modality}`);
  return kind;
}
