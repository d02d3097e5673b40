import { readFile } from 'node:fs/promises'
import type { FastifyInstance } from 'fastify'

const ASSETS = {
  'theme.css': 'text/css; charset=utf-8',
  'pages.css': 'text/css; charset=utf-8',
  'board.css': 'text/css; charset=utf-8',
  'board.js': 'text/javascript; charset=utf-8',
  'logo.svg': 'image/svg+xml',
} as const

/** The dashboard's own files, read once. They are public: the login needs them. */
export async function addAssets(app: FastifyInstance): Promise<void> {
  for (const [name, type] of Object.entries(ASSETS)) {
    const content = await readFile(new URL(`assets/${name}`, import.meta.url))
    app.get(`/assets/${name}`, (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=300').send(content),
    )
  }
}
