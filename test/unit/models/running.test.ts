import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ignoreProgress } from '../../../main/core/progress.ts';
import { readModel, readModelShapes } from '../../../main/models/folder/read-model.ts';
import { everything, openLanguageModel } from '../../../main/models/running/language-model.ts';
import { requireMemory, stateBytes, weightBytes } from '../../../main/models/running/memory.ts';
import { buildModelGraph } from '../../../main/models/running/model-graph.ts';
import { openGraph } from '../../../main/models/running/open-graph.ts';
import { runBatched } from '../../../main/models/running/run-batched.ts';

const folder = (name: string) => join(import.meta.dirname, '../../fixtures/models', name);
const { signal } = new AbortController();

it('runs texts of many lengths in batches and gives each what it has alone', async () => {
  const model = await openLanguageModel(await readModel(folder('bert')));
  const texts = [[7, 8, 9, 10, 11], [5], [20, 21, 22], [30, 31, 32, 33, 34]];
  const request = everything(model.config);
  const together = await runBatched(model, texts, request, { signal, report: ignoreProgress });
  const { heads, width } = model.config;
  expect([together.batch, together.sequence]).toEqual([4, 5]);
  for (const [at, text] of texts.entries()) {
    const alone = await model.run([text], request);
    const { length } = text;
    const hidden = together.hidden.get(2)?.subarray(at * 5 * width, (at * 5 + length) * width) ?? [];
    expect([...hidden]).toEqual([...(alone.hidden.get(2) ?? [])].map((value) => expect.closeTo(value, 5)));
    const maps = together.attention.get(1) ?? new Float32Array();
    for (let head = 0; head < heads; head++) {
      for (let token = 0; token < length; token++) {
        const row = ((at * heads + head) * 5 + token) * 5;
        const own = (head * length + token) * length;
        const expected = [...(alone.attention.get(1)?.subarray(own, own + length) ?? [])];
        expect([...maps.subarray(row, row + length)]).toEqual(
          expected.map((value) => expect.closeTo(value, 5)),
        );
        // Nothing is said of padding.
        expect([...maps.subarray(row + length, row + 5)]).toEqual(Array(5 - length).fill(0));
      }
    }
  }
  await model.release();
});

it('says which layer of a damaged model gives no finite numbers', async () => {
  const damaged = await readModel(folder('gpt2'));
  damaged.parameters.get('h.0.mlp.c_fc.bias')?.values.fill(Number.NaN);
  const model = await openLanguageModel(damaged);
  const run = runBatched(model, [[1, 2, 3]], everything(model.config), { signal, report: ignoreProgress });
  await expect(run).rejects.toMatchObject({ code: 'model.not-finite', params: { layer: 1 } });
  await model.release();
});

it('foretells memory, and refuses what would not fit with a sentence that says what to do', async () => {
  const shapes = await readModelShapes(folder('gpt2'));
  const { parameters } = await readModel(folder('gpt2'));
  const values = [...parameters.values()].reduce((sum, parameter) => sum + parameter.values.length, 0);
  expect(weightBytes(shapes)).toBe(values * 4 * 2);
  const { config } = shapes;
  const request = { hidden: [0, 1], attention: [0], logits: true };
  const perText = 2 * 7 * config.width + config.heads * 49 + 7 * config.vocabularySize;
  expect(stateBytes(shapes, [3, 7, 5], request)).toBe(3 * perText * 4 * 2);
  requireMemory('small', 1000, 1000);
  expect(() => requireMemory('huge', 3 * 2 ** 30, 2 ** 30)).toThrow(
    /^huge needs about 3 GB of memory for this, and 1 GB are free\. Give fewer or shorter texts/,
  );
});

it('opens models beyond the size of one message through a file, and removes it', async () => {
  const graph = buildModelGraph(await readModel(folder('qwen2')));
  const ids = { type: 'int64', dims: [1, 3], data: BigInt64Array.of(4n, 5n, 6n) } as const;
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith('gyrus-model-'));
  const large = await openGraph(graph, {}, 0);
  const small = await openGraph(graph);
  const wanted = { outputs: ['logits'] };
  expect((await large.run({ ids }, wanted)).logits).toEqual((await small.run({ ids }, wanted)).logits);
  await large.release();
  await small.release();
  const after = readdirSync(tmpdir()).filter((name) => name.startsWith('gyrus-model-'));
  expect(after.filter((name) => !before.includes(name))).toEqual([]);
});
