import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killRounds } from '../../main/commands/bench/kill-rounds.ts';
import { runCli } from '../../main/commands/run-cli.ts';
import { trainingPlanSchema } from '../../main/contract/training.ts';
import { createLogger } from '../../main/core/logger.ts';
import { ignoreProgress } from '../../main/core/progress.ts';
import { openProject } from '../../main/data/open-project.ts';
import type { Project } from '../../main/data/project.ts';
import { verifyProject } from '../../main/data/verify.ts';
import { readModelFolder } from '../../main/models/folder/model-folder.ts';
import { openHuggingFaceTokenizer } from '../../main/models/tokenizers/hugging-face.ts';
import { availableModels } from '../../main/studies/mulcog/available-models.ts';
import { embedCheckpoint, embedFolder } from '../../main/studies/mulcog/embed-folder.ts';
import { prepareTraining } from '../../main/studies/training/prepare-training.ts';
import { TOGETHER } from '../../main/studies/training/train-run.ts';
import { bundled } from '../bundled.ts';

const folder = mkdtempSync(join(tmpdir(), 'gyrus-training-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const logger = createLogger(() => {});
const signal = new AbortController().signal;
const corpus = join(folder, 'corpus.txt');
const llama = join(import.meta.dirname, '../fixtures/models/llama');

beforeAll(async () => {
  const { passages } = JSON.parse(new TextDecoder().decode(await bundled.read('text/narratives.json')));
  writeFileSync(corpus, passages[0].text.slice(0, 12_000));
});

async function gyrus(args: readonly string[], stop: AbortSignal = signal) {
  let [out, err] = ['', ''];
  const io = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    signal: stop,
  };
  return { code: await runCli([...args], io), out, err: () => err };
}

const scratch = { family: 'gpt2', layers: 1, heads: 2, width: 16, vocabulary: 300 };
const small = {
  name: 'small',
  model: scratch,
  corpus: [{ file: 'corpus.txt' }],
  batch: 4,
  sequence: 16,
  steps: 40,
  learningRate: { peak: 0.01, warmup: 4 },
  evaluateSequences: 16,
};

function plan(name: string, changes: object = {}): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ ...small, name, ...changes }));
  return path;
}

function look<T>(path: string, see: (project: Project) => T): T {
  const project = openProject(path, { logger, access: 'read' });
  try {
    return see(project);
  } finally {
    project.close();
  }
}

/** Hashes of all tensors of all checkpoints, by seed and step. */
const weightsOf = (path: string) =>
  look(path, ({ training, checkpoints }) =>
    Object.fromEntries(
      training
        .list()
        .flatMap(({ id, seed }) =>
          checkpoints
            .list(id)
            .map((one) => [
              `seed ${seed} step ${one.step}`,
              checkpoints.tensors(one.id).map(({ hash }) => hash),
            ]),
        ),
    ),
  );

test('a plan with two seeds trains both, keeps a logarithmic series, and exports what transformers opens', async () => {
  const project = join(folder, 'two.gyrus');
  const done = await gyrus(['model', 'train', plan('two', { seeds: [1, 2] }), project, '--json']);
  expect([done.code, done.err().split('\n').at(-2)]).toEqual([
    0,
    expect.stringContaining('tokens-per-second'),
  ]);
  const { runs } = JSON.parse(done.out);
  expect(runs).toMatchObject([
    { name: 'two, seed 2', state: 'complete', steps: 40 },
    { name: 'two, seed 1', state: 'complete', steps: 40 },
  ]);
  look(project, ({ training, checkpoints }) => {
    for (const { id } of runs) {
      expect(checkpoints.list(id).map(({ step, tokens }) => [step, tokens])).toEqual(
        [0, 1, 2, 4, 8, 16, 32, 40].map((step) => [step, step * 64]),
      );
      expect(checkpoints.resumePoint(id)).toBeNull();
      const series = new Map([...training.metrics.series({ runIds: [id] })].map((one) => [one.name, one]));
      expect([...series.keys()]).toEqual([
        'gradient-norm',
        'held-out-loss',
        'learning-rate',
        'loss',
        'tokens-per-second',
      ]);
      const [loss, heldOut] = [series.get('loss'), series.get('held-out-loss')];
      expect(loss?.steps).toEqual(Uint32Array.from({ length: 40 }, (_, at) => at + 1));
      // Blind guessing costs ln(300); training must have got well below it, on text it has not seen.
      expect(heldOut?.values[0]).toBeCloseTo(Math.log(300), 0);
      expect(heldOut?.values.at(-1)).toBeLessThan(Math.log(300) - 0.5);
    }
  });
  const [one, two] = [1, 2].map((seed) => weightsOf(project)[`seed ${seed} step 0`]);
  expect(one).not.toEqual(two);

  const target = join(folder, 'exported');
  expect(
    await gyrus(['model', 'export-checkpoint', project, 'two, seed 1@40', '--out', target]),
  ).toMatchObject({
    code: 0,
    out: expect.stringContaining('files in'),
  });
  const model = await readModelFolder(target);
  expect(model.config).toMatchObject({ family: 'gpt2', positions: 16, width: 16, vocabularySize: 300 });
  const tokenizer = await openHuggingFaceTokenizer(target, 300);
  expect(tokenizer.decode(tokenizer.encode('Call me Ishmael.', false))).toBe('Call me Ishmael.');
  await asModelOfBrains(project, target);
  expect(await verifyProject(project, { logger }, signal, () => {})).toMatchObject({
    clean: true,
    findings: [],
  });
});

/** A checkpoint is offered as a model for studies, and embeds words as the folder that it was exported to. */
async function asModelOfBrains(path: string, exported: string): Promise<void> {
  const project = openProject(path, { logger, access: 'read' });
  try {
    const offered = availableModels(project).find(({ name }) => name === 'two, seed 1, step 40');
    expect(offered?.group).toBe('checkpoints');
    const words = ['Call', 'me', 'Ishmael', '.'].map((text) => ({ text, end: null, counts: true }));
    const options = { lookBackWords: 4, seed: 1, signal, report: ignoreProgress };
    const texts = [{ name: 'opening', words }];
    const id = offered?.id.slice('checkpoint:'.length) ?? '';
    const own = await embedCheckpoint(project, id, texts, options);
    expect(own).toEqual(await embedFolder(exported, texts, options));
    expect(own.layers.map(({ name }) => name)).toEqual(['layer 0', 'layer 1']);
    expect([...own.known]).toEqual([1, 1, 1, 1]);
  } finally {
    project.close();
  }
}

test.each([
  [
    'BERT, guessing masked tokens',
    'bert',
    { model: { ...scratch, family: 'bert' }, learningRate: { peak: 0.01, warmup: 4 } },
  ],
  [
    'a Llama folder, with SGD',
    'llama',
    { model: { folder: llama }, optimizer: { kind: 'sgd' }, learningRate: { peak: 0.3 } },
  ],
  [
    'passes that are summed up',
    'passes',
    { accumulate: 2, batch: 2, checkpoints: { kind: 'every', steps: 20 } },
  ],
])('%s: the held-out loss falls', async (_what, name, changes) => {
  const project = join(folder, `${name}.gyrus`);
  const done = await gyrus(['model', 'train', plan(name, changes), project, '--json']);
  expect([done.code, done.code === 0 ? '' : done.err()]).toEqual([0, '']);
  look(project, ({ training }) => {
    const [series] = training.metrics.series({ names: ['held-out-loss'] });
    expect(series.values.at(-1)).toBeLessThan(series.values[0] - 0.3);
  });
});

test('training goes on from a checkpoint of the project', async () => {
  const project = join(folder, 'again.gyrus');
  await gyrus(['model', 'train', plan('again', { steps: 8 }), project]);
  const last = look(project, ({ training, checkpoints }) => checkpoints.list(training.list()[0].id).at(-1));
  const done = await gyrus([
    'model',
    'train',
    plan('further', { model: { checkpoint: last?.id } }),
    project,
    '--json',
  ]);
  expect(done.code).toBe(0);
  look(project, ({ training, checkpoints }) => {
    const [further] = training.list({ plan: 'further' });
    const [first] = checkpoints.list(further.id);
    expect(checkpoints.tensors(first.id)).toEqual(checkpoints.tensors(last?.id ?? ''));
    const [series] = training.metrics.series({ runIds: [further.id], names: ['held-out-loss'] });
    expect(series.values.at(-1)).toBeLessThan(series.values[0]);
  });
});

test('a paused plan goes on with the same command, to the weights of an undisturbed run', async () => {
  const config = plan('pause', { steps: 400, checkpoints: { kind: 'every', steps: 100 } });
  const calm = join(folder, 'calm.gyrus');
  await gyrus(['model', 'train', config, calm]);
  const paused = join(folder, 'paused.gyrus');
  const stop = new AbortController();
  const watching = setInterval(() => {
    const begun = existsSync(paused) && look(paused, ({ training }) => training.metrics.list().length > 0);
    if (begun) stop.abort();
  }, 20);
  const first = await gyrus(['model', 'train', config, paused], stop.signal);
  clearInterval(watching);
  expect([first.code, first.err()]).toEqual([
    1,
    expect.stringContaining('run the same command again to go on'),
  ]);
  expect(look(paused, ({ training }) => training.list()[0].state)).toBe('paused');
  const second = await gyrus(['model', 'train', config, paused, '--json']);
  expect(JSON.parse(second.out).runs).toMatchObject([{ state: 'complete', steps: 400 }]);
  expect(weightsOf(paused)).toEqual(weightsOf(calm));
});

test('killed at random moments, training ends with the weights and losses of an undisturbed run', {
  timeout: 120_000,
}, async () => {
  const config = plan('kill', {
    steps: 300,
    corpus: [{ file: corpus }],
    checkpoints: { kind: 'every', steps: 25 },
  });
  const app = join(import.meta.dirname, 'kill', 'train-app.ts');
  const start = (project: string) =>
    spawn(process.execPath, [app, project, config], { stdio: ['ignore', 'pipe', 'inherit'] });
  const calm = join(folder, 'undisturbed.gyrus');
  expect(await new Promise((resolve) => start(calm).once('exit', resolve))).toBe(0);
  const shot = join(folder, 'shot.gyrus');
  let seed = 3;
  const report = await killRounds({
    rounds: 3,
    random: () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed / 2 ** 32;
    },
    start: () => start(shot),
    delayMs: [0, 400],
    inspect: async () => {
      if (!existsSync(shot)) return;
      const { findings } = await verifyProject(shot, { logger }, signal, () => {});
      expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
    },
    finished: () => rmSync(shot),
    say: () => {},
    signal,
  });
  expect(report.kills.app + report.kills.compute + report.kills.both).toBe(3);
  expect(weightsOf(shot)).toEqual(weightsOf(calm));
  const told = (path: string) =>
    look(path, ({ training }) =>
      [...training.metrics.series({ names: ['loss', 'held-out-loss', 'gradient-norm'] })].map(
        ({ name, steps, values }) => ({ name, steps, values }),
      ),
    );
  expect(told(shot)).toEqual(told(calm));
});

test('a run that diverges stops and says where, and which checkpoint is good', async () => {
  const project = join(folder, 'diverged.gyrus');
  const wild = {
    optimizer: { kind: 'sgd', momentum: 0 },
    learningRate: { peak: 100, warmup: 0, schedule: 'constant' },
    clip: null,
  };
  const done = await gyrus(['model', 'train', plan('diverged', wild), project]);
  expect(done.code).toBe(1);
  expect(done.err()).toMatch(
    /Training stopped at step \d+: the (?:loss is not a finite number, and the largest gradient is that of [\w.]+|gradient of [\w.]+ is not a finite number)\. The last good checkpoint is that of step \d+/,
  );
  look(project, ({ training, checkpoints }) => {
    const [run] = training.list();
    expect(run).toMatchObject({ state: 'diverged', error: { code: 'training.diverged' } });
    const good = checkpoints.list(run.id).at(-1);
    expect(run.error?.params.checkpoint).toBe(good?.step);
    expect(checkpoints.tensors(good?.id ?? '').every(({ norm }) => norm !== null)).toBe(true);
  });
});

test('a step that fails within a run of several is told by its own number, tensor and last good checkpoint', async () => {
  const project = join(folder, 'overflown.gyrus');
  // The rate grows from step to step until weights overflow.
  const wild = {
    optimizer: { kind: 'sgd', momentum: 0 },
    learningRate: { peak: 100, warmup: 30, schedule: 'constant' },
    clip: null,
    checkpoints: { kind: 'at', steps: [2, 5] },
  };
  const done = await gyrus(['model', 'train', plan('overflown', wild), project]);
  expect(done.code).toBe(1);
  look(project, ({ training, checkpoints }) => {
    const [run] = training.list();
    const { step, tensor, checkpoint } = run.error?.params ?? {};
    expect(run.state).toBe('diverged');
    // Steps 1 to 5 are single runs, then four are taken in one: this one is neither the first nor alone in its run.
    expect(Number(step)).toBeGreaterThan(6);
    expect((Number(step) - 6) % TOGETHER).not.toBe(0);
    expect(done.err()).toContain(
      `Training stopped at step ${step}: the gradient of ${tensor} is not a finite number.`,
    );
    expect(checkpoints.list(run.id).map((one) => one.step)).toEqual([0, 2, 5]);
    expect(checkpoint).toBe(5);
    expect(checkpoints.tensors(checkpoints.list(run.id)[2].id).map(({ name }) => name)).toContain(tensor);
    expect(checkpoints.resumePoint(run.id)).toBeNull();
    // Told up to the step that failed, and nothing of those that the same run took after it.
    const loss = [...training.metrics.series({ runIds: [run.id] })].find(({ name }) => name === 'loss');
    expect(loss?.steps.at(-1)).toBe(step);
  });
});

test('a device that is not there is stood in for by the processor, which the run tells; float16 is refused then', async () => {
  const project = join(folder, 'elsewhere.gyrus');
  const done = await gyrus(['model', 'train', plan('elsewhere', { device: 'cuda', steps: 4 }), project]);
  expect(done.code).toBe(0);
  for (const device of ['cpu', 'cuda']) {
    const half = await gyrus([
      'model',
      'train',
      plan(`half-${device}`, { device, precision: 'float16' }),
      project,
    ]);
    expect([half.code, half.err()]).toEqual([
      1,
      expect.stringContaining(`Products of float16 cannot be computed on ${device} here`),
    ]);
  }
  look(project, ({ training }) => {
    expect(training.list()).toHaveLength(1);
    expect(training.list()[0]).toMatchObject({
      state: 'complete',
      provider: 'cpu',
      error: { code: 'runtime.fallback', params: { device: 'cuda' } },
    });
  });
});

test('a plan that cannot be trained is refused in a sentence', async () => {
  writeFileSync(join(folder, 'empty.txt'), ' \n');
  writeFileSync(join(folder, 'short.txt'), 'Too short.');
  writeFileSync(join(folder, 'binary.txt'), Uint8Array.of(0xff, 0xfe, 0x00));
  writeFileSync(join(folder, 'broken.json'), '{');
  const project = openProject(join(folder, 'two.gyrus'), { logger });
  const texts = (name: string) => ({ corpus: [{ file: join(folder, name) }] });
  const cases: [object, string][] = [
    [texts('empty.txt'), 'The corpus is empty'],
    [texts('short.txt'), 'fewer than one sequence'],
    [texts('binary.txt'), 'it is not UTF-8 text'],
    [texts('nowhere.txt'), 'it is not there'],
    [{ corpus: [{ bundled: 'udhr', languages: ['xyz'] }] }, 'has no language “xyz”'],
    [{ ...texts('corpus.txt'), model: { ...scratch, heads: 3 } }, 'cannot be shared among 3 heads'],
    [{ ...texts('corpus.txt'), model: { folder: llama }, sequence: 4096 }, 'longer than the model takes'],
  ];
  for (const [changes, sentence] of cases) {
    const given = trainingPlanSchema.parse({ ...small, ...changes });
    await expect(
      prepareTraining(project, given, bundled, signal, () => {}),
      sentence,
    ).rejects.toThrow(sentence);
  }
  project.close();
  const refusals = [
    [plan('nonsense', { steps: -1 }), 'is not a training plan: steps'],
    [join(folder, 'broken.json'), 'it is not JSON'],
  ];
  for (const [config, sentence] of refusals) {
    const refused = await gyrus(['model', 'train', config, join(folder, 'refused.gyrus')]);
    expect([refused.code, refused.err()]).toEqual([1, expect.stringContaining(sentence)]);
  }
});
