#!/usr/bin/env node
import { CommanderError } from 'commander'
import { readEnvFile } from '@provisioner/shared/env-file.ts'
import { tuneHeap } from '../tune-heap.ts'
import { EXIT } from './exit-codes.ts'
import { createProgram } from './program.ts'

// a plan reads the whole directory, often beside the producer and within its memory
tuneHeap()
readEnvFile()

for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // `provisioner problems | head`: whoever reads has read enough
    if (error.code !== 'EPIPE' && process.exitCode !== EXIT.failed)
      process.stderr.write(`Not written: ${error.message}\n`)
    if (error.code !== 'EPIPE') process.exitCode = EXIT.failed
  })

try {
  const program = await createProgram(process.argv.slice(2))
  await program.parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  if (error.exitCode !== 0) process.exitCode = EXIT.unfit
}
