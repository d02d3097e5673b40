import { describe, expect, it } from 'vitest'
import { createLogger } from './logger.ts'

function recorded(write: (log: ReturnType<typeof createLogger>) => void, level = 'info') {
  const lines: string[] = []
  write(createLogger({ name: 'test', level, destination: { write: (line) => void lines.push(line) } }))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('createLogger', () => {
  it('writes lines of JSON with the level in words and ISO time', () => {
    const [line] = recorded((log) => log.info({ queue: 'staff.groups' }, 'Batch sent'))

    expect(line).toMatchObject({ level: 'info', name: 'test', queue: 'staff.groups', msg: 'Batch sent' })
    expect(new Date(String(line?.['time'])).toISOString()).toBe(line?.['time'])
  })

  it('leaves out what is below its level', () => {
    expect(recorded((log) => log.info('Not told'), 'warn')).toEqual([])
  })

  it.each([
    [{ password: 'hunter2' }],
    [{ headers: { authorization: 'Bearer hunter2' } }],
    [{ request: { headers: { Authorization: 'Bearer hunter2' } } }],
    [{ directory: { bindPassword: 'hunter2' } }],
    [{ acme: { auth: { clientSecret: 'hunter2' } } }],
    [{ auth: { apiToken: 'hunter2', email: 'a@acme.com' } }],
    [{ answer: { access_token: 'hunter2', refresh_token: 'hunter2' } }],
  ])('replaces secrets: %j', (data) => {
    const [line] = recorded((log) => log.info(data, 'With a secret'))

    expect(JSON.stringify(line)).toContain('[secret]')
    expect(JSON.stringify(line)).not.toContain('hunter2')
  })

  it('tells what an error is and what caused it, and nothing that libraries hang onto it', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
    const error = Object.assign(new Error('Not sent', { cause }), {
      options: { headers: { authorization: 'hunter2' } },
      command: { args: ['hunter2'] },
    })

    const [line] = recorded((log) => log.warn({ err: error }, 'Batch interrupted'))

    expect(line?.['err']).toEqual({
      type: 'Error',
      message: 'Not sent',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { type: 'Error', message: 'connect ECONNREFUSED', code: 'ECONNREFUSED', stack: expect.any(String) },
    })
  })

  it('tells of errors that caused each other, of several in one, and of what is no error', () => {
    const circular = new Error('round')
    circular.cause = circular

    const lines = recorded((log) => {
      log.warn({ err: circular }, 'First')
      log.warn({ err: new AggregateError([new Error('a'), 'b'], 'both') }, 'Second')
      log.warn({ err: { token: 'hunter2' } }, 'Third')
    })

    expect(lines.map((line) => line['msg'])).toEqual(['First', 'Second', 'Third'])
    expect(lines[1]?.['err']).toMatchObject({
      message: 'both',
      errors: [{ message: 'a' }, { type: 'string', message: 'b' }],
    })
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })
})
