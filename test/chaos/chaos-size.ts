/** How much there is of everything in a run, and how long it is disturbed. */
export interface ChaosSize {
  readonly people: number
  /** Of the people. */
  readonly agents: number
  readonly groups: number
  readonly memberships: number
  readonly workers: number
  readonly producers: number
  /** While so long the directory changes and things go wrong, ms. */
  readonly disturbedMs: number
  /** From one cycle to the next, s. */
  readonly everyS: number
  /** Between two changes of the directory, on average, ms. */
  readonly changeMs: number
  /** Between two disturbances, on average, ms. */
  readonly disturbanceMs: number
  /** Of Zendesk's requests, 0 to 1. */
  readonly faultRate: number
  /** How long it may take until all is in sync once the disturbances have ended, ms. */
  readonly calmMs: number
}

export const SIZES = {
  full: {
    people: 2_000,
    agents: 400,
    groups: 50,
    memberships: 4_000,
    workers: 3,
    producers: 2,
    disturbedMs: 30_000,
    everyS: 3,
    changeMs: 150,
    disturbanceMs: 2_000,
    faultRate: 0.02,
    calmMs: 180_000,
  },
  small: {
    people: 200,
    agents: 40,
    groups: 10,
    memberships: 400,
    workers: 3,
    producers: 2,
    disturbedMs: 12_000,
    everyS: 2,
    changeMs: 100,
    disturbanceMs: 1_500,
    faultRate: 0.1,
    calmMs: 120_000,
  },
} as const satisfies Record<string, ChaosSize>
