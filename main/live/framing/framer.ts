/** What a framer found and what it had to pass over. */
export interface FramerCounters {
  frames: number;
  lost: number;
  late: number;
  corrupt: number;
  skippedBytes: number;
}

/** Takes bytes as they come, in any pieces, and gives whole frames. */
export interface Framer {
  readonly counters: FramerCounters;
  /** @param emit gets the values, valid until it returns, and the device's counter where there is one */
  push(chunk: Uint8Array, emit: (values: Float32Array, deviceClock: number | null) => void): void;
  /** Forgets what was begun: bytes are missing that no counter can tell. */
  gap(): void;
  /** Forgets what was begun and what counter to expect: after a reconnection. */
  reset(): void;
}
