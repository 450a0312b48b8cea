import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { finished } from 'node:stream/promises';

export interface BrainVisionWriteOptions {
  readonly channels: readonly string[];
  /** Hertz. */
  readonly sfreq: number;
  /** `sample` counts from 0, `samples` is the length. */
  readonly markers: readonly { readonly sample: number; readonly samples: number; readonly name: string }[];
}

/**
 * Writes a BrainVision recording: `stem`.vhdr, .vmrk and .eeg, float32 multiplexed in volts, so that values come back bit
 * by bit (BrainVision Core Data Format 1.0).
 * @param stem path without an extension
 * @param blocks samples × channels in volts, sample after sample, in any number of pieces
 */
export async function writeBrainVision(
  stem: string,
  { channels, sfreq, markers }: BrainVisionWriteOptions,
  blocks: Iterable<Float32Array>,
): Promise<void> {
  const name = basename(stem);
  const escaped = (text: string): string => text.replaceAll(',', '\\1').replace(/[\r\n]+/g, ' ');
  await writeFile(
    `${stem}.vhdr`,
    [
      'Brain Vision Data Exchange Header File Version 1.0',
      '',
      '[Common Infos]',
      'Codepage=UTF-8',
      `DataFile=${name}.eeg`,
      `MarkerFile=${name}.vmrk`,
      'DataFormat=BINARY',
      'DataOrientation=MULTIPLEXED',
      `NumberOfChannels=${channels.length}`,
      `SamplingInterval=${1e6 / sfreq}`,
      '',
      '[Binary Infos]',
      'BinaryFormat=IEEE_FLOAT_32',
      '',
      '[Channel Infos]',
      ...channels.map((channel, at) => `Ch${at + 1}=${escaped(channel)},,1,V`),
      '',
    ].join('\n'),
  );
  await writeFile(
    `${stem}.vmrk`,
    [
      'Brain Vision Data Exchange Marker File, Version 1.0',
      '',
      '[Common Infos]',
      'Codepage=UTF-8',
      `DataFile=${name}.eeg`,
      '',
      '[Marker Infos]',
      ...markers.map(
        (marker, at) =>
          `Mk${at + 1}=Comment,${escaped(marker.name)},${marker.sample + 1},${marker.samples},0`,
      ),
      '',
    ].join('\n'),
  );
  const file = createWriteStream(`${stem}.eeg`);
  const done = finished(file);
  for (const block of blocks) {
    const bytes = Buffer.alloc(block.length * 4);
    block.forEach((value, at) => void bytes.writeFloatLE(value, at * 4));
    if (!file.write(bytes)) await once(file, 'drain');
  }
  file.end();
  await done;
}
