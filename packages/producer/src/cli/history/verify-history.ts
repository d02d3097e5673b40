import { chainsOf, verifyChain, type Verified } from '@provisioner/history/read/verify-chain.ts'
import { openForReading, toldOf, type ReadHistory } from './open-for-reading.ts'

/**
 * `provisioner history verify`: whether each account's events are as they were written, and the first that is not.
 * False when one is not. Writes nothing.
 *
 * @throws as `openForReading` does
 */
export async function verifyHistory(
  configPath: string,
  { json }: { json: boolean },
  print: (text: string) => void,
): Promise<boolean> {
  await using opened = await openForReading(configPath)
  const { history } = opened
  let isWhole = true
  for (const [account, verified] of await verifyAll(opened).catch((error: unknown) => {
    throw toldOf(history, error)
  })) {
    isWhole &&= verified.status === 'whole'
    print(json ? JSON.stringify({ account, ...verified }) : describe(account, verified))
  }
  return isWhole
}

async function verifyAll({ history: { database } }: ReadHistory): Promise<[string, Verified][]> {
  const all: [string, Verified][] = []
  for (const chain of await chainsOf(database)) all.push([chain.account, await verifyChain(database, chain)])
  return all
}

function describe(account: string, verified: Verified): string {
  if (verified.status === 'broken') return `${account}: ${verified.says}`
  const { rows, lastSeq, lastHash } = verified
  return rows === 0
    ? `${account}: nothing is kept`
    : `${account}: ${rows} events are as they were written; the last one is ${lastSeq}, its hash ${lastHash}`
}
