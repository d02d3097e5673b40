import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'
import { expect, it } from 'vitest'
import { migrate } from '@provisioner/history/database/migrate.ts'
import type { History } from '@provisioner/history/database/open-history.ts'
import { readEvents, type Wanted } from '@provisioner/history/read/read-events.ts'
import { sqliteServer } from '../../fixtures/open-histories.ts'

it('finds in SQLite the decision on a change by who it is about, not among all events of the account', async () => {
  await using server = await sqliteServer()
  await using history = await server.open()
  await migrate(history)

  const plan = await planOf(history, { accounts: ['acme'], approvedBy: 'ada' })

  // a search per change: by the account alone each would read everything that is older
  const searches = plan.filter((step) => step.includes(' decision '))
  expect(new Set(searches.map((step) => step.replace(/.* INDEX /, '')))).toEqual(
    new Set(['events_user (account=? AND user_id=? AND seq<?)', 'events_group (account=? AND group_id=? AND seq<?)']),
  )
  // the newest comes first by the index, and nothing has to be sorted
  expect(plan.filter((step) => step.includes('TEMP B-TREE'))).toEqual([])
})

/** The steps by which SQLite reads the first page of what is asked for. */
async function planOf({ database }: History, wanted: Wanted): Promise<string[]> {
  const asked: RootOperationNode[] = []
  const listener: KyselyPlugin = {
    transformQuery: ({ node }) => {
      asked.push(node)
      return node
    },
    transformResult: async ({ result }) => result,
  }
  await readEvents(database.withPlugin(listener), wanted).next()
  const { sql, parameters } = database.getExecutor().compileQuery(asked[0]!, { queryId: 'plan' })
  const explained = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters])
  return (await database.executeQuery<{ detail: string }>(explained)).rows.map(({ detail }) => detail)
}
