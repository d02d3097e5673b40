import { createBullBoard } from '@bull-board/api'
import { FastifyAdapter } from '@bull-board/fastify'
import type { ConnectionName } from '@provisioner/shared/ledger/keys.ts'
import { CHANGE_QUEUES, changeQueueName, cycleQueueName } from '@provisioner/shared/queues.ts'
import type { Queue } from 'bullmq'
import { BOARD_THEME } from './board-theme.ts'
import { BoardQueue } from './board-queue.ts'
import { QUEUE_DESCRIPTIONS } from './queue-labels.ts'

export interface BoardOptions {
  readonly connections: readonly ConnectionName[]
  /** The queue of a name; the caller owns and closes it. */
  readonly queue: (name: string, account: string) => Queue
  readonly prefix: string
  /** No login is set up: the board says so on every page. */
  readonly open: boolean
}

/** Bull Board over the queues of all connections, as a plugin for the prefix. */
export function createBoard({ connections, queue, prefix, open }: BoardOptions): FastifyAdapter {
  const serverAdapter = new FastifyAdapter().setBasePath(prefix)
  createBullBoard({
    queues: connections.flatMap((connection) => queuesOf(connection, queue)),
    serverAdapter,
    options: {
      uiConfig: {
        boardTitle: 'Zendesk Provisioner',
        boardLogo: { path: '/assets/logo.svg', width: 28, height: 28 },
        favIcon: { default: '/assets/logo.svg', alternative: '/assets/logo.svg' },
        miscLinks: [
          { text: 'Problems', url: '/problems' },
          { text: 'Held changes', url: '/held' },
          { text: 'Account and log out', url: '/account' },
        ],
        menu: { width: '19rem' },
        locale: { lng: 'en-US' },
        overview: { groupByDelimiter: true },
        showMetrics: true,
        pollingInterval: { showSetting: true },
        hideDocsLink: true,
        // Our workers pull, and so are not what Bull Board looks for: it would warn of "no workers" for ever.
        showWorkers: false,
        sortQueues: false,
        theme: BOARD_THEME,
        ...(open && {
          environment: {
            label: 'No login: open to all on this machine',
            color: '#b45309',
            textColor: '#fff',
          },
        }),
      },
    },
  })
  return serverAdapter
}

function queuesOf({ account, connection }: ConnectionName, queue: BoardOptions['queue']): BoardQueue[] {
  const changes = CHANGE_QUEUES.map((name) => [changeQueueName(connection, name), QUEUE_DESCRIPTIONS[name]] as const)
  const all = [...changes, [cycleQueueName(connection), QUEUE_DESCRIPTIONS.cycle] as const]
  return all.map(([name, description]) => {
    const adapter = new BoardQueue(queue(name, account), { delimiter: '.', description })
    adapter.setFormatter('name', readableName)
    return adapter
  })
}

/** `suspend user · jo@acme.com`: the operation, and whom it is about where the job says so. */
function readableName(job: { name: string; data?: { what?: unknown } }): string {
  const what = job.data?.what
  return typeof what === 'string' && what !== '' ? `${job.name} · ${what}` : job.name
}
