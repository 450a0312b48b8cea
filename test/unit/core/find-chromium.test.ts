import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findChromium } from '../../../main/core/find-chromium.ts';

describe.skipIf(process.platform === 'win32')('finding a Chromium', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gyrus-chromium-'));
    writeFileSync(join(folder, 'google-chrome'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('looks along the PATH', () => {
    expect(findChromium({ PATH: `/nowhere:${folder}` })).toBe(join(folder, 'google-chrome'));
  });

  it('takes the one it is told, and no other when that one is missing', () => {
    writeFileSync(join(folder, 'mine'), '');
    expect(findChromium({ PATH: folder, GYRUS_CHROMIUM: join(folder, 'mine') })).toBe(join(folder, 'mine'));
    expect(findChromium({ PATH: folder, GYRUS_CHROMIUM: join(folder, 'other') })).toBeNull();
  });
});
