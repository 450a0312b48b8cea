import type { MulcogSampleOptions } from './options.ts';
import { MEG_WINDOWS, PLANTED, REGION_GAINS } from './planted.ts';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** The files at the top: what this is, that it is simulated, what was planted. */
export function describeSample(
  options: MulcogSampleOptions,
  generator: { readonly name: string; readonly version: string },
): Record<string, string> {
  const readme = [
    '# Simulated MulCogBench',
    '',
    'These data are simulated. Nobody rated, read, or lay in a scanner; nothing found here says anything about brains.',
    'They exist to show that an analysis recovers what was planted (truth.json).',
    '',
    `Seed ${options.seed}, ${options.subjects} simulated people per language, ${options.words} words out of context.`,
    '',
    '- Layout: as the released MulCogBench and SMN4Lang folders; ratings as a table, since no layout is published.',
    '- Texts: Universal Declaration of Human Rights, English and Chinese, cut into stories at the same articles.',
    '  Word times are made up at an ordinary reading pace. Word lists are translations of each other (CC-CEDICT).',
    '- English responses are made of the bundled Universal Sentence Encoder lite and of GloVe vectors.',
    '- Chinese responses are made of the same encoder and vectors through the English glosses of CC-CEDICT, word for',
    '  word: the Chinese half is derived from English. That both languages agree here is therefore by construction.',
    '- CC-CEDICT is by MDBG and contributors, CC BY-SA 4.0; what is derived from it here stays under that licence.',
    '- MEG sensors lie on a made-up disc; region names are those of the published files, voxels have no place.',
    '',
  ];
  return {
    'README.md': readme.join('\n'),
    'dataset_description.json': json({
      Name: `Simulated MulCogBench (seed ${options.seed})`,
      Simulated: true,
      License: 'CC BY-SA 4.0',
      GeneratedBy: [
        {
          Name: `${generator.name} sample`,
          Version: generator.version,
          Description: 'Simulated; no person took part.',
        },
      ],
    }),
    'truth.json': json({
      simulated: true,
      generator: `${generator.name} ${generator.version}`,
      ...options,
      planted: PLANTED,
      megWindows: MEG_WINDOWS,
      regions: REGION_GAINS,
    }),
  };
}
