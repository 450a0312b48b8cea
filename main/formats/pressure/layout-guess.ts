/** A way to fold the cells of a frame into rows and columns. */
export interface LayoutGuess {
  readonly rows: number;
  readonly cols: number;
  /** Mean difference between neighbours over mean difference between random cells; near 0 is smooth, 1 is noise. */
  readonly roughness: number;
}

/** Frames of mats on the market, which win over equally smooth layouts. */
const known = new Set([
  '64×32',
  '32×64',
  '64×27',
  '48×48',
  '192×84',
  '60×21',
  '32×32',
  '44×52',
  '56×40',
  '12×6',
  '95×64',
  '96×96',
  '16×16',
]);

/**
 * Guesses rows × columns of frames whose cells come as one list. Pressure is smooth in space: in the right layout the
 * cells below each other are alike too. Every pair of factors is tried (no side longer than eight times the other),
 * and the one with the least difference between vertical neighbours wins; frames of known mats win near-ties.
 * @param frames some loaded frames, each of the same length
 * @returns best guess first; empty where nothing factors
 */
export function guessLayout(frames: readonly Float32Array[]): LayoutGuess[] {
  const cells = frames[0]?.length ?? 0;
  const guesses: LayoutGuess[] = [];
  for (let cols = 2; cols <= cells / 2; cols++) {
    if (cells % cols !== 0) continue;
    const rows = cells / cols;
    if (Math.max(rows, cols) > 8 * Math.min(rows, cols)) continue;
    guesses.push({ rows, cols, roughness: roughness(frames, cols) });
  }
  const cost = ({ rows, cols, roughness: rough }: LayoutGuess): number =>
    rough * (known.has(`${rows}×${cols}`) ? 0.8 : 1);
  return guesses.sort((a, b) => cost(a) - cost(b) || b.rows - a.rows);
}

function roughness(frames: readonly Float32Array[], cols: number): number {
  let below = 0;
  let far = 0;
  for (const frame of frames) {
    const half = frame.length >> 1;
    for (let at = 0; at + cols < frame.length; at++) {
      below += Math.abs(frame[at] - frame[at + cols]) || 0;
      far += Math.abs(frame[at] - frame[(at + half) % frame.length]) || 0;
    }
  }
  return far === 0 ? 1 : below / far;
}
