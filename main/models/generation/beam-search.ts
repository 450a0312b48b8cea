import type { CausalReader } from './causal-reader.ts';
import {
  type BeamCandidate,
  type BeamOptions,
  type BeamScorer,
  type Generated,
  type GenerationOptions,
  room,
} from './generation-options.ts';
import { logSoftmax, topOf } from './token-scores.ts';

interface Candidate extends BeamCandidate {
  readonly beam: number;
  readonly score: number;
}

interface Finished {
  readonly candidate: Candidate;
  readonly ended: Generated['ended'];
  /** Score under the length penalty. */
  readonly value: number;
}

/**
 * Beam search: the most promising `beams` continuations go on side by side; of the finished ones the best by penalised score
 * is returned. Follows the reference (transformers, `early_stopping=False`): twice as many candidates as beams are drawn, a
 * text ends only where it is among the best `beams`, and the search ends when no open beam can pass the worst finished one
 * at its present length.
 */
export async function beamSearch(
  reader: CausalReader,
  text: readonly number[],
  options: BeamOptions,
  { newTokens, stopIds, filters, signal }: GenerationOptions,
): Promise<Generated> {
  const { beams, lengthPenalty } = options;
  const limit = room(reader, text, newTokens);
  const penalised = (score: number, length: number) => score / length ** lengthPenalty;
  let running: Candidate[] = [{ ids: [], logProbability: 0, score: 0, beam: 0 }];
  let finished: Finished[] = [];
  signal.throwIfAborted();
  let scores = await reader.start([text]);
  for (let length = 1; length <= limit; length++) {
    const size = reader.config.vocabularySize;
    const proposed = running.flatMap((parent, beam) => {
      const logs = logSoftmax(scores.subarray(beam * size, (beam + 1) * size));
      const filtered = logs.slice();
      for (const filter of filters) filter(filtered, [...text, ...parent.ids]);
      return topOf(filtered, options.breadth ?? 2 * beams).map((id) => ({
        ids: [...parent.ids, id],
        logProbability: parent.logProbability + logs[id],
        beam,
      }));
    });
    const ranked = await rank(proposed, options.scorer);
    const best = ranked.slice(0, 2 * beams);
    const stops = (candidate: Candidate) => stopIds.includes(candidate.ids[length - 1]);
    for (const candidate of best.slice(0, beams)) {
      if (!stops(candidate) && length < limit) continue;
      const ended = stops(candidate) ? 'stop' : limit < newTokens ? 'model-limit' : 'length';
      finished.push({ candidate, ended, value: penalised(candidate.score, length) });
    }
    finished = finished.sort((a, b) => b.value - a.value).slice(0, beams);
    const open = best.filter((candidate) => !stops(candidate)).slice(0, beams);
    const worst = finished.length < beams ? Number.NEGATIVE_INFINITY : finished[beams - 1].value;
    if (length === limit || open.length === 0 || penalised(open[0].score, length) <= worst) break;
    signal.throwIfAborted();
    running = open;
    scores = await reader.next(
      open.map((candidate) => candidate.ids[length - 1]),
      open.map((candidate) => candidate.beam),
    );
  }
  if (finished.length === 0) return { ids: [], logProbability: 0, ended: 'model-limit' };
  const [{ candidate, ended }] = finished;
  const ids = ended === 'stop' ? candidate.ids.slice(0, -1) : candidate.ids;
  return { ids, logProbability: candidate.logProbability, ended };
}

/** Candidates by falling score; equal ones in their order. */
async function rank(
  proposed: readonly (BeamCandidate & { readonly beam: number })[],
  scorer: BeamScorer | undefined,
): Promise<Candidate[]> {
  const scores = scorer === undefined ? proposed.map((one) => one.logProbability) : await scorer(proposed);
  if (scores.length !== proposed.length)
    throw new Error(`the scorer gave ${scores.length} scores for ${proposed.length} candidates`);
  return proposed
    .map((candidate, at) => ({ ...candidate, score: scores[at] }))
    .sort((a, b) => b.score - a.score || a.beam - b.beam);
}
