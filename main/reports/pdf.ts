import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UserError } from '../core/errors.ts';
import { findChromium } from '../core/find-chromium.ts';

/** Longest time a print may take, in milliseconds. */
const LIMIT = 120_000;

/**
 * Prints an HTML file as PDF with a headless Chromium.
 * @throws UserError `report.no-chromium`, `report.pdf-failed`
 */
export async function printPdf(html: string, pdf: string, signal: AbortSignal): Promise<void> {
  const chromium = findChromium();
  if (chromium === null) {
    throw new UserError(
      'report.no-chromium',
      'No Chromium, Chrome or Edge is on this machine to print a PDF; open the HTML report and print it from there.',
    );
  }
  const profile = await mkdtemp(join(tmpdir(), 'gyrus-print-'));
  try {
    const flags = [
      '--headless',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-quic',
      `--user-data-dir=${profile}`,
      '--no-pdf-header-footer',
      `--print-to-pdf=${pdf}`,
      // Chromium's own sandbox refuses to run as root; the page printed is our own file without scripts.
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      pathToFileURL(html).href,
    ];
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(chromium, flags, { stdio: 'ignore', signal, timeout: LIMIT });
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code !== 0 || !existsSync(pdf)) {
      throw new UserError(
        'report.pdf-failed',
        `${chromium} could not print the report; open the HTML report and print it from there.`,
        { program: chromium },
      );
    }
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
}
