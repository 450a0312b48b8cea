import type { LiveFrame } from './frame-source.ts';

/**
 * The last frames of a stream in memory that is allocated once. A reader that falls behind loses the oldest frames
 * and is told how many.
 */
export class RingBuffer {
  readonly capacity: number;
  private readonly cells: number;
  private readonly values: Float32Array;
  private readonly arrivals: Float64Array;
  private readonly clocks: Float64Array;
  private written = 0;

  constructor(capacity: number, cells: number) {
    this.capacity = capacity;
    this.cells = cells;
    this.values = new Float32Array(capacity * cells);
    this.arrivals = new Float64Array(capacity);
    this.clocks = new Float64Array(capacity);
  }

  /** Frames written so far; the next one's index. */
  get end(): number {
    return this.written;
  }

  /** Index of the oldest frame still there. */
  get start(): number {
    return Math.max(0, this.written - this.capacity);
  }

  /** Copies a frame in. */
  push(values: Float32Array, arrival: number, deviceClock: number | null): void {
    const slot = this.written % this.capacity;
    this.values.set(values, slot * this.cells);
    this.arrivals[slot] = arrival;
    this.clocks[slot] = deviceClock ?? Number.NaN;
    this.written++;
  }

  /** A copy of a frame; null once it has left, or has not come. */
  read(index: number): LiveFrame | null {
    const frame = this.peek(index);
    return frame === null ? null : { ...frame, values: frame.values.slice() };
  }

  /** A frame in the buffer's own memory, which a newer one takes over after `capacity` frames. */
  peek(index: number): LiveFrame | null {
    if (index < this.start || index >= this.written) return null;
    const slot = index % this.capacity;
    const clock = this.clocks[slot];
    return {
      index,
      arrival: this.arrivals[slot],
      deviceClock: Number.isNaN(clock) ? null : clock,
      values: this.values.subarray(slot * this.cells, (slot + 1) * this.cells),
    };
  }
}
