import { expect, test } from 'vitest';
import { nouns } from '../../../main/commands/nouns.ts';
import { runCli } from '../../../main/commands/run-cli.ts';
import { nodeComplaint } from '../../../main/core/node-version.ts';

async function gyrus(...args: string[]) {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

test('help and version end with 0', async () => {
  expect(await gyrus('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Usage: gyrus') });
  expect((await gyrus('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([[['nonsense']], [['--nonsense']]])('%s is a usage error', async (args) => {
  const { code, err, out } = await gyrus(...args);
  expect(code).toBe(2);
  expect(err).toMatch(/^error: /);
  expect(out).toBe('');
});

test.each(Object.keys(nouns))('the file behind %s registers it', async (noun) => {
  const { code, out } = await gyrus(noun, '--help');
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^Usage: gyrus ${noun}\\b`));
});

test.each([
  ['20.19.2', false],
  ['21.7.3', false],
  ['22.0.0', true],
  ['24.21.0', true],
])('Node.js %s accepted: %s', (version, accepted) => {
  expect(nodeComplaint(version) === null).toBe(accepted);
});
