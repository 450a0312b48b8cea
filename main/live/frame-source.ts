import type { HidBatch } from '../contract/hid-reports.ts';
import type { UserError } from '../core/errors.ts';

/** One frame as it arrived. */
export interface LiveFrame {
  /** Counted from 0 since the stream was opened. */
  readonly index: number;
  /** Milliseconds of this machine's monotonic clock at arrival. */
  readonly arrival: number;
  /** The device's own clock or counter, where it sends one. */
  readonly deviceClock: number | null;
  /** Row-major, in the device's unit. */
  readonly values: Float32Array;
}

/** What a transport tells whoever listens. */
export interface TransportSink {
  /** The connection stands. */
  opened(): void;
  /** Raw bytes, in order. */
  bytes(chunk: Uint8Array): void;
  /** A whole frame, from transports that carry frames rather than bytes. */
  frame(values: Float32Array, deviceClock: number | null): void;
  /** A frame came whose values are none. */
  corrupt(): void;
  /** What the device clock must be corrected by to be this machine's monotonic one, in seconds. */
  clock(offset: number): void;
  /** The source stays, but its device is away; `opened` is called when it is back. */
  waiting(reason: UserError): void;
  /** So many packets never came here: what was begun is not whole. */
  dropped(packets: number): void;
  /** The connection is gone. `final`: there is nothing more to come, as at the end of a file. */
  lost(reason: UserError, final: boolean): void;
}

/** A running connection. */
export interface Connection {
  /** Ends it; `lost` is not called. Safe to call twice. */
  close(): Promise<void>;
  /** Asks the source to wait, or to go on: back-pressure for those that can (TCP, serial, replay). */
  pause(waiting: boolean): void;
  /** Only where the page reads the device: takes what it read. */
  push?(batch: HidBatch): Promise<void>;
}
