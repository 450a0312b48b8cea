import { jointsOf, type Person, type Place, type Pose } from './body.ts';

/** A soft patch of load on the mat. */
export interface Contact {
  readonly at: Place;
  /** Share of body weight. */
  readonly share: number;
  /** Standard deviation in centimetres. */
  readonly width: number;
  /** Moves with breathing: 1 chest, −1 belly, 0 neither. */
  readonly breathing: number;
}

/** Segment weights as shares of body weight (Winter 2009, table 4.1; each arm and leg counted once per side). */
const SHARE = {
  head: 0.081,
  trunk: 0.497,
  upperArm: 0.028,
  forearm: 0.022,
  thigh: 0.1,
  shank: 0.0465,
  foot: 0.0145,
};

const between = (a: Place, b: Place, share: number): Place => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
];

/**
 * Where and how hard a posed person presses. Bony places carry more than the flesh between them: back of the head,
 * shoulder blades, sacrum and heels on the back; shoulder, hip and ankle of the lower side; chest, pelvis, knees and
 * toes on the belly.
 */
export function contactsOf(person: Person, pose: Pose): Contact[] {
  const joints = jointsOf(person, pose);
  const [
    rAnkle,
    rKnee,
    rHip,
    lHip,
    lKnee,
    lAnkle,
    rWrist,
    rElbow,
    rShoulder,
    lShoulder,
    lElbow,
    lWrist,
    neck,
    head,
  ] = joints;
  const size = Math.sqrt(person.mass / 70);
  const made: Contact[] = [];
  const put = (at: Place, share: number, width: number, breathing = 0) =>
    made.push({ at, share, width: width * size, breathing });
  const segment = (a: Place, b: Place, share: number, width: number, profile: readonly number[]) => {
    const total = profile.reduce((sum, value) => sum + value, 0);
    for (const [index, value] of profile.entries())
      put(between(a, b, index / (profile.length - 1)), (share * value) / total, width);
  };
  const side = pose.posture === 'left' || pose.posture === 'right';
  const prone = pose.posture === 'prone';
  put(between(neck, head, 0.62), SHARE.head, 4);
  const pelvis = between(rHip, lHip, 0.5);
  const chest = between(neck, pelvis, 0.25);
  const belly = between(neck, pelvis, 0.62);
  if (side) {
    put(between(rShoulder, lShoulder, 0.5), 0.15, 5);
    put(chest, 0.1, 6, 1);
    put(belly, 0.06, 5, -1);
    put(pelvis, 0.187, 6);
  } else {
    const blade = prone ? 0.03 : 0.085;
    put(between(chest, rShoulder, 0.55), blade, 5, 1);
    put(between(chest, lShoulder, 0.55), blade, 5, 1);
    put(chest, prone ? 0.19 : 0.06, 7, 1);
    put(belly, prone ? 0.1 : 0.05, 6, -1);
    put(between(pelvis, rHip, 0.6), 0.0735, 5.5);
    put(between(pelvis, lHip, 0.6), 0.0735, 5.5);
    put(pelvis, prone ? 0 : 0.07, 5);
  }
  // Which limb lies below carries more on the side.
  const lower = (right: boolean) => (side ? ((pose.posture === 'right') === right ? 1.5 : 0.5) : 1);
  const arm = (shoulder: Place, elbow: Place, wrist: Place, right: boolean) => {
    const onTrunk = pose.arms.some((limb) => limb.onTrunk && limb.side < 0 === right);
    segment(shoulder, elbow, SHARE.upperArm * lower(right), 2.6, [0.6, 0.7, 1.6]);
    segment(elbow, wrist, SHARE.forearm * lower(right) * (onTrunk ? 0.12 : 1), 2.2, [0.9, 0.7, 0.6, 1.2]);
    if (onTrunk) put(belly, SHARE.forearm * 0.88, 6);
  };
  const leg = (hip: Place, knee: Place, ankle: Place, right: boolean) => {
    segment(hip, knee, SHARE.thigh * lower(right), 4.5, prone ? [1, 1, 1.2, 1.6] : [1.6, 1.3, 0.9, 0.4]);
    segment(knee, ankle, SHARE.shank * lower(right), 3, prone ? [1.2, 0.9, 0.6, 0.6] : [0.3, 1, 0.9, 0.5]);
    put(ankle, SHARE.foot * lower(right) + 0.012, 2);
  };
  arm(rShoulder, rElbow, rWrist, true);
  arm(lShoulder, lElbow, lWrist, false);
  leg(rHip, rKnee, rAnkle, true);
  leg(lHip, lKnee, lAnkle, false);
  return made;
}
