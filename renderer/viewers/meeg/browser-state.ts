/** What a channel browser shows; times in seconds. */
export interface BrowserState {
  readonly start: number;
  readonly seconds: number;
  readonly firstChannel: number;
  readonly channelCount: number;
  /** Traces are drawn this many times larger than the scale of their type. */
  readonly gain: number;
  readonly butterfly: boolean;
  /** Whether the mean of what is shown is taken off each trace. */
  readonly centred: boolean;
}

/** What there is to be shown. */
export interface BrowserExtent {
  readonly seconds: number;
  readonly channels: number;
}

export const firstState: BrowserState = {
  start: 0,
  seconds: 10,
  firstChannel: 0,
  channelCount: 20,
  gain: 1,
  butterfly: false,
  centred: true,
};

const SHORTEST = 0.1;
const LONGEST = 60;

/**
 * What a key does, as in MNE's browser: arrows move by a quarter page (with Shift a whole one) and by a page of
 * channels, Home and End change the time shown, Page up and Page down the channels, + and − the scale, b butterfly, d
 * the mean. Null for keys that it does not know.
 */
export function afterKey(
  state: BrowserState,
  key: string,
  shift: boolean,
  extent: BrowserExtent,
): BrowserState | null {
  const page = state.seconds * (shift ? 1 : 0.25);
  switch (key) {
    case 'ArrowLeft':
      return within({ ...state, start: state.start - page }, extent);
    case 'ArrowRight':
      return within({ ...state, start: state.start + page }, extent);
    case 'ArrowUp':
      return within({ ...state, firstChannel: state.firstChannel - state.channelCount }, extent);
    case 'ArrowDown':
      return within({ ...state, firstChannel: state.firstChannel + state.channelCount }, extent);
    case 'Home':
      return within({ ...state, seconds: state.seconds / 1.25 }, extent);
    case 'End':
      return within({ ...state, seconds: state.seconds * 1.25 }, extent);
    case 'PageUp':
      return within({ ...state, channelCount: state.channelCount + 1 }, extent);
    case 'PageDown':
      return within({ ...state, channelCount: state.channelCount - 1 }, extent);
    case '+':
    case '=':
      return { ...state, gain: state.gain * 1.25 };
    case '-':
      return { ...state, gain: state.gain / 1.25 };
    case 'b':
      return { ...state, butterfly: !state.butterfly };
    case 'd':
      return { ...state, centred: !state.centred };
    default:
      return null;
  }
}

/** The nearest state that shows only what there is. */
export function within(state: BrowserState, extent: BrowserExtent): BrowserState {
  const seconds = Math.min(
    LONGEST,
    Math.max(SHORTEST, Math.min(state.seconds, Math.max(SHORTEST, extent.seconds))),
  );
  const channelCount = Math.max(1, Math.min(state.channelCount, extent.channels));
  return {
    ...state,
    seconds,
    channelCount,
    start: Math.max(0, Math.min(state.start, extent.seconds - seconds)),
    firstChannel: Math.max(0, Math.min(state.firstChannel, extent.channels - channelCount)),
  };
}
