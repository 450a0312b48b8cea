import { performance } from 'node:perf_hooks';
import type { ErrorInfo } from '../contract/errors.ts';
import type { HidBatch } from '../contract/hid-reports.ts';
import type { Device, StreamCounters, StreamState } from '../contract/live.ts';
import { refusal, UserError } from '../core/errors.ts';
import type { Connection, LiveFrame, TransportSink } from './frame-source.ts';
import { binaryFramer } from './framing/binary-frames.ts';
import { csvFramer } from './framing/csv-lines.ts';
import type { Framer } from './framing/framer.ts';
import { openTransport, type SimulatedSource } from './open-transport.ts';
import { RingBuffer } from './ring-buffer.ts';

/** A device as a running stream. */
export interface LiveStream {
  readonly device: Device;
  readonly state: StreamState;
  /** Why it is interrupted or ended; null while it runs. */
  readonly reason: ErrorInfo | null;
  readonly counters: StreamCounters;
  /** What the device clock must be corrected by to be this machine's, in seconds; null where no source tells. */
  readonly clockOffset: number | null;
  /** Frames of the last seconds. */
  readonly buffer: RingBuffer;
  /**
   * Raw bytes for a hexadecimal view, from the last place where a frame begins that so many follow, else from the
   * beginning of what came last; empty for transports that carry frames. The stream's own memory.
   */
  lastBytes(count: number): Uint8Array;
  /**
   * Called with every frame, before anything else happens; its values are the buffer's own memory, so that who keeps
   * them longer than a few frames copies them. Returns how to stop.
   */
  onFrame(listener: (frame: LiveFrame) => void): () => void;
  /** Called when state or reason change. Returns how to stop. */
  onState(listener: () => void): () => void;
  /** Asks the source to wait while a consumer catches up. */
  pause(waiting: boolean): void;
  /**
   * Takes what the page read of the device; resolves when it is taken.
   * @throws UserError `live.not-hid` for devices that are not read by the page
   */
  push(batch: HidBatch): Promise<void>;
  close(): Promise<void>;
}

/** Seconds of frames kept, at the fastest rate that is expected. */
const BUFFER_FRAMES = 2048;
/** Memory that the buffer may take at most. */
const BUFFER_BYTES = 64 * 1024 * 1024;
/** Waits between attempts to connect again: a second at first, then longer. */
const RETRY_MS = [500, 1000, 2000, 5000];
/** Raw bytes that are kept to be looked at. */
const LAST_BYTES = 8192;

/** Connections whose bytes come without borders. */
const BORDERLESS = ['serial', 'tcp'];

/**
 * Opens a device. It connects in the background, and again whenever the connection is lost.
 * @throws UserError `live.needs-header` where nothing says where a frame begins
 */
export function openLiveStream(device: Device, simulated: SimulatedSource): LiveStream {
  const { framing, transport } = device;
  if (framing.kind === 'binary' && framing.header === '' && BORDERLESS.includes(transport.kind))
    throw new UserError(
      'live.needs-header',
      'This connection has no borders between frames, so frames need a header; enter one, or use datagrams or HID reports.',
    );
  return new DeviceStream(device, simulated);
}

class DeviceStream implements LiveStream, TransportSink {
  readonly device: Device;
  readonly buffer: RingBuffer;
  state: StreamState = 'connecting';
  reason: ErrorInfo | null = null;
  clockOffset: number | null = null;
  private readonly simulated: SimulatedSource;
  private readonly framer: Framer;
  private readonly frameListeners = new Set<(frame: LiveFrame) => void>();
  private readonly stateListeners = new Set<() => void>();
  private connection: Connection | null = null;
  private retry: NodeJS.Timeout | null = null;
  private attempts = 0;
  private reconnects = 0;
  private opens = 0;
  private wholeFrames = 0;
  private corruptFrames = 0;
  private held = false;
  private droppedReports = 0;
  private readonly seen = Buffer.alloc(LAST_BYTES);
  private seenBytes = 0;
  private newest = 0;

  constructor(device: Device, simulated: SimulatedSource) {
    this.device = device;
    this.simulated = simulated;
    const cells = device.rows * device.cols;
    this.framer =
      device.framing.kind === 'csv'
        ? csvFramer(device.framing.skip, cells)
        : binaryFramer(device.framing, cells);
    const capacity = Math.max(16, Math.min(BUFFER_FRAMES, Math.floor(BUFFER_BYTES / (4 * cells))));
    this.buffer = new RingBuffer(capacity, cells);
    this.connect();
  }

  get counters(): StreamCounters {
    const { lost, late, corrupt, skippedBytes } = this.framer.counters;
    return {
      frames: this.wholeFrames,
      lost,
      corrupt: corrupt + this.corruptFrames,
      skippedBytes,
      late,
      overrun: 0,
      droppedReports: this.droppedReports,
      reconnects: this.reconnects,
    };
  }

  lastBytes(count: number): Uint8Array {
    const bytes = this.seen.subarray(LAST_BYTES - this.seenBytes);
    const last = Math.max(0, bytes.length - Math.max(count, this.newest));
    const { framing } = this.device;
    const border = framing.kind === 'csv' ? Buffer.from('\n') : Buffer.from(framing.header, 'hex');
    const found =
      border.length === 0 || bytes.length < count ? -1 : bytes.lastIndexOf(border, bytes.length - count);
    const from = found < 0 ? last : found + (framing.kind === 'csv' ? 1 : 0);
    return bytes.subarray(from, from + count);
  }

  onFrame(listener: (frame: LiveFrame) => void): () => void {
    this.frameListeners.add(listener);
    return () => this.frameListeners.delete(listener);
  }

  onState(listener: () => void): () => void {
    this.stateListeners.add(listener);
    return () => this.stateListeners.delete(listener);
  }

  pause(waiting: boolean): void {
    this.held = waiting;
    this.connection?.pause(waiting);
  }

  async push(batch: HidBatch): Promise<void> {
    if (this.connection?.push === undefined)
      throw new UserError(
        'live.not-hid',
        'The open device is not read by the page, so it takes no HID reports.',
      );
    await this.connection.push(batch);
  }

  async close(): Promise<void> {
    if (this.retry !== null) clearTimeout(this.retry);
    this.change('closed', null);
    await this.connection?.close();
    this.connection = null;
  }

  opened(): void {
    if (this.state === 'closed') return;
    if (this.opens++ > 0) this.reconnects++;
    this.attempts = 0;
    this.change('running', null);
  }

  bytes(chunk: Uint8Array): void {
    const tail = chunk.subarray(-LAST_BYTES);
    this.seen.copyWithin(0, tail.length);
    this.seen.set(tail, LAST_BYTES - tail.length);
    this.newest = tail.length;
    this.seenBytes = Math.min(LAST_BYTES, this.seenBytes + tail.length);
    this.framer.push(chunk, (values, clock) => this.frame(values, clock));
  }

  frame(values: Float32Array, deviceClock: number | null): void {
    if (this.state === 'closed' || values.length !== this.device.rows * this.device.cols) return;
    const { scale } = this.device;
    this.wholeFrames++;
    this.buffer.push(
      scale === 1 ? values : values.map((value) => value * scale),
      performance.now(),
      deviceClock,
    );
    // Not copied: an allocation a frame would make the process swell and shrink for hours.
    const frame = this.buffer.peek(this.buffer.end - 1);
    if (frame !== null) for (const listener of this.frameListeners) listener(frame);
  }

  waiting(reason: UserError): void {
    this.framer.reset();
    this.change('interrupted', reason.toInfo());
  }

  corrupt(): void {
    this.corruptFrames++;
  }

  clock(offset: number): void {
    this.clockOffset = offset;
  }

  dropped(packets: number): void {
    this.droppedReports += packets;
    this.framer.gap();
  }

  lost(reason: UserError, final: boolean): void {
    if (this.state === 'closed') return;
    this.framer.reset();
    this.connection = null;
    this.clockOffset = null;
    this.change(final ? 'ended' : 'interrupted', reason.toInfo());
    if (final) return;
    const wait = RETRY_MS[Math.min(this.attempts++, RETRY_MS.length - 1)];
    this.retry = setTimeout(() => this.connect(), wait);
  }

  private connect(): void {
    this.retry = null;
    openTransport(this.device, this, this.simulated).then(
      (connection) => {
        if (this.state === 'closed') void connection.close();
        else if (this.state !== 'ended' && this.retry === null) {
          this.connection = connection;
          if (this.held) connection.pause(true);
        }
      },
      (thrown: unknown) => this.lost(refusal(thrown), true),
    );
  }

  private change(state: StreamState, reason: ErrorInfo | null): void {
    if (this.state === 'closed') return;
    this.state = state;
    this.reason = reason;
    for (const listener of this.stateListeners) listener();
  }
}
