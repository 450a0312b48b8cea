import type { HidBatch, HidState } from '../../contract/hid-reports.ts';
import type { Transport } from '../../contract/live.ts';
import { UserError } from '../../core/errors.ts';
import type { Connection, TransportSink } from '../frame-source.ts';

/** A page that has said nothing for this long is gone: it sends at least once a second while the device is open. */
export const SILENCE_MS = 3000;

const reasons: Readonly<Record<Exclude<HidState, 'open'>, () => UserError>> = {
  unplugged: () => new UserError('live.hid-unplugged', 'the HID device was unplugged'),
  absent: () =>
    new UserError('live.hid-absent', 'the HID device is not plugged in, or this page may not use it'),
  busy: () =>
    new UserError('live.hid-busy', 'the HID device cannot be opened; close other programs that use it'),
};

/**
 * A HID device that the page reads and pushes here. Nothing is opened: the page says when the device stands, and the
 * connection waits through its absence. A batch is answered when it is taken, and the page sends one at a time, so a
 * slow consumer makes the page's bounded queue grow instead of this process's memory.
 */
export function openPushed(
  { reportId }: Extract<Transport, { kind: 'hid' }>,
  sink: TransportSink,
): Connection & { push(batch: HidBatch): Promise<void> } {
  let standing = false;
  let closed = false;
  let held: { ended: Promise<void>; end(): void } | null = null;
  let silence: NodeJS.Timeout | undefined;
  const away = (reason: UserError) => {
    standing = false;
    if (!closed) sink.waiting(reason);
  };
  const release = () => {
    held?.end();
    held = null;
  };
  return {
    async push({ state, dropped, reports }) {
      while (held !== null) await held.ended;
      if (closed) return;
      clearTimeout(silence);
      if (state === 'open' && !standing) {
        standing = true;
        sink.opened();
      }
      if (dropped > 0) sink.dropped(dropped);
      for (const { id, bytes } of reports) if (reportId === null || id === reportId) sink.bytes(bytes);
      if (state !== 'open') away(reasons[state]());
      else
        silence = setTimeout(
          () => away(new UserError('live.hid-silent', 'the page that reads the HID device stopped sending')),
          SILENCE_MS,
        );
    },
    pause: (waiting) => {
      if (!waiting) release();
      else held ??= hold();
    },
    close: async () => {
      closed = true;
      clearTimeout(silence);
      release();
    },
  };
}

function hold(): { ended: Promise<void>; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { ended: promise, end: resolve };
}
