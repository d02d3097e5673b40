import { performance } from 'node:perf_hooks'
import { startVitest, type TestCase, type TestModule } from 'vitest/node'
import type { SkippedTest, Tally } from './tally.ts'

export interface Selection {
  /** Parts of file paths; none means all files. */
  readonly files: readonly string[]
  /** Part of a test's name, as a regular expression; undefined means all tests. */
  readonly name: string | undefined
}

/**
 * End-to-end tests wait for limits, leases and job statuses most of the time: twice as many files as there are cores.
 */
const WAITING = 4

/**
 * Runs the tests of one project of vitest.config.ts and counts them. Tests that the selection leaves out don't count.
 */
export async function runProject(name: string, { files, name: pattern }: Selection, root: string): Promise<Tally> {
  const start = performance.now()
  const vitest = await startVitest('test', [...files], {
    root,
    project: [name],
    watch: false,
    passWithNoTests: true,
    ...(name === 'e2e' && { maxWorkers: WAITING }),
    ...(pattern === undefined ? {} : { testNamePattern: pattern }),
  })
  const failed: string[] = []
  const skipped: SkippedTest[] = []
  let passed = 0
  for (const module of vitest.state.getTestModules()) {
    failed.push(...brokenSuites(module))
    for (const test of module.children.allTests()) {
      if (!isSelected(test, pattern)) continue
      const result = test.result()
      if (result.state === 'passed') passed++
      else if (result.state === 'skipped') skipped.push({ name: nameOf(test), why: result.note ?? reasonFor(test) })
      else failed.push(nameOf(test))
    }
  }
  for (const error of vitest.state.getUnhandledErrors())
    failed.push(`an error outside of any test: ${(error as Partial<Error>).message ?? 'without a message'}`)
  await vitest.close()
  return { name, passed, failed, skipped, milliseconds: performance.now() - start }
}

/** Files that could not be read and suites whose hooks failed: their tests did not fail, yet they did not run. */
function brokenSuites(module: TestModule): string[] {
  const suites = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0)
  const names = suites.map((suite) => `${module.relativeModuleId} > ${suite.fullName}`)
  return module.errors().length > 0 ? [module.relativeModuleId, ...names] : names
}

function nameOf(test: TestCase): string {
  return `${test.module.relativeModuleId} > ${test.fullName}`
}

function isSelected(test: TestCase, pattern: string | undefined): boolean {
  return pattern === undefined || new RegExp(pattern).test(test.fullName.replaceAll(' > ', ' '))
}

function reasonFor(test: TestCase): string {
  const broken = test.parent.errors().length > 0
  if (broken) return 'the suite it belongs to failed'
  return test.options.mode === 'todo' ? 'it is still to be written' : 'its condition is not met on this machine'
}
