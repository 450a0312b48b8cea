import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  between,
  cameraAxes,
  directionName,
  edgeLabels,
  fitHalfHeight,
  namedViews,
  orbited,
  zoomed,
} from '../../../../renderer/viewers/brain/camera.ts';

const angle = fc.double({ min: -3, max: 3, noNaN: true });

describe('named views', () => {
  it.each([
    ['left-lateral', 'A', 'P', 'S', 'I'],
    ['right-lateral', 'P', 'A', 'S', 'I'],
    ['left-medial', 'P', 'A', 'S', 'I'],
    ['right-medial', 'A', 'P', 'S', 'I'],
    ['dorsal', 'L', 'R', 'A', 'P'],
    ['ventral', 'R', 'L', 'A', 'P'],
    ['anterior', 'R', 'L', 'S', 'I'],
    ['posterior', 'L', 'R', 'S', 'I'],
  ] as const)('%s has %s left, %s right, %s on top', (view, left, right, top, bottom) => {
    expect(edgeLabels(cameraAxes(namedViews[view]))).toEqual({ left, right, top, bottom });
  });

  it('hide the near hemisphere in medial views only', () => {
    expect(namedViews['left-medial'].show).toBe('left');
    expect(namedViews['right-medial'].show).toBe('right');
    expect(namedViews.dorsal.show).toBe('both');
  });
});

describe('camera', () => {
  it('keeps right-handed unit axes at any angle', () => {
    fc.assert(
      fc.property(angle, angle, (azimuth, elevation) => {
        const { toward, right, up } = cameraAxes({ azimuth, elevation });
        const cross = [
          right[1] * up[2] - right[2] * up[1],
          right[2] * up[0] - right[0] * up[2],
          right[0] * up[1] - right[1] * up[0],
        ];
        for (let axis = 0; axis < 3; axis++) expect(cross[axis]).toBeCloseTo(toward[axis], 10);
      }),
    );
  });

  it('stops at the poles and zooms about the pointer', () => {
    const state = { azimuth: 0, elevation: 0, halfHeight: 100, pan: [0, 0] as const };
    expect(orbited(state, 0, 5).elevation).toBe(Math.PI / 2);
    const near = zoomed(state, 2, 100, [40, -20]);
    expect(near.halfHeight).toBe(50);
    // The point 40 mm right of the middle lies where it was: 40 / 100 of the half width.
    expect((40 - near.pan[0]) / near.halfHeight).toBeCloseTo(0.4, 12);
    expect((-20 - near.pan[1]) / near.halfHeight).toBeCloseTo(-0.2, 12);
  });

  it('turns the short way', () => {
    const at = (degrees: number) => ({
      azimuth: (degrees * Math.PI) / 180,
      elevation: 0,
      halfHeight: 1,
      pan: [0, 0] as const,
    });
    expect(Math.abs(between(at(170), at(-170), 0.5).azimuth)).toBeCloseTo(Math.PI, 10);
  });

  it('fits the box and names oblique directions by two letters', () => {
    expect(fitHalfHeight([70, 90, 60], cameraAxes(namedViews['left-lateral']), 1, 1)).toBeCloseTo(90, 10);
    expect(fitHalfHeight([70, 90, 60], cameraAxes(namedViews['left-lateral']), 2, 1)).toBeCloseTo(60, 10);
    expect(directionName([-0.8, 0.6, 0])).toBe('LA');
    expect(directionName([0.05, 0, -0.99])).toBe('I');
  });
});
