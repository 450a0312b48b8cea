import { basename } from 'node:path';
import type { Notice } from '../../contract/errors.ts';
import type { WordCandidate, WordSource } from '../../contract/importing.ts';
import type { Word } from '../../contract/stimuli.ts';
import { UserError } from '../../core/errors.ts';
import { type EventsTable, readEvents, wordColumns } from '../../formats/bids/events.ts';
import { columnIndex, isMissing } from '../../formats/table/tsv.ts';
import { readTextGrid, type TextGridTier } from '../../formats/textgrid/textgrid.ts';

export interface WordList {
  /** In order of their onsets. */
  readonly words: Word[];
  readonly notices: Notice[];
}

/** Labels that forced aligners and transcribers write where nobody speaks. */
const pause = /^(sp|sil|spn|#|-|<[^>]*>|\{[^}]*\}|\[[^\]]*\])?$/i;

/**
 * Reads the words of a source, seconds on the run's clock. Rows without text or onset are left out; a missing
 * duration counts as 0; words out of order are sorted, each with a notice.
 * @param offset seconds added to every onset
 * @throws UserError as `readEvents` and `readTextGrid` do; `words.no-column`, `words.no-tier`, `words.none`
 */
export async function readWords(source: WordSource, offset = 0): Promise<WordList> {
  const file = basename(source.path);
  const found =
    source.kind === 'events'
      ? wordsOfEvents(await readEvents(source.path), source.column)
      : await wordsOfTier(source.path, source.tier);
  if (found.words.length === 0) {
    throw new UserError(
      'words.none',
      `${file} holds no words in what was chosen: choose another column or tier.`,
      { file },
    );
  }
  const notices = [...found.notices];
  const misplaced = found.words.findIndex(
    (word, index) => index > 0 && word.onset < found.words[index - 1].onset,
  );
  if (misplaced > 0) {
    notices.push({
      level: 'warning',
      code: 'words.out-of-order',
      message: `${file}: words are not in the order of their times ("${found.words[misplaced].text}" begins before the word above it); they were sorted.`,
      params: { file, word: found.words[misplaced].text },
    });
  }
  const words = found.words
    .map((word) => ({ ...word, onset: word.onset + offset }))
    .sort((a, b) => a.onset - b.onset);
  return { words, notices };
}

/**
 * Doubts about words against the run they belong to.
 * @param duration seconds of the run; null where its TR is unknown
 * @throws UserError `words.outside-run` where not one word lies within the run
 */
export function checkWords(words: readonly Word[], duration: number | null, file: string): Notice[] {
  const notices: Notice[] = [];
  const early = words.filter((word) => word.onset < 0).length;
  if (early > 0) {
    notices.push({
      level: 'warning',
      code: 'words.before-run',
      message: `${file}: ${early} words begin before the first volume (negative onsets).`,
      params: { file, count: early },
    });
  }
  if (duration === null) return notices;
  const late = words.filter((word) => word.onset >= duration).length;
  const params = { file, count: late, total: words.length, duration: Number(duration.toFixed(1)) };
  if (late + early === words.length) {
    throw new UserError(
      'words.outside-run',
      `${file}: all ${words.length} words lie outside the run of ${params.duration} s; check that times are in seconds and belong to this run.`,
      params,
    );
  }
  if (late > 0) {
    notices.push({
      level: 'warning',
      code: 'words.beyond-run',
      message: `${file}: ${late} of ${words.length} words begin after the run ends (${params.duration} s); they have no volumes.`,
      params,
    });
  }
  return notices;
}

/**
 * What in these files may be words, best guess first, with the words of the best guess. Files that cannot be read
 * give notices instead.
 */
export async function wordCandidates(
  eventsPath: string | null,
  textGridPath: string | null,
): Promise<{ candidates: WordCandidate[]; best: Word[]; notices: Notice[] }> {
  const candidates: WordCandidate[] = [];
  const notices: Notice[] = [];
  const attempt = async (
    path: string | null,
    read: (path: string) => Promise<WordCandidate[]>,
  ): Promise<void> => {
    if (path === null) return;
    try {
      candidates.push(...(await read(path)));
    } catch (cause) {
      if (!(cause instanceof UserError)) throw cause;
      notices.push({ ...cause.toInfo(), level: 'error' });
    }
  };
  await attempt(textGridPath, tierCandidates);
  await attempt(eventsPath, columnCandidates);
  if (candidates.length === 0) return { candidates, best: [], notices };
  const { words, notices: doubts } = await readWords(candidates[0].source);
  return { candidates, best: words, notices: [...notices, ...doubts] };
}

async function columnCandidates(path: string): Promise<WordCandidate[]> {
  const events = await readEvents(path);
  return wordColumns(events).flatMap((column) => {
    const { words } = wordsOfEvents(events, column);
    const source = { kind: 'events' as const, path, column };
    return words.length === 0 ? [] : [candidate(source, `${events.file}, column ${column}`, words)];
  });
}

async function tierCandidates(path: string): Promise<WordCandidate[]> {
  const { tiers } = await readTextGrid(path);
  const spoken = tiers.flatMap((tier, index) => {
    const words = wordsOf(tier);
    if (tier.type !== 'IntervalTier' || words.length === 0) return [];
    const found = candidate(
      { kind: 'textgrid', path, tier: index },
      `${basename(path)}, tier ${tier.name || index + 1}`,
      words,
    );
    return [{ found, isNamed: /word/i.test(tier.name), isPhones: /phon/i.test(tier.name) }];
  });
  const rank = (tier: (typeof spoken)[number]): number => (tier.isNamed ? 0 : tier.isPhones ? 2 : 1);
  return spoken.sort((a, b) => rank(a) - rank(b)).map(({ found }) => found);
}

function candidate(source: WordSource, label: string, words: readonly Word[]): WordCandidate {
  return {
    source,
    label,
    wordCount: words.length,
    firstOnset: Math.min(...words.slice(0, 5000).map((word) => word.onset)),
    lastOffset: words.reduce((last, word) => Math.max(last, word.onset + word.duration), -Infinity),
    sample: words.slice(0, 8).map((word) => word.text),
  };
}

function wordsOfEvents(events: EventsTable, column: string): WordList {
  const { file, table, onsets, durations } = events;
  const index = columnIndex(table, column);
  if (index < 0) {
    throw new UserError(
      'words.no-column',
      `${file} has no column "${column}" (it has ${table.columns.join(', ')}): choose one of these.`,
      { file, column, columns: table.columns.join(', ') },
    );
  }
  let withoutTime = 0;
  const words = table.rows.flatMap((row, at): Word[] => {
    const text = row[index];
    if (isMissing(text)) return [];
    if (Number.isNaN(onsets[at])) {
      withoutTime += 1;
      return [];
    }
    const duration = Number.isNaN(durations[at]) ? 0 : Math.max(0, durations[at]);
    return [{ text, onset: onsets[at], duration }];
  });
  const notices: Notice[] =
    withoutTime === 0
      ? []
      : [
          {
            level: 'warning',
            code: 'words.without-time',
            message: `${file}: ${withoutTime} words have no onset (n/a) and were left out.`,
            params: { file, count: withoutTime },
          },
        ];
  return { words, notices };
}

async function wordsOfTier(path: string, index: number): Promise<WordList> {
  const { tiers } = await readTextGrid(path);
  const tier = tiers[index];
  if (tier === undefined) {
    const file = basename(path);
    throw new UserError(
      'words.no-tier',
      `${file} has ${tiers.length} tiers, so tier ${index + 1} cannot be read.`,
      {
        file,
        tier: index + 1,
        count: tiers.length,
      },
    );
  }
  return { words: wordsOf(tier), notices: [] };
}

function wordsOf(tier: TextGridTier): Word[] {
  return tier.entries.flatMap(({ start, end, text }) => {
    const word = text.replace(/\s+/g, ' ').trim();
    return pause.test(word) ? [] : [{ text: word, onset: start, duration: Math.max(0, end - start) }];
  });
}
