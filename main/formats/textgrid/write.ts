import type { Word } from '../../contract/stimuli.ts';

/**
 * A Praat TextGrid (long text format, UTF-8) with one interval tier of words; the gaps between words are empty
 * intervals, as Praat wants tiers without holes.
 * @param end length of the recording in seconds; at least the last word's end
 */
export function textGridOfWords(words: readonly Word[], end: number, tier = 'words'): string {
  const intervals: { from: number; to: number; text: string }[] = [];
  let at = 0;
  for (const { text, onset, duration } of words) {
    const from = Math.max(at, onset);
    if (from > at) intervals.push({ from: at, to: from, text: '' });
    at = Math.max(from, onset + duration);
    if (at > from) intervals.push({ from, to: at, text });
  }
  if (at < end) intervals.push({ from: at, to: end, text: '' });
  const number = (value: number): string => Number(value.toFixed(6)).toString();
  const lines = intervals.flatMap(({ from, to, text }, index) => [
    `        intervals [${index + 1}]:`,
    `            xmin = ${number(from)}`,
    `            xmax = ${number(to)}`,
    `            text = "${text.replaceAll('"', '""')}"`,
  ]);
  return `${[
    'File type = "ooTextFile"',
    'Object class = "TextGrid"',
    '',
    'xmin = 0',
    `xmax = ${number(Math.max(at, end))}`,
    'tiers? <exists>',
    'size = 1',
    'item []:',
    '    item [1]:',
    '        class = "IntervalTier"',
    `        name = "${tier}"`,
    '        xmin = 0',
    `        xmax = ${number(Math.max(at, end))}`,
    `        intervals: size = ${intervals.length}`,
    ...lines,
  ].join('\n')}\n`;
}
