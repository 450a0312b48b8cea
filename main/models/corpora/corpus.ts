import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import type { CorpusSource } from '../../contract/training.ts';
import { UserError } from '../../core/errors.ts';
import { RESOURCES, type ResourceStore } from '../../core/resource-store.ts';

/** One text of a corpus. */
export interface CorpusDocument {
  readonly title: string;
  readonly text: string;
}

const bundleSchema = z.object({
  documents: z.array(z.object({ title: z.string(), language: z.string(), text: z.string() })),
});
const gunzipAsync = promisify(gunzip);

const BUNDLED = { 'state-of-the-union': RESOURCES.stateOfTheUnion, udhr: RESOURCES.declarations } as const;

/**
 * The texts that a plan names, in its order; files are UTF-8, one document each.
 * @throws UserError `corpus.empty`, `corpus.unreadable`, `corpus.no-language`, `resources.missing`
 */
export async function readCorpus(
  sources: readonly CorpusSource[],
  resources: ResourceStore,
): Promise<CorpusDocument[]> {
  const documents: CorpusDocument[] = [];
  for (const source of sources) {
    documents.push(
      ...('file' in source ? [await readText(source.file)] : await readBundled(source, resources)),
    );
  }
  const filled = documents.filter(({ text }) => text.trim() !== '');
  if (filled.length > 0) return filled;
  throw new UserError('corpus.empty', 'The corpus is empty: its files hold no text to learn from.');
}

async function readText(path: string): Promise<CorpusDocument> {
  const title = basename(path);
  try {
    return { title, text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path)) };
  } catch (thrown) {
    const why = thrown instanceof TypeError ? 'it is not UTF-8 text' : 'it is not there or may not be read';
    throw new UserError('corpus.unreadable', `${path} cannot be read as text: ${why}.`, { path, why });
  }
}

async function readBundled(
  { bundled, languages }: Extract<CorpusSource, { bundled: string }>,
  resources: ResourceStore,
): Promise<CorpusDocument[]> {
  const bytes = await gunzipAsync(await resources.read(BUNDLED[bundled]));
  const { documents } = bundleSchema.parse(JSON.parse(bytes.toString('utf8')));
  const missing = languages?.find((code) => !documents.some(({ language }) => language === code));
  if (missing !== undefined) {
    throw new UserError('corpus.no-language', `The bundled corpus ${bundled} has no language “${missing}”.`, {
      corpus: bundled,
      language: missing,
    });
  }
  return languages === undefined
    ? documents
    : documents.filter(({ language }) => languages.includes(language));
}

/**
 * Cuts documents into those that train and those that score: every k-th document is held out, or, where there are
 * fewer than k, the end of each. Nothing is held out of the middle of a text that trains.
 * @param share held out, between 0 and 1, exclusive
 */
export function holdOut(
  documents: readonly CorpusDocument[],
  share: number,
): { readonly training: CorpusDocument[]; readonly heldOut: CorpusDocument[] } {
  const every = Math.round(1 / share);
  if (documents.length >= 2 * every) {
    const isHeld = (at: number) => at % every === every - 1;
    return {
      training: documents.filter((_, at) => !isHeld(at)),
      heldOut: documents.filter((_, at) => isHeld(at)),
    };
  }
  const parts = documents.map(({ title, text }) => {
    const from = text.lastIndexOf(' ', Math.floor(text.length * (1 - share)));
    const cut = from > 0 ? from : Math.floor(text.length * (1 - share));
    return [
      { title, text: text.slice(0, cut) },
      { title, text: text.slice(cut) },
    ] as const;
  });
  return { training: parts.map(([front]) => front), heldOut: parts.map(([, end]) => end) };
}
