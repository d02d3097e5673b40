import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { peerOf } from './peer.ts'

/**
 * Failed logins within a window before the next has to wait. An account takes more than a peer: whoever forgets a
 * password is to be stopped by the first, and somebody with many addresses by the second.
 */
const MAX_FAILURES = { peer: 10, account: 30 } as const
/** Length of a window, ms. It starts with its first failure. */
const WINDOW_MS = 5 * 60_000
/** Letters of a name that tell accounts apart: names come from outside, and are remembered. */
const NAME_LENGTH = 200

type Limit = ReturnType<FastifyInstance['createRateLimit']>

/**
 * Slows down the guessing of passwords. Failures are counted for the peer that made them and for the account they were
 * made at, whether it exists or not. Who has used up either waits until the window ends, and even the right password is
 * refused meanwhile, or else guessing would go on. A success takes no failure back: not another account's, nor those
 * that somebody else made at its own.
 */
export class LoginThrottle {
  readonly #peers: Limit
  readonly #accounts: Limit
  readonly #names = new WeakMap<FastifyRequest, string>()
  #lastAttempt: Promise<unknown> = Promise.resolve()

  private constructor(app: FastifyInstance) {
    const limit = { timeWindow: WINDOW_MS }
    this.#peers = app.createRateLimit({ ...limit, max: MAX_FAILURES.peer, keyGenerator: peerOf })
    this.#accounts = app.createRateLimit({
      ...limit,
      max: MAX_FAILURES.account,
      keyGenerator: (request) => this.#names.get(request) ?? '',
    })
  }

  /** A throttle that counts in this process. It limits no route by itself. */
  static async create(app: FastifyInstance): Promise<LoginThrottle> {
    await app.register(rateLimit, { global: false })
    return new LoginThrottle(app)
  }

  /**
   * What `match` finds, or undefined for a failure, which is counted, and for who has to wait. Attempts take turns: of
   * many that arrive at once none is judged before the failures ahead of it are counted.
   */
  attempt<T>(request: FastifyRequest, name: string, match: () => T | undefined): Promise<T | undefined> {
    const attempt = this.#lastAttempt.then(async () => {
      if ((await this.waitMs(request, name)) > 0) return undefined
      const found = match()
      if (found === undefined) await Promise.all([this.#peers(request), this.#accounts(request)])
      return found
    })
    this.#lastAttempt = attempt.catch(() => {})
    return attempt
  }

  /** Milliseconds until the request's peer may try again, on the account of that name if one is given; 0 for now. */
  async waitMs(request: FastifyRequest, name?: string): Promise<number> {
    if (name !== undefined) this.#names.set(request, name.slice(0, NAME_LENGTH))
    const limits = name === undefined ? [this.#peers] : [this.#peers, this.#accounts]
    const states = await Promise.all(limits.map((limit) => limit(request, { increment: false })))
    return Math.max(...states.map((state) => (state.isAllowed || state.remaining > 0 ? 0 : state.ttl)))
  }
}
