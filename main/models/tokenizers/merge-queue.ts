/** Two token ids as one number that sorts as the pair does. */
export type Pair = number;

/** A pair that may be merged, how often it was there when it was queued, and the words that held it. */
export interface Candidate {
  readonly pair: Pair;
  readonly count: number;
  readonly where: ReadonlySet<number>;
}

/** Most frequent first; of equals the smaller pair. */
const before = (a: Candidate, b: Candidate): boolean =>
  a.count === b.count ? a.pair < b.pair : a.count > b.count;

/** A binary heap of candidates. */
export class MergeQueue {
  private readonly heap: Candidate[] = [];

  push(candidate: Candidate): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(candidate);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(candidate, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = candidate;
  }

  pop(): Candidate | undefined {
    const { heap } = this;
    const top = heap[0];
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return top;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) break;
      const child = left + 1 < heap.length && before(heap[left + 1], heap[left]) ? left + 1 : left;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
