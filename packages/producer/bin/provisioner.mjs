#!/usr/bin/env node
import { startMain } from '../../shared/src/start-main.mjs'

await startMain(new URL('../src/cli/main.ts', import.meta.url))
