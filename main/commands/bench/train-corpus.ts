import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { trainingPlanSchema } from '../../contract/training.ts';
import { folderResources } from '../../core/resource-store.ts';
import { createProject } from '../../data/open-project.ts';
import { ngramBaselines } from '../../models/training/ngram-baselines.ts';
import { openTrainer } from '../../models/training/trainer.ts';
import { openHeldOutLoss } from '../../studies/training/held-out-loss.ts';
import { prepareTraining } from '../../studies/training/prepare-training.ts';
import { trainingGraph } from '../../studies/training/train-run.ts';
import type { CommandDeps } from '../command.ts';

/** Held-out sequences that are scored. */
const SCORED = 512;
const WARMUP_SHARE = 0.03;

/**
 * Trains a tiny GPT on the bundled State of the Union addresses for a fixed time and scores text that it has not seen,
 * beside unigrams and bigrams of the same tokens on the same split. Settings: minutes, layers, width, heads,
 * vocabulary, batch, sequence, rate, seed, threads.
 */
export async function bench(
  deps: CommandDeps,
  options: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const setting = (name: string, preset: number): number => Number(options[name] ?? preset);
  const minutes = setting('minutes', 5);
  const seed = setting('seed', 1);
  const peak = setting('rate', 3e-3);
  const plan = trainingPlanSchema.parse({
    name: 'train-corpus',
    model: {
      family: 'gpt2',
      layers: setting('layers', 4),
      heads: setting('heads', 4),
      width: setting('width', 128),
      vocabulary: setting('vocabulary', 512),
    },
    corpus: [{ bundled: 'state-of-the-union' }],
    batch: setting('batch', 16),
    sequence: setting('sequence', 64),
    // Time ends the run, not steps; the schedule below follows the clock.
    steps: 1,
    evaluateSequences: SCORED,
    seeds: [seed],
  });
  const folder = await mkdtemp(join(tmpdir(), 'gyrus-train-corpus-'));
  const project = createProject(join(folder, 'bench.gyrus'), { logger: deps.logger });
  try {
    const started = performance.now();
    const resources = folderResources(deps.paths.resources);
    const prepared = await prepareTraining(project, plan, resources, deps.signal, () => {});
    const preparedSeconds = (performance.now() - started) / 1000;
    const { parameters } = prepared.initial(seed);
    const initial = Object.fromEntries([...parameters].map(([name, { values }]) => [name, values]));
    const threads = setting('threads', 2);
    const trainer = await openTrainer(
      trainingGraph(prepared),
      initial,
      { beta1: 0.9, beta2: 0.999 },
      { threads },
    );
    const evaluator = await openHeldOutLoss(prepared, { threads });
    const score = async () => (await evaluator.evaluate(trainer.state, trainer.step))['held-out-loss'];
    const untrained = await score();
    const begun = performance.now();
    let told = begun;
    let share = 0;
    while (share < 1) {
      deps.signal.throwIfAborted();
      const batch = prepared.batches.training(seed, trainer.step + 1, 0);
      const { step, loss } = await trainer.train(batch, peak * pace(share));
      const now = performance.now();
      share = (now - begun) / (minutes * 60_000);
      if (now - told > 10_000) {
        told = now;
        deps.err(`  step ${step}, loss ${loss.toFixed(3)}, ${Math.round(100 * share)} % of the time\n`);
      }
    }
    const seconds = (performance.now() - begun) / 1000;
    const heldOutLoss = await score();
    const steps = trainer.step;
    await trainer.release();
    await evaluator.release();
    const count = Math.min(prepared.batches.heldOutCount, Math.ceil(SCORED / plan.batch));
    const { vocabularySize } = prepared.config;
    const baselines = ngramBaselines(prepared.training, prepared.batches, count, vocabularySize);
    return {
      minutes,
      tokens: { training: prepared.training.length, held_out: prepared.heldOut.length },
      scored_tokens: count * plan.batch * plan.sequence,
      prepare_s: preparedSeconds,
      steps,
      tokens_per_s: (steps * plan.batch * plan.sequence) / seconds,
      untrained_loss: untrained,
      unigram_loss: baselines.unigram,
      bigram_loss: baselines.bigram,
      held_out_loss: heldOutLoss,
      below_bigram: baselines.bigram - heldOutLoss,
    };
  } finally {
    project.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Share of the peak learning rate: a short warm-up, then a cosine to a twentieth. @param share of the time that is gone */
function pace(share: number): number {
  if (share < WARMUP_SHARE) return Math.max(0.01, share / WARMUP_SHARE);
  return 0.05 + 0.95 * ((1 + Math.cos(Math.PI * Math.min(1, share))) / 2);
}
