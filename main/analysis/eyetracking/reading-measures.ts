/** The rectangle of a word on the screen, in the unit of gaze; right and bottom edges are outside. */
export interface WordArea {
  readonly word: string;
  readonly line: number;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A fixation on the page. Times in milliseconds. */
export interface ReadingFixation {
  readonly start: number;
  readonly end: number;
  readonly x: number;
  readonly y: number;
}

/** Reading measures of one word; durations in milliseconds, 0 where the word was never fixated. */
export interface WordMeasures {
  /** Fixations on the word. */
  readonly fixations: number;
  /** Duration of the first fixation, if it came before any fixation on a later word. */
  readonly firstFixation: number;
  /** Sum of fixations from first entering the word until leaving it, if entered before any later word (first pass). */
  readonly gazeDuration: number;
  /** Time from first entering the word in first pass until a later word is fixated, regressions included. */
  readonly goPast: number;
  /** Sum of all fixations on the word. */
  readonly total: number;
  /** A later word was fixated before this one ever was: skipped in first pass. Words never reached are not skipped. */
  readonly skipped: boolean;
  /** Times the eyes left this word for an earlier one in first pass (regression out). */
  readonly regressionsOut: number;
  /** Times the eyes came to this word from a later one (regression in). */
  readonly regressionsIn: number;
  /** Where the first fixation landed, 0 (left edge) to 1 (right edge); NaN where the word was skipped. */
  readonly landing: number;
}

/** Index of the word that a position lies in; -1 for none. */
export function wordAt(words: readonly WordArea[], x: number, y: number): number {
  return words.findIndex(({ left, right, top, bottom }) => x >= left && x < right && y >= top && y < bottom);
}

/**
 * Reading measures by word (definitions after Rayner 1998, Psychological Bulletin 124:372, and Inhoff & Radach 1998).
 * Words stand in reading order; fixations outside all words end nothing and count nowhere.
 */
export function readingMeasures(
  words: readonly WordArea[],
  fixations: readonly ReadingFixation[],
): WordMeasures[] {
  const measures = words.map(() => ({
    fixations: 0,
    firstFixation: 0,
    gazeDuration: 0,
    goPast: 0,
    total: 0,
    skipped: false,
    regressionsOut: 0,
    regressionsIn: 0,
    landing: Number.NaN,
  }));
  let furthest = -1;
  let previous = -1;
  // The word whose first pass, and the word whose go-past time, is running.
  let inFirstPass = -1;
  let goingPast = -1;
  for (const { start, end, x, y } of fixations) {
    const at = wordAt(words, x, y);
    if (at < 0) continue;
    const own = measures[at];
    const duration = end - start;
    own.fixations += 1;
    own.total += duration;
    if (at > furthest) {
      for (let passed = furthest + 1; passed < at; passed++) measures[passed].skipped = true;
      own.firstFixation = duration;
      own.landing = (x - words[at].left) / (words[at].right - words[at].left);
      furthest = at;
      inFirstPass = at;
      goingPast = at;
    } else if (at !== inFirstPass) {
      if (at < inFirstPass) measures[inFirstPass].regressionsOut += 1;
      inFirstPass = -1;
    }
    if (at === inFirstPass) own.gazeDuration += duration;
    if (goingPast >= 0 && at <= goingPast) measures[goingPast].goPast += duration;
    if (previous > at) own.regressionsIn += 1;
    previous = at;
  }
  return measures;
}
