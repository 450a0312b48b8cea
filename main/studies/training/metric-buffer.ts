import type { Project } from '../../data/project.ts';

/** Milliseconds between two writes: often enough to be watched, seldom enough to cost nothing. */
const FLUSH_EVERY = 1000;

/** Gathers points of a run and writes them together. Points of steps beyond the saved state are told anew by a resumed run. */
export class MetricBuffer {
  private readonly project: Project;
  private readonly runId: string;
  private readonly waiting = new Map<string, { steps: number[]; values: number[] }>();
  private flushedAt = performance.now();

  constructor(project: Project, runId: string) {
    this.project = project;
    this.runId = runId;
  }

  add(step: number, values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      const series = this.waiting.get(name) ?? { steps: [], values: [] };
      series.steps.push(step);
      series.values.push(value);
      this.waiting.set(name, series);
    }
    if (performance.now() - this.flushedAt > FLUSH_EVERY) this.flush();
  }

  flush(): void {
    this.project.transaction(() => {
      for (const [name, { steps, values }] of this.waiting)
        this.project.training.metrics.appendSeries(this.runId, name, steps, values);
    });
    this.waiting.clear();
    this.flushedAt = performance.now();
  }
}
