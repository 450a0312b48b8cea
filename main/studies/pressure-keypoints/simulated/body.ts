import type { Random } from '../../../tensor/random/xoshiro.ts';

/** A place on the mat in centimetres: along the rows (head to feet) and across. */
export type Place = readonly [number, number];

export const POSTURES = ['supine', 'prone', 'left', 'right'] as const;
export type Posture = (typeof POSTURES)[number];

/** The joints of the Leeds Sports Pose order, which SLP uses too. Left and right are the person's. */
export const JOINTS = [
  'right ankle',
  'right knee',
  'right hip',
  'left hip',
  'left knee',
  'left ankle',
  'right wrist',
  'right elbow',
  'right shoulder',
  'left shoulder',
  'left elbow',
  'left wrist',
  'neck',
  'head',
] as const;

/** For each joint that of the other side; neck and head are their own. */
export const JOINT_PARTNERS: readonly number[] = [5, 4, 3, 2, 1, 0, 11, 10, 9, 8, 7, 6, 12, 13];

/** Height and weight of a simulated person. */
export interface Person {
  /** Centimetres. */
  readonly height: number;
  /** Kilograms. */
  readonly mass: number;
}

/** Segment lengths as shares of body height (Winter 2009, Biomechanics and Motor Control, figure 4.1). */
const LENGTH = {
  shoulders: 0.129,
  hips: 0.0955,
  trunk: 0.288,
  head: 0.182,
  upperArm: 0.186,
  forearm: 0.146,
  thigh: 0.245,
  shank: 0.246,
} as const;

/** One arm or leg: whether its end rests on the trunk, so that it leaves no trace of its own. */
interface Limb {
  readonly side: -1 | 1;
  readonly first: number;
  readonly second: number;
  readonly onTrunk: boolean;
}

/** A pose: joint angles in radians from the body's long axis, drawn for one recording. */
export interface Pose {
  readonly posture: Posture;
  /** Middle of the trunk on the mat. */
  readonly centre: Place;
  /** Of the long axis. */
  readonly turn: number;
  readonly arms: readonly [Limb, Limb];
  readonly legs: readonly [Limb, Limb];
  /** Sideways bend of the head. */
  readonly headTilt: number;
}

/**
 * Draws a pose. On the side, arms lie in front and hips and knees are bent by the same stretch of angles for both;
 * on back and belly, limbs are spread.
 */
export function drawPose(random: Random, posture: Posture, matMiddle: Place): Pose {
  const around = (middle: number, reach: number) => middle + (2 * random.uniform() - 1) * reach;
  const lying = posture === 'supine' || posture === 'prone';
  const front = posture === 'left' ? -1 : 1;
  const arm = (side: -1 | 1): Limb => {
    const onTrunk = posture === 'supine' && random.uniform() < 0.25;
    if (lying) {
      const raised = random.uniform() < (posture === 'prone' ? 0.6 : 0.2);
      const first = raised ? around(2.4, 0.35) : around(0.35, 0.25);
      const bend = raised ? around(0.4, 0.4) : onTrunk ? around(-1.6, 0.3) : around(0, 0.4);
      return { side, first: side * first, second: side * (first + bend), onTrunk };
    }
    const first = front * around(side === front ? 0.6 : 0.9, 0.35);
    return { side, first, second: first + front * around(0.6, 0.5), onTrunk: false };
  };
  const leg = (side: -1 | 1): Limb => {
    if (lying) {
      const first = side * around(0.14, 0.12);
      const bend = random.uniform() < 0.25 ? around(0.5, 0.3) : around(0.02, 0.08);
      return { side, first: first + side * bend, second: first - side * bend * 0.6, onTrunk: false };
    }
    const first = front * around(side === front ? 0.5 : 0.8, 0.35);
    return { side, first, second: first - front * around(1.1, 0.4), onTrunk: false };
  };
  return {
    posture,
    // The trunk's middle lies above the body's: legs are longer than head and neck.
    centre: [around(matMiddle[0] - 26, 8), around(matMiddle[1] - (lying ? 0 : front * 10), 10)],
    turn: around(0, 0.2),
    arms: [arm(-1), arm(1)],
    legs: [leg(-1), leg(1)],
    headTilt: around(lying ? 0 : front * 0.15, 0.2),
  };
}

/** The 14 joints of a pose on the mat, in the order of `JOINTS`, in centimetres. */
export function jointsOf(person: Person, pose: Pose): Place[] {
  const { height } = person;
  const lying = pose.posture === 'supine' || pose.posture === 'prone';
  // Seen from above, a person on the back has the right side on the left of the mat; on the belly, on the right.
  const rightSide = pose.posture === 'prone' ? 1 : -1;
  const narrow = lying ? 1 : 0.22;
  const [cos, sin] = [Math.cos(pose.turn), Math.sin(pose.turn)];
  const placed = ([down, across]: Place): Place => [
    pose.centre[0] + cos * down - sin * across,
    pose.centre[1] + sin * down + cos * across,
  ];
  const reach = (from: Place, angle: number, length: number): Place => [
    from[0] + Math.cos(angle) * length,
    from[1] + Math.sin(angle) * length,
  ];
  const half = (LENGTH.trunk * height) / 2;
  const neck: Place = [-half, 0];
  const head = reach(neck, Math.PI - pose.headTilt, LENGTH.head * height);
  const limbs = (
    parts: readonly [Limb, Limb],
    at: number,
    width: number,
    lengths: readonly [number, number],
  ) =>
    parts.map((limb) => {
      const root: Place = [at, limb.side * width * height * narrow];
      const middle = reach(root, limb.first, lengths[0] * height);
      return { side: limb.side, root, middle, end: reach(middle, limb.second, lengths[1] * height) };
    });
  const arms = limbs(pose.arms, -half, LENGTH.shoulders, [LENGTH.upperArm, LENGTH.forearm]);
  const legs = limbs(pose.legs, half, LENGTH.hips, [LENGTH.thigh, LENGTH.shank]);
  const of = (parts: typeof arms, side: number) => parts.find((part) => part.side === side) ?? parts[0];
  const [rightArm, leftArm] = [of(arms, rightSide), of(arms, -rightSide)];
  const [rightLeg, leftLeg] = [of(legs, rightSide), of(legs, -rightSide)];
  return [
    rightLeg.end,
    rightLeg.middle,
    rightLeg.root,
    leftLeg.root,
    leftLeg.middle,
    leftLeg.end,
    rightArm.end,
    rightArm.middle,
    rightArm.root,
    leftArm.root,
    leftArm.middle,
    leftArm.end,
    neck,
    head,
  ].map(placed);
}
