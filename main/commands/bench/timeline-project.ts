import type { Logger } from '../../core/logger.ts';
import { createProject } from '../../data/open-project.ts';
import { createRandom } from '../../tensor/random/xoshiro.ts';

export interface TimelineSize {
  readonly runs: number;
  readonly checkpoints: number;
  readonly metrics: number;
}

/** Seeds a plan; steps between checkpoints. */
const SEEDS = 5;
const SPACING = 500;

/** Writes a project with simulated training curves: exponential decay with noise, a rate and a floor for every run. */
export function writeTimelineProject(path: string, size: TimelineSize, logger: Logger): void {
  const project = createProject(path, { logger });
  const random = createRandom(1, 2026);
  const steps = Uint32Array.from({ length: size.checkpoints }, (_, at) => at * SPACING);
  try {
    project.transaction(() => {
      for (let run = 0; run < size.runs; run++) {
        const plan = Math.floor(run / SEEDS);
        const { id } = project.training.create({
          plan: `plan-${plan}`,
          name: `simulated ${plan + 1}`,
          origin: 'imported',
          seed: run % SEEDS,
          config: { model_type: 'gpt2' },
          settings: null,
          provider: null,
          codeVersion: 'bench',
          simulated: true,
          tokensPerStep: 1024,
          totalSteps: size.checkpoints * SPACING,
        });
        for (let metric = 0; metric < size.metrics; metric++) {
          const [floor, rate] = [1 + random.uniform(), (2 + 6 * random.uniform()) / size.checkpoints];
          const values = Float64Array.from(
            steps,
            (_, at) => floor + 6 * Math.exp(-rate * at) + 0.05 * random.normal(),
          );
          project.training.metrics.appendSeries(id, `metric-${metric}`, steps, values);
        }
        project.training.setState(id, 'complete');
      }
    });
  } finally {
    project.close();
  }
}
