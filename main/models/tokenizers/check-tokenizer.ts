import { z } from 'zod';
import { UserError } from '../../core/errors.ts';

const id = z.number().int().nonnegative();
const added = z.looseObject({ id, content: z.string(), special: z.boolean().default(false) });

/** What a tokenizer.json tells of its vocabulary. */
const tokenizerSchema = z.looseObject({
  added_tokens: z.array(added).nullish(),
  model: z.looseObject({
    vocab: z.union([z.array(z.tuple([z.string()]).rest(z.unknown())), z.record(z.string(), z.number())]),
  }),
});

const marks = ['bos_token', 'eos_token', 'pad_token'] as const;
const mark = z
  .union([z.string(), z.looseObject({ content: z.string() })])
  .nullish()
  .catch(null);
const tokenizerConfigSchema = z.looseObject({
  bos_token: mark,
  eos_token: mark,
  pad_token: mark,
  added_tokens_decoder: z
    .record(z.string(), z.looseObject({ content: z.string() }))
    .nullish()
    .catch(null),
});
const ids = z
  .union([id, z.array(id)])
  .nullish()
  .catch(null);
const modelConfigSchema = z.looseObject({ bos_token_id: ids, eos_token_id: ids, pad_token_id: ids });

/** Embeddings are padded to multiples of up to 512 rows, by 2 % at most in models that are out; this is far beyond. */
const LEAST_SHARE = 0.9;
const PADDING = 512;

/** The three files of a model folder that speak of its tokens, as parsed. */
export interface TokenizerFiles {
  readonly tokenizer: unknown;
  /** tokenizer_config.json and config.json; {} where there is none. */
  readonly tokenizerConfig: unknown;
  readonly modelConfig: unknown;
}

/**
 * Refuses a tokenizer that is evidently of another model: more tokens than the embedding has rows, far fewer, or the marks
 * of the model's settings are ordinary pieces of text in it. Ids beyond the embedding are leftovers of other settings and
 * tell nothing; one mark in its place is enough to trust the rest.
 * @throws UserError `tokenizer.larger`, `tokenizer.smaller`, `tokenizer.other-marks`; ZodError for a damaged file
 */
export function checkTokenizer(files: TokenizerFiles, vocabularySize: number): void {
  const { added_tokens, model } = tokenizerSchema.parse(files.tokenizer);
  const config = tokenizerConfigSchema.parse(files.tokenizerConfig);
  const pieces = new Map(
    Array.isArray(model.vocab)
      ? model.vocab.map(([piece], at) => [at, piece])
      : Object.entries(model.vocab).map(([piece, at]) => [at, piece]),
  );
  const size = [...pieces.keys()].reduce((most, at) => Math.max(most, at + 1), 0);
  if (size > vocabularySize) {
    throw new UserError(
      'tokenizer.larger',
      `tokenizer.json knows ${size} tokens, more than the ${vocabularySize} of the model's embedding: it is of another model.`,
      { tokens: size, size: vocabularySize },
    );
  }
  const named = marks.flatMap((name) => {
    const value = config[name];
    return value == null ? [] : [typeof value === 'string' ? value : value.content];
  });
  const special = new Set(named);
  for (const one of added_tokens ?? []) {
    pieces.set(one.id, one.content);
    if (one.special) special.add(one.content);
  }
  for (const [at, { content }] of Object.entries(config.added_tokens_decoder ?? {}))
    pieces.set(Number(at), content);
  const tokens = [...pieces.keys()].reduce((most, at) => Math.max(most, at + 1), 0);
  if (tokens < LEAST_SHARE * vocabularySize && vocabularySize - tokens > PADDING) {
    throw new UserError(
      'tokenizer.smaller',
      `tokenizer.json knows ${tokens} tokens, far fewer than the ${vocabularySize} of the model's embedding: it is of another model.`,
      { tokens, size: vocabularySize },
    );
  }
  checkMarks(files.modelConfig, pieces, special, vocabularySize);
}

function checkMarks(
  modelConfig: unknown,
  pieces: ReadonlyMap<number, string>,
  special: ReadonlySet<string>,
  vocabularySize: number,
): void {
  const settings = modelConfigSchema.parse(modelConfig);
  const used = marks
    .flatMap((name) => settings[`${name}_id`] ?? [])
    .filter((one) => one < vocabularySize)
    .map((one) => ({ id: one, token: pieces.get(one) ?? null }));
  const isMark = (token: string | null): boolean =>
    token !== null && (special.has(token) || /^(<.+>|\[.+\])$/.test(token));
  const [first] = used;
  if (first === undefined || used.some(({ token }) => isMark(token))) return;
  const token = first.token ?? '';
  throw new UserError(
    'tokenizer.other-marks',
    `config.json names token ${first.id} as a mark of the model, which is no mark in tokenizer.json ("${token}"): tokenizer.json is of another model.`,
    { id: first.id, token },
  );
}
