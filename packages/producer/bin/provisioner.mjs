#!/usr/bin/env node
import module from 'node:module'
import { fileURLToPath } from 'node:url'
import { startMain } from '../../shared/src/start-main.mjs'

// A command is over in a second, of which reading its files would take a third. Beside the packages nobody else writes;
// where nobody may write at all, it is read anew each time. An old Node.js can't do this, and is told what is needed.
module.enableCompileCache?.(fileURLToPath(new URL('../../../node_modules/.cache/provisioner', import.meta.url)))

await startMain(new URL('../src/cli/main.ts', import.meta.url))
