import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createProject } from '../../main/data/open-project.ts';
import { cachedFeatures } from '../../main/stimuli/compute-features.ts';
import { DEFAULT_FEATURE_SETTINGS, type FeatureSpace } from '../../main/stimuli/feature-space.ts';
import { createFeatureSpaces } from '../../main/stimuli/feature-spaces.ts';
import { bundled, narrativeWords } from '../bundled.ts';
import { scratchFolder, silent } from '../unit/data/scratch.ts';

it('computes features once per project and gives the kept ones afterwards, value for value', async () => {
  const project = createProject(join(scratchFolder(), 'p.gyrus'), { logger: silent });
  const stimulus = {
    id: 's1',
    name: 'story',
    language: 'en',
    words: await narrativeWords(20),
    contentHash: 'h',
  };
  project.stimuli.put(stimulus);
  const glove = createFeatureSpaces(bundled).get('glove');
  let computed = 0;
  const counting: FeatureSpace = {
    ...glove,
    compute: (words, options) => {
      computed++;
      return glove.compute(words, options);
    },
  };
  const options = {
    settings: DEFAULT_FEATURE_SETTINGS,
    signal: new AbortController().signal,
    report: () => {},
  };
  const [first] = await cachedFeatures(project, stimulus, counting, options);
  const [second] = await cachedFeatures(project, stimulus, counting, options);
  expect(computed).toBe(1);
  expect(second).toEqual(first);
  expect(project.features.list({ spaceId: 'glove' })).toHaveLength(1);
  await cachedFeatures(project, { ...stimulus, words: stimulus.words.slice(1) }, counting, options);
  expect(computed).toBe(2);
  project.close();
});
