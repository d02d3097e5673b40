import { setTimeout as sleep } from 'node:timers/promises'
import { askRedis, askUntil } from '@provisioner/sandbox/servers/redis-cli.ts'
import { startRedis, type RedisServer } from '@provisioner/sandbox/servers/redis.ts'
import { startTcpProxy, type TcpProxy } from '../fixtures/tcp-proxy.ts'
import { AppendOnlyFile } from './append-only-file.ts'

/** A server, its file, and what its replica reads it through. */
interface Member {
  readonly server: RedisServer
  readonly file: AppendOnlyFile
  readonly link: TcpProxy
}

/** A primary and a replica, behind an address that is always the primary's; what lies between them can be cut. */
export class ChaosRedis {
  readonly front: TcpProxy
  readonly #members: readonly [Member, Member]
  #current: Member

  private constructor(members: readonly [Member, Member], front: TcpProxy) {
    this.#members = members
    this.#current = members[0]
    this.front = front
  }

  static async start(owned: AsyncDisposableStack): Promise<ChaosRedis> {
    const member = async (): Promise<Member> => {
      const server = owned.use(await startRedis({ appendonly: true, settings: { 'repl-diskless-sync-delay': '0' } }))
      return {
        server,
        file: owned.use(new AppendOnlyFile(server)),
        link: owned.use(await startTcpProxy(server.port)),
      }
    }
    const members = [await member(), await member()] as const
    const redis = new ChaosRedis(members, owned.use(await startTcpProxy(members[0].server.port)))
    await redis.#follow(members[1], members[0])
    await askUntil({ port: members[1].server.port, what: 'The replica follows' }, ['INFO', 'replication'], isInSync)
    return redis
  }

  get url(): string {
    return `redis://127.0.0.1:${this.front.port}`
  }

  async restart(options?: { crash?: boolean }): Promise<void> {
    await this.#current.server.restart(options)
  }

  /** A power failure, which takes what was not on the disk. Returns when the loss begins, ms since the epoch. */
  async loseLastSecond(): Promise<number> {
    const { server, file } = this.#current
    const diedAt = Date.now()
    let from = diedAt
    const meanwhile = async () => {
      from = await file.loseLastSecond(diedAt)
    }
    await server.restart({ crash: true, meanwhile })
    return from
  }

  /** The primary stands still for a while, and goes on. */
  async freeze(ms: number): Promise<void> {
    const { pid } = this.#current.server
    process.kill(pid, 'SIGSTOP')
    await sleep(ms)
    process.kill(pid, 'SIGCONT')
  }

  /** The replica gets nothing for a while, then all of it. */
  async cutReplica(ms: number): Promise<void> {
    this.#current.link.freeze()
    await sleep(ms)
    this.#current.link.cut()
  }

  /**
   * The replica, which has lagged for a while, takes over from a primary that dies or stands still, and that comes back
   * as its replica. Returns when the loss begins, ms since the epoch; undefined where there is no replica that could.
   */
  async failOver(lagMs: number, how: 'dies' | 'stands still'): Promise<number | undefined> {
    const old = this.#current
    const next = this.#members.find((one) => one !== old)!
    if (!isInSync(await askRedis(next.server.port, 'INFO', 'replication'))) return undefined
    const from = Date.now()
    old.link.freeze()
    await sleep(lagMs)
    if (how === 'stands still') process.kill(old.server.pid, 'SIGSTOP')
    else await old.server.pause()
    this.#current = next
    await askRedis(next.server.port, 'REPLICAOF', 'NO', 'ONE')
    this.front.turnTo(next.server.port)
    this.front.cut()
    if (how === 'stands still') process.kill(old.server.pid, 'SIGCONT')
    else await old.server.restart()
    await this.#follow(old, next)
    return from
  }

  async #follow(replica: Member, primary: Member): Promise<void> {
    await askRedis(replica.server.port, 'REPLICAOF', '127.0.0.1', String(primary.link.port))
  }
}

/** By a replica's answer to INFO. */
function isInSync(info: string): boolean {
  return info.includes('master_link_status:up') && info.includes('master_sync_in_progress:0')
}
