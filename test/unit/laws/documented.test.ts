import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from './biome.ts';

/** Names of exported functions that no comment stands above. */
function undocumented(source: string): string[] {
  const lines = source.split('\n');
  return lines.flatMap((line, at) => {
    const name = /^export (?:async )?function\*? (\w+)/.exec(line)?.[1];
    return name !== undefined && !lines[at - 1]?.trimEnd().endsWith('*/') ? [name] : [];
  });
}

test('the law itself sees what is missing', () => {
  expect(
    undocumented('/** Says so. */\nexport function told() {}\n\nexport async function silent() {}'),
  ).toEqual(['silent']);
});

test.each(['main', 'preload', 'renderer', 'resources'])(
  'every exported function of %s/ says what it does',
  (room) => {
    const files = readdirSync(join(projectRoot, room), { recursive: true, encoding: 'utf8' });
    const missing = files
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) =>
        undocumented(readFileSync(join(projectRoot, room, file), 'utf8')).map((name) => `${file}: ${name}`),
      );
    expect(missing).toEqual([]);
  },
);
