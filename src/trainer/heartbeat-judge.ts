import type { Heartbeat, HeartbeatPhase } from "./protocol/schemas.ts";

/**
 * Seconds for which the counter may stand still in each phase. In `training` every microbatch counts, in `idle` every
 * second does. `starting` reads a model and a checkpoint, `writing` writes and hashes one, without a beat: 84 GB where all of
 * 7 billion weights are trained, with their moments in float32, which a slow disk takes ten minutes for. A trainer that
 * ended is noticed at once, whatever its phase.
 */
const DEADLINE_SECONDS: Readonly<Record<HeartbeatPhase, number>> = {
  starting: 3600,
  idle: 60,
  training: 300,
  writing: 3600,
  failed: 60,
};

/** What is known of a trainer's heartbeat. Times are of one monotonic clock, in seconds. */
export interface PulseState {
  readonly counter: number;
  readonly phase: HeartbeatPhase;
  /** When the counter was last seen to change. */
  readonly since: number;
}

/** Before the first heartbeat. */
export function firstPulse(now: number): PulseState {
  return { counter: -1, phase: "starting", since: now };
}

/** The state after looking at the heartbeat file. Pure: the trainer's own clock plays no part. */
export function nextPulse(state: PulseState, beat: Heartbeat | undefined, now: number): PulseState {
  if (beat === undefined || beat.counter === state.counter) return state;
  return { counter: beat.counter, phase: beat.phase, since: now };
}

/** Why the trainer counts as lost; undefined while it is alive. */
export function judgePulse(state: PulseState, now: number): string | undefined {
  const still = now - state.since;
  if (still <= DEADLINE_SECONDS[state.phase]) return undefined;
  return `its heartbeat has stood still for ${Math.round(still)} s while ${state.phase}`;
}
