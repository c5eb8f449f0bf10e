import type { Heartbeat, HeartbeatPhase } from "./protocol/schemas.ts";

/**
 * Seconds for which the counter may stand still in each phase. In `training` every microbatch counts, in `idle` every
 * second does; `starting` loads graphs and may read a checkpoint again for a minute.
 */
const DEADLINE_SECONDS: Readonly<Record<HeartbeatPhase, number>> = {
  starting: 300,
  idle: 60,
  training: 300,
  writing: 300,
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
