import { describe, expect, it } from 'vitest';
import { stationArgument } from '../../../main/shells/electron/command-line.ts';
import { windowOptions } from '../../../main/shells/electron/window-options.ts';
import { stationRoute } from '../../../main/shells/station-route.ts';

describe('kiosk start', () => {
  it.each([
    [['gyrus', '.', '--station', 'ward 3'], 'ward 3'],
    [['gyrus', '--station=Bett 1', 'a.gyrus'], 'Bett 1'],
    [['gyrus', 'a.gyrus'], null],
    [['gyrus', '--station'], null],
  ])('%j asks for %s', (argv, expected) => {
    expect(stationArgument(argv)).toBe(expected);
  });

  it('begins at the station of that name, over the whole screen', () => {
    expect(stationRoute('ward 3')).toBe('#/station?profile=ward%203');
    expect(stationRoute(null)).toBe('');
    expect(windowOptions('preload', null, true).kiosk).toBe(true);
    expect(windowOptions('preload', null).kiosk).toBeUndefined();
  });
});
